import Database from 'better-sqlite3';
import pg from 'pg';
import type { TestDatabase } from '../support/server.js';

/** Runs statements on a test's database, past everything that is under test, and returns the rows of the last. */
export async function runOn({ provider, url }: TestDatabase, ...statements: string[]): Promise<readonly unknown[]> {
  return provider === 'sqlite' ? runOnSqlite(url, statements) : runOnPostgresql(url, statements);
}

function runOnSqlite(url: string, statements: readonly string[]): readonly unknown[] {
  const database = new Database(url.replace(/^file:/, ''));
  try {
    let rows: readonly unknown[] = [];
    for (const text of statements) {
      const statement = database.prepare(text);
      if (statement.reader) rows = statement.all();
      else statement.run();
    }
    return rows;
  } finally {
    database.close();
  }
}

async function runOnPostgresql(url: string, statements: readonly string[]): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    let rows: readonly unknown[] = [];
    for (const text of statements) rows = (await client.query<Record<string, unknown>>(text)).rows;
    return rows;
  } finally {
    await client.end();
  }
}

/** Ends up in the history as another tool would have written it. */
export function recordMigration(name: string, { isFinished = true, checksum = 'x' } = {}): string {
  const finished = isFinished ? `'2026-01-01 00:00:00'` : 'NULL';
  return `INSERT INTO "_prisma_migrations" ("id", "checksum", "migration_name", "finished_at", "applied_steps_count")
    VALUES ('${name.slice(0, 36)}', '${checksum}', '${name}', ${finished}, 1)`;
}
