import Database from 'better-sqlite3';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isSearchMade, makeSearch } from '../search/make-sqlite.js';
import type { AppliedMigration, DatabaseFacts } from './assess.js';
import { MigrationError } from './migration-error.js';
import type { MigrationDriver, MigrationSession } from './session.js';

type Connection = Database.Database;

// Prisma's own table, so that its command line reads what was applied here and the other way round.
const makeTable = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "checksum" TEXT NOT NULL,
  "finished_at" DATETIME,
  "migration_name" TEXT NOT NULL,
  "logs" TEXT,
  "rolled_back_at" DATETIME,
  "started_at" DATETIME NOT NULL DEFAULT current_timestamp,
  "applied_steps_count" INTEGER UNSIGNED NOT NULL DEFAULT 0
)`;

/** Migrates a SQLite file; the file and its folder are made when missing. Waits up to `waitMs` for other processes. */
export function createSqliteDriver(file: string, waitMs: number): MigrationDriver {
  return {
    async look() {
      if (!existsSync(file)) return { applied: null, hasOtherTables: false, isSearchMade: true };
      return using(file, waitMs, async (connection) => patiently(waitMs, () => readFacts(connection)));
    },
    async change(work) {
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      return using(file, waitMs, async (connection) => {
        await patiently(waitMs, () => connection.pragma('journal_mode = WAL'));
        // A migration that rebuilds a table drops the old one; with this on, rows that refer to it would go as well. The
        // migrations Prisma writes switch it off themselves, which SQLite ignores inside a transaction.
        connection.pragma('foreign_keys = OFF');
        await patiently(waitMs, () => connection.exec('BEGIN IMMEDIATE'));
        try {
          const before = danglingRows(connection);
          const result = await work(sessionOn(connection));
          if (danglingRows(connection) > before) {
            throw new MigrationError('The migrations would leave rows that refer to rows that are not there.');
          }
          await patiently(waitMs, () => connection.exec('COMMIT'));
          return result;
        } catch (error) {
          if (connection.inTransaction) connection.exec('ROLLBACK');
          throw error;
        }
      });
    },
  };
}

async function using<Result>(
  file: string,
  waitMs: number,
  work: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  // The driver's own busy timeout would hold up the event loop.
  const connection = await patiently(waitMs, () => new Database(file, { timeout: 0 }));
  try {
    return await work(connection);
  } finally {
    connection.close();
  }
}

function sessionOn(connection: Connection): MigrationSession {
  return {
    facts: () => Promise.resolve(readFacts(connection)),
    apply(migration) {
      connection.exec(makeTable);
      const startedAt = Date.now();
      connection.exec(migration.sql);
      connection
        .prepare(
          'INSERT INTO "_prisma_migrations" ("id", "checksum", "migration_name", "started_at", "finished_at", "applied_steps_count") VALUES (?, ?, ?, ?, ?, 1)',
        )
        .run(randomUUID(), migration.checksum, migration.name, startedAt, Date.now());
      return Promise.resolve();
    },
    makeSearch() {
      makeSearch(connection);
      return Promise.resolve();
    },
  };
}

function readFacts(connection: Connection): DatabaseFacts {
  const tables = connection
    .prepare<[], { name: string }>(
      `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`,
    )
    .all()
    .map(({ name }) => name);
  const hasOtherTables = tables.some((name) => name !== '_prisma_migrations');
  const made = { hasOtherTables, isSearchMade: isSearchMade(connection) };
  if (!tables.includes('_prisma_migrations')) return { applied: null, ...made };
  const rows = connection
    .prepare<[], { name: string; checksum: string; finished: number }>(
      'SELECT "migration_name" AS name, "checksum", "finished_at" IS NOT NULL AS finished FROM "_prisma_migrations" WHERE "rolled_back_at" IS NULL',
    )
    .all();
  const applied: readonly AppliedMigration[] = rows.map(({ name, checksum, finished }) => ({
    name,
    checksum,
    isFinished: finished === 1,
  }));
  return { applied, ...made };
}

/** How many rows break a foreign key. */
function danglingRows(connection: Connection): number {
  return (connection.pragma('foreign_key_check') as readonly unknown[]).length;
}

async function patiently<Result>(waitMs: number, work: () => Result): Promise<Result> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (Date.now() > deadline)
        throw new MigrationError('Another process keeps the database locked.', { cause: error });
      await wait(5 + Math.random() * 20);
    }
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');
}
