import { AsyncResource } from 'node:async_hooks';
import type { Clock, Random } from '../ports.js';
import { answerMs, within } from './deadline.js';
import { unavailable } from './errors.js';
import { retryBusy } from './retry.js';

/** The writes of one process on one SQLite file, one after the other. */
export interface SqliteQueue {
  /**
   * Runs `task` when those before it have ended; again, as long as another process holds the write lock when it
   * starts. `UNAVAILABLE` when the queue is full, or when the task has not ended in time; one that has not begun by
   * then never will.
   */
  run<Result>(task: () => Promise<Result>): Promise<Result>;
  /** Resolves when nothing waits or runs. */
  idle(): Promise<void>;
}

/**
 * A first-in, first-out queue. A bare call on a connection with an open transaction falls into that transaction, so
 * nothing may use the writing client but through here.
 */
export function createSqliteQueue(
  ports: { readonly clock: Clock; readonly random: Random },
  { limit = 1_000 }: { readonly limit?: number } = {},
): SqliteQueue {
  const waiting: (() => Promise<void>)[] = [];
  const sleepers: (() => void)[] = [];
  let isRunning = false;

  async function drain(): Promise<void> {
    isRunning = true;
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      await task();
      // The driver is synchronous: without a real turn a long queue would keep sockets and timers waiting.
      await ports.clock.turn();
    }
    isRunning = false;
    for (const wake of sleepers.splice(0)) wake();
  }

  return {
    run<Result>(task: () => Promise<Result>): Promise<Result> {
      if (waiting.length >= limit) return Promise.reject(unavailable());
      let isAbandoned = false;
      // What a host keeps by `AsyncLocalStorage` is that of whoever asks, not of whoever set the queue going.
      const own = AsyncResource.bind(task);
      const ended = new Promise<Result>((resolve, reject) => {
        waiting.push(async () => {
          if (isAbandoned) return;
          await retryBusy(ports, own).then(resolve, reject);
        });
      });
      if (!isRunning) void drain();
      return within(ports.clock, ended, {
        ms: answerMs,
        onGiveUp: () => {
          isAbandoned = true;
        },
      });
    },
    idle: () => (isRunning ? new Promise((resolve) => sleepers.push(resolve)) : Promise.resolve()),
  };
}
