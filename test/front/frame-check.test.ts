import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkFrame, readConnectionParams } from '../../server/front/frame-check.js';
import { inspectInput } from '../../server/front/input-check.js';

const check = (frame: unknown, limit = 100) => checkFrame(JSON.stringify(frame), limit, () => false);
const query = (id: unknown) => ({ id, method: 'query', params: { path: 'ping', input: { json: null } } });

describe('checkFrame', () => {
  it('never throws and has one entry for every item, whatever comes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(checkFrame(text, 10, () => false).length).toBeGreaterThan(0);
        readConnectionParams(text);
      }),
    );
  });

  it('finds the good entries among arbitrary ones', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.nat(), (junk, id) => {
        const entries = check([...junk, query(id), ...junk]);
        expect(entries).toHaveLength(junk.length * 2 + 1);
        expect(entries[junk.length]).toMatchObject({ kind: 'call', id });
      }),
    );
  });

  it('hands on nothing but what tRPC knows', () => {
    const [entry] = check({
      ...query(1),
      extra: 1,
      jsonrpc: '2.0',
      params: { path: 'a', input: 1, more: 2, lastEventId: 'c' },
    });
    expect(entry).toMatchObject({
      message: { id: 1, jsonrpc: '2.0', method: 'query', params: { path: 'a', input: 1, lastEventId: 'c' } },
    });
    expect(JSON.stringify(entry)).not.toMatch(/extra|more/);
  });

  it('lets exactly as many calls through as may be in a frame', () => {
    expect(
      check(
        Array.from({ length: 3 }, (_, id) => query(id)),
        3,
      ).every(({ kind }) => kind === 'call'),
    ).toBe(true);
    const over = check(
      Array.from({ length: 4 }, (_, id) => query(id)),
      3,
    );
    expect(over.map((entry) => entry.kind === 'refused' && [entry.error.code, entry.counts])).toEqual([
      ['TOO_LARGE', true],
      ['TOO_LARGE', false],
      ['TOO_LARGE', false],
      ['TOO_LARGE', false],
    ]);
  });

  it('refuses ids that every message of a stream would repeat at length', () => {
    expect(check(query('x'.repeat(129)))).toMatchObject([{ kind: 'refused', id: null }]);
    expect(check(query('x'.repeat(128)))).toMatchObject([{ kind: 'call' }]);
  });
});

describe('inspectInput', () => {
  it('takes what superjson writes', () => {
    expect(inspectInput({ json: { at: 'x', list: [1] }, meta: { values: { at: ['Date'] }, v: 1 } })).toBeUndefined();
    expect(inspectInput(undefined)).toBeUndefined();
  });

  it('refuses more annotations than any client writes', () => {
    const values = Object.fromEntries(Array.from({ length: 3_000 }, (_, n) => [String(n), ['Date']]));
    expect(inspectInput({ json: {}, meta: { values } })?.code).toBe('TOO_LARGE');
  });

  it('refuses annotations with endless paths', () => {
    expect(inspectInput({ json: {}, meta: { values: { ['a.'.repeat(1_000)]: ['Date'] } } })?.code).toBe('VALIDATION');
  });
});
