import fc from 'fast-check';
import superjson from 'superjson';
import { describe, expect, it } from 'vitest';
import { ChatError, guardedDeserialize, transformer } from '@confab/shared';

/** What a server reads of what a stock client with plain superjson sent. */
function overTheWire(value: unknown): unknown {
  return guardedDeserialize(JSON.parse(JSON.stringify(superjson.serialize(value))));
}

function refusalOf(payload: unknown): string {
  try {
    guardedDeserialize(payload);
  } catch (error) {
    if (error instanceof ChatError) return error.code;
    throw error;
  }
  return 'accepted';
}

function refusalOfValue(value: unknown): string {
  return refusalOf(JSON.parse(JSON.stringify(superjson.serialize(value))));
}

const allowed = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.constant(undefined),
    fc.date({ noInvalidDate: true }),
    fc.bigInt({ min: -(10n ** 39n), max: 10n ** 39n }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(tie('value'), { maxLength: 4 }).map((items) => new Set(items)),
    fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 4 }).map((entries) => new Map(entries)),
    fc
      .array(
        fc.tuple(
          fc.string().map((key) => `k${key}`),
          tie('value'),
        ),
        { maxLength: 4 },
      )
      .map(Object.fromEntries),
  ),
})).value;

describe('the guarded transformer', () => {
  it('reads whatever plain superjson wrote of the allowed types', () => {
    fc.assert(
      fc.property(allowed, (value) => {
        expect(overTheWire(value)).toEqual(value);
      }),
      { numRuns: 500 },
    );
  });

  it('is read by plain superjson on the way back', () => {
    const value = { at: new Date(5), none: undefined, list: [1n, new Map([['a', new Set([1])]])] };
    const wire: unknown = JSON.parse(JSON.stringify(transformer.output.serialize(value)));
    expect(superjson.deserialize(wire as Parameters<typeof superjson.deserialize>[0])).toEqual(value);
  });

  it('takes an absent input for undefined', () => {
    expect(guardedDeserialize(undefined)).toBeUndefined();
    expect(overTheWire(undefined)).toBeUndefined();
  });

  it('reads keys with dots and backslashes, in the first version of the annotations too', () => {
    const value = { 'a.b': new Date(1), 'c\\d': new Date(2) };
    expect(overTheWire(value)).toEqual(value);
    const legacy = { json: { 'a.b': '2026-01-01T00:00:00.000Z' }, meta: { values: { 'a\\.b': ['Date'] } } };
    expect(guardedDeserialize(legacy)).toEqual({ 'a.b': new Date('2026-01-01T00:00:00.000Z') });
  });

  it('reads a value that is used twice as two equal values', () => {
    const date = new Date(7);
    const shared = { a: 1 };
    expect(overTheWire({ from: date, to: date, left: shared, right: shared })).toEqual({
      from: date,
      to: date,
      left: shared,
      right: shared,
    });
  });

  it('refuses circular references', () => {
    const inner: Record<string, unknown> = {};
    inner['self'] = inner;
    expect(refusalOfValue({ inner })).toBe('VALIDATION');
    expect(refusalOfValue(inner)).toBe('VALIDATION');
  });

  it.each([
    ['a RegExp', /x/],
    ['an Error', new Error('x')],
    ['a URL', new URL('http://localhost/')],
    ['a typed array', new Uint8Array([1])],
    ['not a number', Number.NaN],
    ['an infinity', Infinity],
  ])('refuses %s', (_name, value) => {
    expect(refusalOfValue({ value })).toBe('VALIDATION');
  });

  it.each([[['class', 'X']], [['symbol', 'X']], [['custom', 'X']], ['nonsense'], [7]])(
    'refuses the annotation %j',
    (type) => {
      expect(refusalOf({ json: { a: {} }, meta: { values: { a: [type] }, v: 1 } })).toBe('VALIDATION');
    },
  );

  it.each(['__proto__', 'prototype', 'constructor', 'toString', 'hasOwnProperty', '__defineGetter__', 'valueOf'])(
    'refuses the key %s in the JSON and in every path of the meta',
    (key) => {
      const text = `{"json":{"a":{"${key}":1}}}`;
      expect(refusalOf(JSON.parse(text))).toBe('VALIDATION');
      const values = `{"json":{"a":1},"meta":{"values":{"${key}.a":["Date"]},"v":1}}`;
      expect(refusalOf(JSON.parse(values))).toBe('VALIDATION');
      const equalities = `{"json":{"a":1},"meta":{"referentialEqualities":{"a":["${key}.x"]},"v":1}}`;
      expect(refusalOf(JSON.parse(equalities))).toBe('VALIDATION');
      expect(Object.hasOwn({}, 'x')).toBe(false);
    },
  );

  it('takes bigints up to 40 digits', () => {
    const digits = '9'.repeat(40);
    expect(overTheWire(-BigInt(digits))).toBe(-BigInt(digits));
    expect(refusalOfValue(BigInt(`1${digits}`))).toBe('VALIDATION');
    expect(refusalOf({ json: '0x10', meta: { values: ['bigint'], v: 1 } })).toBe('VALIDATION');
  });

  it('refuses annotations that do not fit what they name', () => {
    expect(refusalOf({ json: { a: 1 }, meta: { values: { a: ['Date'] }, v: 1 } })).toBe('VALIDATION');
    expect(refusalOf({ json: { a: 'soon' }, meta: { values: { a: ['Date'] }, v: 1 } })).toBe('VALIDATION');
    expect(refusalOf({ json: { a: {} }, meta: { values: { a: ['set'] }, v: 1 } })).toBe('VALIDATION');
    expect(refusalOf({ json: { a: [[1]] }, meta: { values: { a: ['map'] }, v: 1 } })).toBe('VALIDATION');
    expect(refusalOf({ json: { a: 1 }, meta: { values: { b: ['undefined'] }, v: 1 } })).toBe('VALIDATION');
    expect(refusalOf({ json: [1], meta: { values: { length: ['undefined'] }, v: 1 } })).toBe('VALIDATION');
    expect(refusalOf({ json: {}, meta: { values: { a: ['set'], 'a.0': ['Date'] }, v: 1 } })).toBe('VALIDATION');
  });

  it('bounds depth and number', () => {
    const deep: unknown = JSON.parse(`{"json":${'['.repeat(5_000)}${']'.repeat(5_000)}}`);
    expect(refusalOf(deep)).toBe('VALIDATION');
    expect(refusalOf({ json: Array.from({ length: 200_000 }, () => 0) })).toBe('TOO_LARGE');
    const values = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`a.${index}`, ['Date']]));
    expect(refusalOf({ json: {}, meta: { values, v: 1 } })).toBe('TOO_LARGE');
  });

  it('refuses whatever is not an envelope, and never fails otherwise', () => {
    for (const payload of [
      null,
      1,
      'x',
      [],
      { meta: {}, extra: 1 },
      { json: 1, meta: null },
      { json: 1, meta: { v: 9 } },
    ]) {
      expect(refusalOf(payload)).toBe('VALIDATION');
    }
    fc.assert(
      fc.property(fc.record({ json: fc.jsonValue(), meta: fc.jsonValue() }), (payload) => {
        expect(['VALIDATION', 'TOO_LARGE', 'accepted']).toContain(refusalOf(payload));
      }),
    );
  });
});
