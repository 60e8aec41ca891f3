import { cursorLength } from '@confab/shared';
import type { LogIdentity, ShardHead } from './log.js';

/** One position per shard, by shard number. */
export type Positions = readonly number[];

/** What a text turned out to be. It is never an error: whatever can't be used leads to a resync. */
export type ParsedCursor =
  { readonly ok: true; readonly positions: Positions } | { readonly ok: false; readonly reason: 'invalid' | 'epoch' };

/** Turns positions into cursors of one log and back. */
export interface CursorCodec {
  encode(positions: Positions): string;
  /** Never throws. */
  parse(text: string): ParsedCursor;
}

const version = 1;
/** Of a varint that holds any safe integer. */
const longestVarint = 8;

/**
 * A cursor is base64url of: the version (1 byte), the epoch (its length in 1 byte, then UTF-8), and the positions as
 * unsigned LEB128 varints. It holds no ids and no rights; at most 512 characters.
 *
 * @throws {RangeError} when such a cursor could grow longer than that.
 */
export function createCursorCodec({ epoch, shardCount }: LogIdentity): CursorCodec {
  const name = Buffer.from(epoch, 'utf8');
  const prefix = Buffer.from([version, name.length & 0xff, ...name]);
  const longest = prefix.length + shardCount * longestVarint;
  if (name.length > 0xff || Math.ceil((longest * 4) / 3) > cursorLength) {
    throw new RangeError('The epoch and the number of shards do not fit into a cursor.');
  }

  function encode(positions: Positions): string {
    const bytes = Buffer.allocUnsafe(longest);
    prefix.copy(bytes);
    let at = prefix.length;
    for (let shard = 0; shard < shardCount; shard += 1) {
      let rest = positions[shard] ?? 0;
      // Division instead of shifts: positions may be larger than 32 bits.
      while (rest >= 0x80) {
        bytes[at++] = (rest % 0x80) | 0x80;
        rest = Math.floor(rest / 0x80);
      }
      bytes[at++] = rest;
    }
    return bytes.toString('base64url', 0, at);
  }

  function parse(text: string): ParsedCursor {
    const invalid = { ok: false, reason: 'invalid' } as const;
    if (typeof text !== 'string' || text.length > cursorLength) return invalid;
    const bytes = Buffer.from(text, 'base64url');
    const nameEnd = 2 + (bytes[1] ?? 0);
    if (bytes[0] !== version || bytes.length < nameEnd) return invalid;
    if (!bytes.subarray(2, nameEnd).equals(name)) return { ok: false, reason: 'epoch' };
    const positions = readPositions(bytes, nameEnd);
    // Writing it again rules out every other spelling of the same bytes, and trailing ones.
    return positions !== undefined && encode(positions) === text ? { ok: true, positions } : invalid;
  }

  function readPositions(bytes: Buffer, start: number): number[] | undefined {
    const positions: number[] = [];
    let at = start;
    while (positions.length < shardCount) {
      let value = 0;
      let unit = 1;
      for (;;) {
        const byte = bytes[at++];
        if (byte === undefined) return undefined;
        value += (byte & 0x7f) * unit;
        if (!Number.isSafeInteger(value)) return undefined;
        if (byte < 0x80) break;
        unit *= 0x80;
      }
      positions.push(value);
    }
    return positions;
  }

  return { encode, parse };
}

/** The codec of a log that is opened later: its identity is read at the first cursor. */
export function cursorCodecOf(log: { readonly identity: LogIdentity }): CursorCodec {
  let codec: CursorCodec | undefined;
  const opened = (): CursorCodec => (codec ??= createCursorCodec(log.identity));
  return { encode: (positions) => opened().encode(positions), parse: (text) => opened().parse(text) };
}

/** Why positions can't be resumed from, given where the shards stand; `undefined` when they can. */
export function unusable(positions: Positions, heads: readonly ShardHead[]): 'invalid' | 'too_old' | undefined {
  if (heads.some((head, shard) => (positions[shard] ?? 0) > head.pos)) return 'invalid';
  if (heads.some((head, shard) => (positions[shard] ?? 0) < head.floorPos)) return 'too_old';
  return undefined;
}

/** The larger position of each shard. */
export function furthest(one: Positions, other: Positions): number[] {
  return one.map((position, shard) => Math.max(position, other[shard] ?? 0));
}

export function headPositions(heads: readonly ShardHead[]): number[] {
  return heads.map((head) => head.pos);
}
