import type { Clock } from '../ports.js';
import { purgeRoom, pruneEvents } from './pruning.js';
import type { ChatStore } from './port.js';
import { createSessionPruning } from './session-pruning.js';

/** Rooms looked at in one run. */
const roomsPerRun = 1_000;

/** Small transactions one run may use. */
const stepsPerRun = 100;

const dayMs = 24 * 60 * 60 * 1_000;

/** What could not be delivered for so long is dropped. */
const deliveryMs = 30 * dayMs;

/** How long the log is kept, per room: an event goes when it is older than `days` and not among the last `events`. */
export interface RetentionPolicy {
  readonly days: number;
  readonly events: number;
}

/** Keeps the log from growing for ever. */
export interface Retention {
  /** One bounded piece of work; the next run goes on where it ended. Returns how many events and rooms are gone. */
  run(): Promise<{ readonly events: number; readonly rooms: number }>;
}

/**
 * Prunes old events, purges rooms that were deleted longer ago than the log is kept, and drops what could not be delivered
 * for a month. Runs may overlap between processes: what is gone already is gone.
 */
export function createRetention(store: ChatStore, policy: RetentionPolicy, clock: Clock): Retention {
  let lastRoomId = '';
  const sessions = createSessionPruning(store);

  return {
    async run() {
      await dropDeliveries(store, new Date(clock.now().getTime() - deliveryMs));
      const before = new Date(clock.now().getTime() - policy.days * dayMs);
      await sessions.run(before);
      const rooms = await store.read(({ db }) =>
        db.chatRoom.findMany({
          where: { id: { gt: lastRoomId } },
          orderBy: { id: 'asc' },
          take: roomsPerRun,
          select: { id: true, shard: true, lastSeq: true, deletedAt: true },
        }),
      );
      const pruned = { events: 0, rooms: 0 };
      let steps = 0;
      for (const room of rooms) {
        const isGone = room.deletedAt !== null && room.deletedAt < before;
        const uptoSeq = isGone ? room.lastSeq : room.lastSeq - policy.events;
        for (let isMore = uptoSeq > 0; isMore; steps += 1) {
          if (steps >= stepsPerRun) return pruned;
          const count = await pruneEvents(store, { roomId: room.id, shard: room.shard, uptoSeq, before });
          pruned.events += count;
          isMore = count > 0;
        }
        for (let isMore = isGone; isMore; steps += 1) {
          if (steps >= stepsPerRun) return pruned;
          isMore = !(await purgeRoom(store, room.id));
          if (!isMore) pruned.rooms += 1;
        }
        lastRoomId = room.id;
      }
      if (rooms.length < roomsPerRun) lastRoomId = '';
      return pruned;
    },
  };
}

async function dropDeliveries(store: ChatStore, before: Date): Promise<void> {
  for (let steps = 0; steps < stepsPerRun; steps += 1) {
    if ((await store.write((tx) => store.methods.pruneDeliveries(tx, { before }))) === 0) return;
  }
}
