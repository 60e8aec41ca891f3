import { createParts } from '../../parts.js';
import { systemCaller } from '../caller.js';
import type { Kernel } from '../kernel.js';

/** Removes messages that are older than their room keeps them. */
export interface Expiry {
  /**
   * One bounded piece of work; the next run goes on where it ended. Returns how many messages are gone.
   *
   * @param signal - Ends it after the transaction it is in.
   */
  run(signal?: AbortSignal): Promise<number>;
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

  function expire(roomId: string): Promise<number> {
    return store.transaction(async ({ store: within }) => {
      const gone = await within.write(async (tx) => {
        const room = (await tx.lock([roomId])).get(roomId);
        // It was changed, or deleted, while this was on its way.
        if (room === undefined || room.deletedAt !== null || room.retentionDays === null) return [];
        const at = clock.now();
        // By what it says now: it may keep more than when it was listed.
        const before = new Date(at.getTime() - room.retentionDays * dayMs);
        return within.methods.expireMessages(tx, { roomId, before, limit: messagesPerStep, at });
      });
      const op = { kernel, caller: systemCaller, store: within };
      if (gone.length > 0) await keepers.purge(op, { messageId: { in: [...gone] } });
      return gone.length;
    });
  }

  /** What is left of a run's steps, and what it did. */
  interface Run {
    readonly signal: AbortSignal | undefined;
    steps: number;
    removed: number;
  }

  /** `false` when there was no step left for the rest of it. */
  async function expireRoom(run: Run, id: string): Promise<boolean> {
    for (let isMore = true; isMore;) {
      if (run.steps <= 0 || run.signal?.aborted === true) return false;
      run.steps -= 1;
      const count = await expire(id);
      run.removed += count;
      isMore = count === messagesPerStep;
    }
    return true;
  }

  return {
    async run(signal) {
      const run: Run = { signal, steps: stepsPerRun, removed: 0 };
      const parts = createParts('removing old messages');
      for (let isMore = true; isMore;) {
        const from = afterId;
        const rooms = await store.read((tx) =>
          store.methods.roomsWithRetention(tx, { afterId: from, limit: roomsPerPage }),
        );
        for (const { id } of rooms) {
          if ((await parts.attempt(() => expireRoom(run, id))) === false) {
            parts.end();
            return run.removed;
          }
          // One that failed, too: its turn comes again after all the others.
          afterId = id;
        }
        isMore = rooms.length === roomsPerPage;
      }
      afterId = '';
      parts.end();
      return run.removed;
    },
  };
}
