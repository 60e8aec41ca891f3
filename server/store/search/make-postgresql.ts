import type { MessageFormat } from '@confab/shared';
import type { Client } from 'pg';
import { hasSearch, makeOnPostgresql } from './objects.js';
import { searchTextOf } from './words.js';

/** Rows that are read and written at once. */
const step = 1_000;

interface Words {
  readonly id: string;
  readonly content: string;
  readonly format: MessageFormat;
  readonly searchText: string | null;
}

/** Whether nothing has to be made: it is all there, or there is nothing yet that could be searched. */
export async function isSearchMade(client: Client): Promise<boolean> {
  const column = await client.query(
    `SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass('chat_message') AND attname = 'searchText' AND NOT attisdropped`,
  );
  if (column.rowCount === 0) return true;
  const { rows } = await client.query<{ isThere: number }>(hasSearch.postgresql);
  return rows[0]?.isThere === 1;
}

/** Gives every message its words and makes the index, in the transaction that is open. Nobody sends meanwhile. */
export async function makeSearch(client: Client): Promise<void> {
  await client.query('LOCK TABLE "chat_message" IN SHARE ROW EXCLUSIVE MODE');
  const { rows: old } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class JOIN pg_index ON indexrelid = pg_class.oid
     WHERE indrelid = to_regclass('chat_message') AND relname LIKE 'chat\\_search\\_%'`,
  );
  for (const { name } of old) await client.query(`DROP INDEX "${name}"`);
  for (let rows = await read(client, ''); rows.length > 0; rows = await read(client, rows.at(-1)?.id ?? '')) {
    const changed = rows
      .map((row) => ({ row, words: searchTextOf(row) }))
      .filter(({ row, words }) => words !== row.searchText);
    if (changed.length === 0) continue;
    await client.query(
      `UPDATE "chat_message" SET "searchText" = v.words
       FROM unnest($1::text[], $2::text[]) AS v(id, words) WHERE "chat_message"."id" = v.id`,
      [changed.map(({ row }) => row.id), changed.map(({ words }) => words)],
    );
  }
  for (const statement of makeOnPostgresql) await client.query(statement);
}

async function read(client: Client, after: string): Promise<readonly Words[]> {
  const { rows } = await client.query<Words>(
    `SELECT "id", "content", "format", "searchText" FROM "chat_message"
     WHERE "id" > $1 AND "content" IS NOT NULL ORDER BY "id" LIMIT $2`,
    [after, step],
  );
  return rows;
}
