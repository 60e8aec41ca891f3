import { describe, expect, it } from 'vitest';
import { createRing } from '../../../server/events/ring.js';
import { row, told } from './log-rows.js';

function ringOf(count: number, bounds = { events: 100, bytes: 1_000_000 }) {
  const ring = createRing(bounds);
  ring.reset([0]);
  for (let pos = 1; pos <= count; pos += 1) {
    const next = row(pos, { roomId: pos % 2 === 0 ? 'even' : 'odd' });
    ring.push(next, told(next));
  }
  return ring;
}

const positions = (entries: readonly { readonly row: { readonly pos: number } }[] | undefined) =>
  entries?.map((entry) => entry.row.pos);

describe('the ring', () => {
  it('tells everything after a position it still holds', () => {
    expect(positions(ringOf(6).after(0, 3))).toEqual([4, 5, 6]);
  });

  it('tells nothing, rather than a part, once the oldest had to go', () => {
    const ring = ringOf(300, { events: 4, bytes: 1_000_000 });
    expect(ring.after(0, 295)).toBeUndefined();
    expect(positions(ring.after(0, 296))).toEqual([297, 298, 299, 300]);
  });

  it('is bounded in bytes as well', () => {
    const ring = createRing({ events: 1_000, bytes: 10_000 });
    ring.reset([0]);
    for (let pos = 1; pos <= 10; pos += 1) ring.push(row(pos), told(row(pos), { content: 'x'.repeat(4_000) }));
    expect(ring.after(0, 7)).toBeUndefined();
    expect(positions(ring.after(0, 8))).toEqual([9, 10]);
  });

  it('slices one room between two positions from a seq on', () => {
    const slice = { roomId: 'even', shard: 0, afterPos: 1, uptoPos: 8, fromSeq: 4 };
    expect(positions(ringOf(10).slice(slice, 10))).toEqual([4, 6, 8]);
    expect(positions(ringOf(10).slice(slice, 2))).toEqual([4, 6]);
  });

  it('has no slice of what was not applied yet', () => {
    const slice = { roomId: 'even', shard: 0, afterPos: 1, uptoPos: 11, fromSeq: 1 };
    expect(ringOf(10).slice(slice, 10)).toBeUndefined();
  });

  it('counts positions that were skipped as held', () => {
    const ring = ringOf(2);
    ring.skip(0, 5);
    expect(ring.slice({ roomId: 'even', shard: 0, afterPos: 0, uptoPos: 5, fromSeq: 1 }, 10)).toHaveLength(1);
  });

  it('forgets the content of deleted messages and of replies that quote them', () => {
    const ring = createRing({ events: 100, bytes: 1_000_000 });
    ring.reset([0]);
    const quote = { id: 'message-1', seq: 1, senderId: 'ann', content: 'secret', deletedAt: null } as const;
    const replyTo = { ...quote, sender: { id: 'ann', name: null, image: null } };
    ring.push(row(1), told(row(1)));
    ring.push(row(2), told(row(2), { replyTo }));
    ring.push(row(3), told(row(3)));
    ring.forget('room', ['message-1']);
    expect(ring.after(0, 0)?.map((entry) => entry.event !== undefined)).toEqual([false, false, true]);
  });

  it('forgets everything when someone is erased', () => {
    const ring = ringOf(3);
    ring.forgetAll('nobody');
    expect(ring.after(0, 0)?.every((entry) => entry.event === undefined)).toBe(true);
  });
});
