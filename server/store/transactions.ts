import type { Clock, Random } from '../ports.js';
import type { LogRow } from '../events/log.js';
import type { Clients, TransactionOptions } from './client.js';
import { within } from './deadline.js';
import { isOwnDuplicate, unavailable } from './errors.js';
import { takeWriteLock } from './locks.js';
import type { StorePresentation } from './present/presentation.js';
import { retryConflicts } from './retry.js';
import type { SqliteQueue } from './sqlite-queue.js';
import type { Db } from './transaction.js';
import { createUnitOfWork } from './write-transaction.js';
import type { UnitOfWork } from './write-transaction.js';

/** How long a transaction waits for a connection, and how long it may take. */
export const transactionLimits: TransactionOptions = { maxWait: 4_000, timeout: 4_000 };

/** Runs work in units of work, each a database transaction. */
export interface Transactions {
  /** Commits what `work` did, then tells `onCommit` and runs what was to run afterwards. */
  run<Result>(work: (unit: UnitOfWork) => Promise<Result>): Promise<Result>;
  /** Resolves when none is running. */
  idle(): Promise<void>;
}

export interface TransactionsOptions {
  readonly clients: Clients;
  readonly clock: Clock;
  readonly random: Random;
  readonly shardCount: () => number;
  /** Where writes queue on SQLite. */
  readonly queue: SqliteQueue;
  /** Its connections have the timeouts set already. */
  readonly ownPool: boolean;
  readonly present: () => StorePresentation;
  readonly onCommit: (rows: readonly LogRow[]) => void;
  readonly onError: (error: unknown) => void;
  /** Transactions that may run or wait at once; more are `UNAVAILABLE`. */
  readonly limit?: number;
}

/** The ordinary path: one Prisma transaction per unit of work, done again when it lost to another one. */
export function createTransactions({ limit = 1_000, ...options }: TransactionsOptions): Transactions {
  const { clients, clock, queue } = options;
  const isSqlite = clients.provider === 'sqlite';
  const sleepers: (() => void)[] = [];
  let running = 0;

  /**
   * `known`: the rooms that earlier attempts locked. Locking them first, in order, can't lose the same way again.
   * `isLate`: the caller was told that it failed, so it must not be committed any more.
   */
  async function attempt<Result>(
    work: (unit: UnitOfWork) => Promise<Result>,
    known: Set<string>,
    isLate: () => boolean,
  ): Promise<Result> {
    if (isLate()) throw unavailable();
    const { result, rows, tasks } = await clients.writer.$transaction(async (db) => {
      await prepare(db);
      const { provider } = clients;
      const present = options.present();
      const unit = createUnitOfWork({ db, provider, present, shardCount: options.shardCount(), clock });
      if (known.size > 0) await unit.tx.lock([...known]);
      const outcome = await work(unit).catch((error: unknown) => {
        for (const roomId of unit.asked) known.add(roomId);
        throw unit.conflict ?? error;
      });
      const rows = await unit.finish();
      if (isLate()) throw unavailable();
      return { result: outcome, rows, tasks: unit.tasks };
    }, transactionLimits);
    if (rows.length > 0) options.onCommit(rows);
    for (const task of tasks) runTask(task);
    return result;
  }

  async function prepare(db: Db): Promise<void> {
    if (isSqlite) await takeWriteLock(db);
    else if (!options.ownPool) await setTimeouts(db);
  }

  function runTask(task: () => void): void {
    try {
      task();
    } catch (error) {
      // It is committed: whatever follows must not make it look as if it was not.
      options.onError(error);
    }
  }

  async function runOnce<Result>(work: (unit: UnitOfWork) => Promise<Result>, isLate: () => boolean): Promise<Result> {
    const known = new Set<string>();
    running += 1;
    try {
      // A unique key that someone else took meanwhile is a lost race, too: the second time, `work` sees their row.
      return await retryConflicts(
        options,
        () => (isSqlite ? queue.run(() => attempt(work, known, isLate)) : attempt(work, known, isLate)),
        isOwnDuplicate,
      );
    } finally {
      running -= 1;
      if (running === 0) for (const wake of sleepers.splice(0)) wake();
    }
  }

  return {
    run(work) {
      if (running >= limit) return Promise.reject(unavailable());
      let isLate = false;
      return within(
        clock,
        runOnce(work, () => isLate),
        { onGiveUp: () => void (isLate = true) },
      );
    },
    idle: () => (running === 0 ? Promise.resolve() : new Promise((resolve) => sleepers.push(resolve))),
  };
}

/** The same limits as on connections of our own, until the transaction ends: the host's other queries keep theirs. */
async function setTimeouts(db: Db): Promise<void> {
  await db.$queryRaw`
    SELECT set_config('lock_timeout', '2s', true), set_config('statement_timeout', '5s', true),
      set_config('idle_in_transaction_session_timeout', '2s', true)`;
}
