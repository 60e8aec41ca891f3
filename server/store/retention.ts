import { createParts } from '../parts.js';
import type { Parts } from '../parts.js';
import type { Clock } from '../ports.js';
import { purgeRoom, pruneEvents } from './pruning.js';
import type { ChatStore } from './port.js';
import type { RoomRow } from './rows.js';
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
  /**
   * One bounded piece of work; the next run goes on where it ended. Returns how many events and rooms are gone.
   *
   * @param signal - Ends it after the transaction it is in, or the small part that is no room's.
   */
  run(signal?: AbortSignal): Promise<{ readonly events: number; readonly rooms: number }>;
}

/**
 * Prunes old events, purges rooms that were deleted longer ago than the log is kept, and drops what could not be delivered
 * for a month. Runs may overlap between processes: what is gone already is gone.
 */
export function createRetention(store: ChatStore, policy: RetentionPolicy, clock: Clock): Retention {
  let lastRoomId = '';
  const sessions = createSessionPruning(store);

  /** What is left of a run's steps, and what it did. */
  interface Run {
    readonly signal: AbortSignal | undefined;
    steps: number;
    events: number;
    rooms: number;
  }

  const isOver = ({ steps, signal }: Run): boolean => steps <= 0 || signal?.aborted === true;

  /** `false` when there was no step left for the rest of it. */
  async function pruneRoom(
    run: Run,
    room: Pick<RoomRow, 'id' | 'shard' | 'lastSeq' | 'deletedAt'>,
    before: Date,
  ): Promise<boolean> {
    const isGone = room.deletedAt !== null && room.deletedAt < before;
    const uptoSeq = isGone ? room.lastSeq : room.lastSeq - policy.events;
    for (let isMore = uptoSeq > 0; isMore;) {
      if (isOver(run)) return false;
      run.steps -= 1;
      const count = await pruneEvents(store, { roomId: room.id, shard: room.shard, uptoSeq, before });
      run.events += count;
      isMore = count > 0;
    }
    for (let isMore = isGone; isMore;) {
      if (isOver(run)) return false;
      run.steps -= 1;
      isMore = !(await purgeRoom(store, room.id));
      if (!isMore) run.rooms += 1;
    }
    return true;
  }

  async function pruneRooms(run: Run, parts: Parts, before: Date): Promise<void> {
    const rooms = await store.read(({ db }) =>
      db.chatRoom.findMany({
        where: { id: { gt: lastRoomId } },
        orderBy: { id: 'asc' },
        take: roomsPerRun,
        select: { id: true, shard: true, lastSeq: true, deletedAt: true },
      }),
    );
    for (const room of rooms) {
      if ((await parts.attempt(() => pruneRoom(run, room, before))) === false) return;
      // One that failed, too: its turn comes again after all the others.
      lastRoomId = room.id;
    }
    if (rooms.length < roomsPerRun) lastRoomId = '';
  }

  return {
    async run(signal) {
      const parts = createParts('pruning');
      const run: Run = { signal, steps: stepsPerRun, events: 0, rooms: 0 };
      const before = new Date(clock.now().getTime() - policy.days * dayMs);
      await parts.attempt(() => dropDeliveries(store, new Date(clock.now().getTime() - deliveryMs)));
      await parts.attempt(() => sessions.run(before));
      if (signal?.aborted !== true) await pruneRooms(run, parts, before);
      parts.end();
      return { events: run.events, rooms: run.rooms };
    },
  };
}

async function dropDeliveries(store: ChatStore, before: Date): Promise<void> {
  for (let steps = 0; steps < stepsPerRun; steps += 1) {
    if ((await store.write((tx) => store.methods.pruneDeliveries(tx, { before }))) === 0) return;
  }
}
