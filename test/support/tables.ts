import Sqlite from 'better-sqlite3';
import pg from 'pg';
import type { Database } from './databases.js';

export type Row = Readonly<Record<string, unknown>>;

/** Reads every table there is, those that no model names among them. */
export async function readTables({ provider, url }: Pick<Database, 'provider' | 'url'>): Promise<Map<string, Row[]>> {
  return provider === 'sqlite' ? readSqlite(url.replace(/^file:/, '')) : readPostgresql(url);
}

/** Where a text occurs in the database, as `table.column`, whatever the column holds. */
export async function findText(database: Pick<Database, 'provider' | 'url'>, text: string): Promise<string[]> {
  const found = new Set<string>();
  for (const [table, rows] of await readTables(database)) {
    for (const row of rows) {
      for (const [column, value] of Object.entries(row))
        if (textOf(value).includes(text)) found.add(`${table}.${column}`);
    }
  }
  return [...found].toSorted();
}

function textOf(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  if (typeof value === 'string') return value;
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? String(part) : part)) ?? '';
}

function readSqlite(file: string): Map<string, Row[]> {
  const db = new Sqlite(file, { readonly: true, timeout: 5_000 });
  try {
    // A virtual table's own words are in its shadow tables, which are tables like any other.
    const names = db
      .prepare<[], { name: string }>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'",
      )
      .all();
    return new Map(names.map(({ name }) => [name, db.prepare<[], Row>(`SELECT * FROM "${name}"`).all()]));
  } finally {
    db.close();
  }
}

async function readPostgresql(url: string): Promise<Map<string, Row[]>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: names } = await client.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables
       WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'`,
    );
    const tables = new Map<string, Row[]>();
    for (const { name } of names) tables.set(name, (await client.query<Row>(`SELECT * FROM "${name}"`)).rows);
    return tables;
  } finally {
    await client.end();
  }
}
