import assert from 'node:assert/strict';
import { shardOf } from '../../events/log.js';
import type { LogRow } from '../../events/log.js';
import type { ChatStore } from '../../store/port.js';
import { range } from '../suite/expectations.js';

/** A room's whole log, as it was written. */
export async function rowsOf(store: ChatStore, roomId: string): Promise<readonly LogRow[]> {
  const shard = shardOf(roomId, store.log.identity.shardCount);
  const head = (await store.log.heads())[shard]?.pos ?? 0;
  return store.log.slices([{ roomId, shard, afterPos: 0, uptoPos: head, fromSeq: 1 }], 10_000);
}

/** A room's whole log, as it is told today. */
export async function eventsOf(store: ChatStore, roomId: string) {
  return store.log.render(await rowsOf(store, roomId));
}

/** Fails unless the room's numbers begin at 1 and have no hole; returns how many there are. */
export async function assertGaplessRoom(store: ChatStore, roomId: string): Promise<number> {
  const seqs = (await rowsOf(store, roomId)).map(({ seq }) => seq);
  assert.deepEqual(seqs, range(1, seqs.length), `room ${roomId} has a hole or a repetition in its numbers`);
  return seqs.length;
}

/** Reads the log as a node does, all the while: what is at or below a head must be there already, without a hole. */
export function followLog(store: ChatStore): { stop(): Promise<void> } {
  const seen = new Map<number, number>();
  let isStopping = false;

  async function poll(): Promise<void> {
    const heads = await store.log.heads();
    for (const [shard, { pos }] of heads.entries()) {
      const after = seen.get(shard) ?? pos;
      const rows = await store.log.read(shard, after, pos, 10_000);
      const found = rows.map((row) => row.pos);
      assert.deepEqual(found, range(after + 1, pos), `shard ${shard} has a hole at or below its head`);
      seen.set(shard, pos);
    }
  }
  async function follow(): Promise<void> {
    while (!isStopping) {
      await poll();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await poll();
  }

  const following = follow();
  // It is awaited when it is stopped; until then its failure must not count as unhandled.
  following.catch(() => undefined);
  return {
    stop() {
      isStopping = true;
      return following;
    },
  };
}
