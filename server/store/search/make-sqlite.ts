import type Database from 'better-sqlite3';
import type { MessageFormat } from '@confab/shared';
import { makeOnSqlite, sqliteObjects } from './objects.js';
import { searchTextOf } from './words.js';

/** Rows that are read at once. */
const step = 1_000;

interface Words {
  readonly id: string;
  readonly content: string;
  readonly format: MessageFormat;
  readonly searchText: string | null;
}

/** Whether nothing has to be made: it is all there as it should be, or there is nothing yet that could be searched. */
export function isSearchMade(connection: Database.Database): boolean {
  const column = connection.prepare(`SELECT 1 FROM pragma_table_info('chat_message') WHERE name = 'searchText'`).get();
  if (column === undefined) return true;
  const find = connection.prepare<[string], { sql: string }>('SELECT "sql" FROM "sqlite_master" WHERE "name" = ?');
  return sqliteObjects.every(({ name, sql }) => find.get(name)?.sql === sql);
}

/** Gives every message its words and makes the index, in the transaction that is open. */
export function makeSearch(connection: Database.Database): void {
  const old = connection
    .prepare<[], { type: string; name: string }>(
      `SELECT "type", "name" FROM "sqlite_master"
       WHERE ("type" = 'trigger' AND "name" LIKE 'chat\\_search\\_%' ESCAPE '\\')
         OR ("type" = 'table' AND "name" IN ('chat_search', 'chat_search_place'))`,
    )
    .all();
  for (const { type, name } of old) connection.exec(`DROP ${type} "${name}"`);
  const read = connection.prepare<[string, number], Words>(
    `SELECT "id", "content", "format", "searchText" FROM "chat_message"
     WHERE "id" > ? AND "content" IS NOT NULL ORDER BY "id" LIMIT ?`,
  );
  const write = connection.prepare('UPDATE "chat_message" SET "searchText" = ? WHERE "id" = ?');
  for (let rows = read.all('', step); rows.length > 0; rows = read.all(rows.at(-1)?.id ?? '', step)) {
    for (const row of rows) {
      const words = searchTextOf(row);
      if (words !== row.searchText) write.run(words, row.id);
    }
  }
  for (const statement of makeOnSqlite) connection.exec(statement);
}
