import type { LoggedEvent } from '@confab/shared';
import { shardOf } from '../events/log.js';
import type { LogRow } from '../events/log.js';
import type { Clock, Random } from '../ports.js';
import { answerMs, within } from './deadline.js';
import { faultOf, isLockTimeout, unavailable } from './errors.js';
import { sendKey, toSent } from './plain-batch.js';
import type { PlainWriter } from './plain-batch.js';
import type { PlainSend, PlainSendResult } from './port.js';
import type { StorePresentation } from './present/presentation.js';
import { retryConflicts } from './retry.js';

/** Messages that go into one transaction. */
const batchSize = 64;

/** Rooms per shard whose lock is waited for beside the others' batches. */
const parkedRooms = 4;

interface Waiting {
  readonly send: PlainSend;
  readonly key: string | null;
  readonly resolve: (result: PlainSendResult) => void;
  readonly reject: (error: unknown) => void;
  isAbandoned: boolean;
}

interface Lane {
  readonly shard: number;
  readonly queue: Waiting[];
  /** Rooms that someone else keeps locked: their messages wait by themselves, the rest of the shard goes on. */
  readonly parked: Set<string>;
  isBusy: boolean;
}

export interface PlainSends {
  send(send: PlainSend): Promise<PlainSendResult>;
  /** Resolves when nothing waits or is in flight. */
  idle(): Promise<void>;
}

export interface PlainSendsOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly write: PlainWriter;
  readonly shardCount: () => number;
  readonly present: () => StorePresentation;
  readonly onCommit: (rows: readonly LogRow[], events: readonly LoggedEvent[]) => void;
  /** Messages that may wait per shard; more are `UNAVAILABLE`. */
  readonly limit?: number;
}

/**
 * The fast path: per shard one batch in flight, and what arrives meanwhile goes into the next, so a busy shard pays
 * for one lock wait and one commit per batch. Nothing waits while the shard is idle.
 */
export function createPlainSends({ limit = 1_000, ...options }: PlainSendsOptions): PlainSends {
  const lanes = new Map<number, Lane>();
  const sleepers: (() => void)[] = [];

  function laneOf(roomId: string): Lane {
    const shard = shardOf(roomId, options.shardCount());
    const lane = lanes.get(shard) ?? { shard, queue: [], parked: new Set<string>(), isBusy: false };
    lanes.set(shard, lane);
    return lane;
  }

  async function run(lane: Lane): Promise<void> {
    if (lane.isBusy) return;
    lane.isBusy = true;
    for (let batch = nextBatch(lane); batch.length > 0; batch = nextBatch(lane)) await settle(lane, batch);
    lane.isBusy = false;
    if (isIdle()) for (const wake of sleepers.splice(0)) wake();
  }

  async function settle(lane: Lane, batch: readonly Waiting[]): Promise<void> {
    try {
      await store(lane, batch);
    } catch (error) {
      if (isLockTimeout(error)) park(lane, batch);
      else await settleFailed(lane, batch, error);
    }
  }

  /** One bad message fails all of a statement; done again by themselves, only it fails. */
  async function settleFailed(lane: Lane, batch: readonly Waiting[], error: unknown): Promise<void> {
    const [only] = batch;
    if (batch.length === 1 && only !== undefined) return settleAlone(only, error);
    if (faultOf(error) === 'away') return batch.forEach(({ reject }) => reject(error));
    for (const waiting of batch) await store(lane, [waiting]).catch((cause: unknown) => settleAlone(waiting, cause));
  }

  async function store(lane: Lane, batch: readonly Waiting[]): Promise<void> {
    const sends = batch.map(({ send }) => send);
    const placements = await retryConflicts(options, () => options.write(lane.shard, sends));
    const present = options.present();
    const sent = batch.map(({ send }, index) =>
      toSent(lane.shard, send, placements[index] ?? { outcome: 'fenced' }, present),
    );
    const logged = sent.flatMap((one) => one.logged ?? []);
    if (logged.length > 0) {
      options.onCommit(
        logged.map(({ row }) => row),
        logged.map(({ event }) => event),
      );
    }
    batch.forEach(({ resolve, reject }, index) => {
      const answer = sent[index]?.answer ?? { result: { outcome: 'fenced' } };
      if ('error' in answer) reject(answer.error);
      else resolve(answer.result);
    });
  }

  function park(lane: Lane, batch: readonly Waiting[]): void {
    const rooms = new Map<string, Waiting[]>();
    for (const waiting of batch) {
      const { roomId } = waiting.send.message;
      rooms.set(roomId, [...(rooms.get(roomId) ?? []), waiting]);
    }
    for (const [roomId, group] of rooms) {
      if (lane.parked.size >= parkedRooms) {
        // Back to the head of the queue, in order: they are tried again with the next batch.
        lane.queue.unshift(...group);
        continue;
      }
      lane.parked.add(roomId);
      const settled = store(lane, group).catch((error: unknown) => settleFailed(lane, group, error));
      void settled.finally(() => {
        lane.parked.delete(roomId);
        void run(lane);
      });
    }
  }

  function isIdle(): boolean {
    return [...lanes.values()].every((lane) => !lane.isBusy && lane.queue.length === 0 && lane.parked.size === 0);
  }

  return {
    send(send) {
      const lane = laneOf(send.message.roomId);
      if (lane.queue.length >= limit) return Promise.reject(unavailable());
      let giveUp = (): void => undefined;
      const sent = new Promise<PlainSendResult>((resolve, reject) => {
        const waiting: Waiting = { send, key: sendKey(send), resolve, reject, isAbandoned: false };
        giveUp = () => {
          waiting.isAbandoned = true;
        };
        lane.queue.push(waiting);
      });
      void run(lane);
      return within(options.clock, sent, { ms: answerMs, onGiveUp: giveUp });
    },
    idle: () => (isIdle() ? Promise.resolve() : new Promise((resolve) => sleepers.push(resolve))),
  };
}

/** Takes what goes into the next batch: in order per room, and never two of one key, which would break the statement. */
function nextBatch(lane: Lane): readonly Waiting[] {
  const batch: Waiting[] = [];
  const kept: Waiting[] = [];
  const keys = new Set<string>();
  const held = new Set(lane.parked);
  for (const waiting of lane.queue.splice(0)) {
    if (waiting.isAbandoned) continue;
    const { roomId } = waiting.send.message;
    const isTwin = waiting.key !== null && keys.has(waiting.key);
    if (batch.length === batchSize || isTwin || held.has(roomId)) {
      held.add(roomId);
      kept.push(waiting);
      continue;
    }
    if (waiting.key !== null) keys.add(waiting.key);
    batch.push(waiting);
  }
  lane.queue.push(...kept);
  return batch;
}

function settleAlone(waiting: Waiting, error: unknown): void {
  if (faultOf(error) === 'duplicate') waiting.resolve({ outcome: 'duplicate' });
  else waiting.reject(error);
}
