import { systemCaller } from '../caller.js';
import type { Kernel } from '../kernel.js';

/** Removes messages that are older than their room keeps them. */
export interface Expiry {
  /** One bounded piece of work; the next run goes on where it ended. Returns how many messages are gone. */
  run(): Promise<number>;
}

/** Messages one event tells of, and one transaction removes. */
const messagesPerStep = 100;
/** Transactions one run may use. */
const stepsPerRun = 500;
/** Rooms read at once. */
const roomsPerPage = 200;

const dayMs = 24 * 60 * 60 * 1_000;

/** Goes through the rooms that keep messages for a time only. Runs may overlap between processes. */
export function createExpiry(kernel: Kernel): Expiry {
  const { store, clock, keepers } = kernel;
  let afterId = '';

  function expire(roomId: string, before: Date): Promise<number> {
    return store.transaction(async ({ store: within }) => {
      const gone = await within.write(async (tx) => {
        const room = (await tx.lock([roomId])).get(roomId);
        // It was changed, or deleted, while this was on its way.
        if (room === undefined || room.deletedAt !== null || room.retentionDays === null) return [];
        const at = clock.now();
        return within.methods.expireMessages(tx, { roomId, before, limit: messagesPerStep, at });
      });
      const op = { kernel, caller: systemCaller, store: within };
      if (gone.length > 0) await keepers.purge(op, { messageId: { in: [...gone] } });
      return gone.length;
    });
  }

  return {
    async run() {
      let removed = 0;
      let steps = 0;
      for (;;) {
        const from = afterId;
        const rooms = await store.read((tx) =>
          store.methods.roomsWithRetention(tx, { afterId: from, limit: roomsPerPage }),
        );
        for (const { id, retentionDays } of rooms) {
          const before = new Date(clock.now().getTime() - (retentionDays ?? 0) * dayMs);
          for (let isMore = retentionDays !== null; isMore; steps += 1) {
            if (steps >= stepsPerRun) return removed;
            const count = await expire(id, before);
            removed += count;
            isMore = count === messagesPerStep;
          }
          afterId = id;
        }
        if (rooms.length === roomsPerPage) continue;
        afterId = '';
        return removed;
      }
    },
  };
}
