import type { LoggedEvent } from '@confab/shared';
import type { LogRow, RoomSlice } from './log.js';
import { weight } from './weight.js';

/** An applied event. `event` is absent when its content is not kept, or was forgotten; it is rendered anew when needed. */
export interface RingEntry {
  row: LogRow;
  event: LoggedEvent | undefined;
  /** Approximate bytes of the event as JSON. */
  readonly bytes: number;
}

/** The newest applied events of every shard, in memory. */
export interface Ring {
  /** Begins at these positions, empty. */
  reset(positions: readonly number[]): void;
  /** Takes the next event of its shard. Of one that does not last, only the row is kept. */
  push(row: LogRow, event: LoggedEvent, isLasting?: boolean): void;
  /** Notes that nothing is left of the shard's positions up to `pos`. */
  skip(shard: number, pos: number): void;
  /** Everything of a shard after a position, in order; `undefined` when part of it is held no more. */
  after(shard: number, pos: number): readonly RingEntry[] | undefined;
  /** At most `limit` entries of a slice, in order; `undefined` when part of it is not held. */
  slice(slice: RoomSlice, limit: number): readonly RingEntry[] | undefined;
  /** Drops the content of these messages wherever it is held. */
  forget(roomId: string, messageIds: readonly string[]): void;
  /** Drops all content, because this user was erased: names may be anywhere. What the user reacted with goes as well. */
  forgetAll(userId: string): void;
}

export interface RingBounds {
  /** Per shard. */
  readonly events: number;
  /** Per shard. */
  readonly bytes: number;
}

interface ShardRing {
  /** Held are all positions above it, up to `tail`. */
  start: number;
  tail: number;
  bytes: number;
  readonly entries: EntryQueue;
  readonly rooms: Map<string, EntryQueue>;
}

export function createRing(bounds: RingBounds): Ring {
  let shards: readonly ShardRing[] = [];

  function evict(ring: ShardRing): void {
    const oldest = ring.entries.shift();
    if (oldest === undefined) return;
    ring.start = oldest.row.pos;
    ring.bytes -= oldest.bytes;
    const room = ring.rooms.get(oldest.row.roomId);
    room?.shift();
    if (room?.length === 0) ring.rooms.delete(oldest.row.roomId);
  }

  return {
    reset(positions) {
      shards = positions.map((start) => ({
        start,
        tail: start,
        bytes: 0,
        entries: new EntryQueue(),
        rooms: new Map<string, EntryQueue>(),
      }));
    },
    push(row, event, isLasting = true) {
      const ring = shards[row.shard];
      if (ring === undefined) return;
      const entry: RingEntry = { row, event: isLasting ? event : undefined, bytes: weight(event) };
      ring.tail = row.pos;
      ring.bytes += entry.bytes;
      ring.entries.push(entry);
      let room = ring.rooms.get(row.roomId);
      if (room === undefined) ring.rooms.set(row.roomId, (room = new EntryQueue()));
      room.push(entry);
      while (ring.entries.length > bounds.events || ring.bytes > bounds.bytes) evict(ring);
    },
    skip(shard, pos) {
      const ring = shards[shard];
      if (ring !== undefined) ring.tail = Math.max(ring.tail, pos);
    },
    after(shard, pos) {
      const ring = shards[shard];
      return ring === undefined || pos < ring.start ? undefined : ring.entries.from(pos);
    },
    slice({ shard, roomId, afterPos, uptoPos, fromSeq }, limit) {
      const ring = shards[shard];
      if (ring === undefined || afterPos < ring.start || uptoPos > ring.tail) return undefined;
      const found: RingEntry[] = [];
      for (const entry of ring.rooms.get(roomId)?.from(afterPos) ?? []) {
        if (entry.row.pos > uptoPos || found.length >= limit) break;
        if (entry.row.seq >= fromSeq) found.push(entry);
      }
      return found;
    },
    forget(roomId, messageIds) {
      const gone = new Set(messageIds);
      for (const ring of shards) {
        for (const entry of ring.rooms.get(roomId)?.from(-1) ?? []) if (tellsOf(entry, gone)) entry.event = undefined;
      }
    },
    forgetAll(userId) {
      for (const ring of shards) {
        for (const entry of ring.entries.from(-1)) {
          entry.event = undefined;
          const { row } = entry;
          if (row.actorId !== userId || row.data.emoji === undefined) continue;
          const { replaced: _replaced, ...data } = row.data;
          entry.row = { ...row, data: { ...data, emoji: '' } };
        }
      }
    },
  };
}

function tellsOf({ row, event }: RingEntry, messageIds: ReadonlySet<string>): boolean {
  if (row.data.messageId !== undefined && messageIds.has(row.data.messageId)) return true;
  // A reply shows the message it answers.
  const isMessage = event?.type === 'message.created' || event?.type === 'message.updated';
  return isMessage && event.data.message.replyTo !== null && messageIds.has(event.data.message.replyTo.id);
}

/** A queue in `pos` order that drops from the front without moving the rest each time. */
class EntryQueue {
  #items: RingEntry[] = [];
  #first = 0;

  get length(): number {
    return this.#items.length - this.#first;
  }

  push(entry: RingEntry): void {
    this.#items.push(entry);
  }

  shift(): RingEntry | undefined {
    const entry = this.#items[this.#first];
    if (entry === undefined) return undefined;
    this.#first += 1;
    if (this.#first >= 64 && this.#first * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    return entry;
  }

  /** The entries above a position. */
  from(pos: number): readonly RingEntry[] {
    let low = this.#first;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#items[middle]?.row.pos ?? 0) <= pos) low = middle + 1;
      else high = middle;
    }
    return this.#items.slice(low);
  }
}
