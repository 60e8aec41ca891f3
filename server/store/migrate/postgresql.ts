import { randomUUID } from 'node:crypto';
import { Client, DatabaseError } from 'pg';
import { isSearchMade, makeSearch } from '../search/make-postgresql.js';
import type { DatabaseFacts } from './assess.js';
import { MigrationError } from './migration-error.js';
import type { MigrationDriver, MigrationSession } from './session.js';

// The number Prisma's own command line takes, so that the two never migrate one database at the same time.
const advisoryLock = 72_707_369;

// Prisma's own table, so that its command line reads what was applied here and the other way round.
const makeTable = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" VARCHAR(36) PRIMARY KEY NOT NULL,
  "checksum" VARCHAR(64) NOT NULL,
  "finished_at" TIMESTAMPTZ,
  "migration_name" VARCHAR(255) NOT NULL,
  "logs" TEXT,
  "rolled_back_at" TIMESTAMPTZ,
  "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
  "applied_steps_count" INTEGER NOT NULL DEFAULT 0
)`;

// Tables that came with an extension (spatial_ref_sys, say) are nobody's data.
const listTables = `SELECT c.relname AS name FROM pg_class c
  WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1) AND c.relkind IN ('r', 'p')
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')`;

/** Migrates one schema of a PostgreSQL database. Waits up to `waitMs` for other processes and for locks. */
export function createPostgresqlDriver(target: { url: string; schema: string }, waitMs: number): MigrationDriver {
  return {
    look: () => using(target, (client) => readFacts(client, target.schema)),
    change: (work) =>
      using(target, async (client) => {
        await client.query('BEGIN');
        try {
          await client.query(`SET LOCAL lock_timeout = ${String(waitMs)}`);
          await client.query(`SELECT pg_advisory_xact_lock(${String(advisoryLock)})`);
          const result = await work(sessionOn(client, target.schema));
          await client.query('COMMIT');
          return result;
        } catch (error) {
          await client.query('ROLLBACK').catch(() => undefined);
          if (!isLockTimeout(error) && !isLockTimeout((error as Error).cause)) throw error;
          throw new MigrationError('Another process keeps the database locked.', { cause: error });
        }
      }),
  };
}

async function using<Result>(
  { url, schema }: { url: string; schema: string },
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    application_name: 'confab migrate',
  });
  // A connection lost between two queries is reported by the next one; without a listener it would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect().catch((error: unknown) => {
      throw unreachable(url, error);
    });
    await client.query(`SET search_path TO "${schema}"`);
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function sessionOn(client: Client, schema: string): MigrationSession {
  return {
    facts: () => readFacts(client, schema),
    async apply(migration) {
      const schemas = await client.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema]);
      // Asking first, because even IF NOT EXISTS needs the right to make one.
      if (schemas.rowCount === 0) await client.query(`CREATE SCHEMA IF NOT EXISTS "${schema}"`);
      await client.query(makeTable);
      await client.query(migration.sql);
      await client.query(
        `INSERT INTO "_prisma_migrations" ("id", "checksum", "migration_name", "started_at", "finished_at", "applied_steps_count")
         VALUES ($1, $2, $3, clock_timestamp(), clock_timestamp(), 1)`,
        [randomUUID(), migration.checksum, migration.name],
      );
    },
    makeSearch: () => makeSearch(client),
  };
}

async function readFacts(client: Client, schema: string): Promise<DatabaseFacts> {
  const tables = await client.query<{ name: string }>(listTables, [schema]);
  const names = tables.rows.map(({ name }) => name);
  const hasOtherTables = names.some((name) => name !== '_prisma_migrations');
  const made = { hasOtherTables, isSearchMade: await isSearchMade(client) };
  if (!names.includes('_prisma_migrations')) return { applied: null, ...made };
  const { rows } = await client.query<{ name: string; checksum: string; isFinished: boolean }>(
    `SELECT "migration_name" AS name, "checksum", "finished_at" IS NOT NULL AS "isFinished"
     FROM "_prisma_migrations" WHERE "rolled_back_at" IS NULL`,
  );
  return { applied: rows, ...made };
}

function isLockTimeout(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === '55P03';
}

function unreachable(url: string, error: unknown): MigrationError {
  // A name with several addresses fails with an error that has a code and no message.
  const { message = '', code = 'no answer' } = error as { message?: string; code?: string };
  return new MigrationError(`PostgreSQL at ${new URL(url).host} can't be used: ${message === '' ? code : message}`, {
    cause: error,
  });
}
