import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCursorCodec, furthest, unusable } from '../../../server/events/cursor.js';

const codec = createCursorCodec({ epoch: 'k3Jx9QwZ', shardCount: 16 });
const position = fc.oneof(fc.nat(300), fc.maxSafeNat());

describe('a cursor', () => {
  it('gives back the positions it was made of, in at most 512 characters', () => {
    fc.assert(
      fc.property(fc.array(position, { minLength: 16, maxLength: 16 }), (positions) => {
        const text = codec.encode(positions);
        expect(text.length).toBeLessThanOrEqual(512);
        expect(text).toMatch(/^[\w-]+$/);
        expect(codec.parse(text)).toEqual({ ok: true, positions });
      }),
    );
  });

  it('is short for everyday positions', () => {
    expect(codec.encode(Array.from({ length: 16 }, () => 2_000_000)).length).toBeLessThan(120);
  });

  it('is never an error, whatever it holds', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 700 }), fc.base64String({ maxLength: 700 })), (text) => {
        expect(codec.parse(text).ok).toBe(false);
      }),
    );
  });

  it.each([
    ['cut short', (text: string) => text.slice(0, -2)],
    ['with something after it', (text: string) => `${text}AA`],
    ['with padding', (text: string) => `${text}=`],
    ['with a line break in it', (text: string) => `${text.slice(0, 9)}\n${text.slice(9)}`],
    ['of another version', (text: string) => `Ag${text.slice(2)}`],
    ['that is too long', (text: string) => text + 'A'.repeat(512)],
  ])('%s is invalid', (_what, change) => {
    const text = codec.encode(Array.from({ length: 16 }, (_, shard) => shard * 1_000));
    expect(codec.parse(change(text))).toEqual({ ok: false, reason: 'invalid' });
  });

  it('with a position spelled in more bytes than it needs is invalid', () => {
    const one = createCursorCodec({ epoch: 'e', shardCount: 1 });
    const padded = Buffer.from([1, 1, 'e'.charCodeAt(0), 0x85, 0x00]).toString('base64url');
    expect(one.parse(padded)).toEqual({ ok: false, reason: 'invalid' });
  });

  it('of another log has another epoch', () => {
    const foreign = createCursorCodec({ epoch: 'another', shardCount: 16 }).encode(Array.from({ length: 16 }, () => 1));
    expect(codec.parse(foreign)).toEqual({ ok: false, reason: 'epoch' });
  });

  it('is refused at the start when it could outgrow its limit', () => {
    expect(() => createCursorCodec({ epoch: 'e', shardCount: 64 })).toThrow(RangeError);
  });
});

describe('positions', () => {
  const heads = [
    { pos: 10, floorPos: 4 },
    { pos: 20, floorPos: 0 },
  ];

  it.each([
    [[10, 20], undefined],
    [[4, 0], undefined],
    [[11, 20], 'invalid'],
    [[3, 20], 'too_old'],
    [[3, 21], 'invalid'],
  ])('%j against the heads are %s', (positions, reason) => {
    expect(unusable(positions, heads)).toBe(reason);
  });

  it('of a snapshot and a tail are merged shard by shard', () => {
    expect(furthest([1, 9, 3], [4, 2, 3])).toEqual([4, 9, 3]);
  });
});
