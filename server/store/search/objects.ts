import type { Provider } from '../transaction.js';

/**
 * What a search needs of the database beside the models, which Prisma's schema can't say. The names carry a version: it
 * is raised when the words are made in another way, and then everything is made anew.
 */

/** The mark ahead of a room's id among the words: no word holds it, so that nobody finds a room by looking for its id. */
const roomMark = '§';

/** A room as a word of the index. */
export function roomTerm(roomId: string): string {
  return `${roomMark}${roomId.replaceAll('-', '')}`;
}

const index = 'chat_search_v1';
const indexed = (row: string): string =>
  `'${roomMark}' || replace(${row}"roomId", '-', '') || ' ' || ${row}"searchText"`;

/** On PostgreSQL: the room and the words of a message as the index has them. */
export const searchVector = `${index}_of("roomId", "searchText")`;

// On SQLite a message has a place in the index, because its own row number may change. The index keeps no text of its own;
// to take a message out it is told the very words that were put in.
const take = (row: string): string =>
  `INSERT INTO "chat_search" ("chat_search", "rowid", "words")
    SELECT 'delete', "place", ${indexed(row)} FROM "chat_search_place" WHERE "messageId" = ${row}"id"`;
const put = (row: string): string =>
  `INSERT INTO "chat_search_place" ("messageId") VALUES (${row}"id") ON CONFLICT ("messageId") DO NOTHING;
  INSERT INTO "chat_search" ("rowid", "words")
    SELECT "place", ${indexed(row)} FROM "chat_search_place" WHERE "messageId" = ${row}"id"`;
const forget = (row: string): string => `DELETE FROM "chat_search_place" WHERE "messageId" = ${row}"id"`;

interface SearchObject {
  readonly name: string;
  readonly sql: string;
}

const sqliteTables: readonly SearchObject[] = [
  {
    name: 'chat_search_place',
    sql: `CREATE TABLE "chat_search_place" ("place" INTEGER PRIMARY KEY NOT NULL, "messageId" TEXT NOT NULL UNIQUE)`,
  },
  {
    name: 'chat_search',
    sql: `CREATE VIRTUAL TABLE "chat_search" USING fts5("words", content='', columnsize=0, detail=none, prefix='1 2', tokenize='ascii')`,
  },
];

const sqliteTriggers: readonly SearchObject[] = [
  {
    name: `${index}_insert`,
    sql: `CREATE TRIGGER "${index}_insert" AFTER INSERT ON "chat_message" WHEN NEW."searchText" <> '' BEGIN
  ${put('NEW.')};
END`,
  },
  {
    name: `${index}_take`,
    sql: `CREATE TRIGGER "${index}_take" BEFORE UPDATE ON "chat_message"
WHEN OLD."searchText" <> '' AND OLD."searchText" IS NOT NEW."searchText" BEGIN
  ${take('OLD.')};
END`,
  },
  {
    name: `${index}_put`,
    sql: `CREATE TRIGGER "${index}_put" AFTER UPDATE ON "chat_message"
WHEN NEW."searchText" <> '' AND OLD."searchText" IS NOT NEW."searchText" BEGIN
  ${put('NEW.')};
END`,
  },
  {
    name: `${index}_forget`,
    sql: `CREATE TRIGGER "${index}_forget" AFTER UPDATE ON "chat_message"
WHEN OLD."searchText" <> '' AND coalesce(NEW."searchText", '') = '' BEGIN
  ${forget('OLD.')};
END`,
  },
  {
    name: `${index}_delete`,
    sql: `CREATE TRIGGER "${index}_delete" BEFORE DELETE ON "chat_message" WHEN OLD."searchText" <> '' BEGIN
  ${take('OLD.')};
  ${forget('OLD.')};
END`,
  },
];

/** What there has to be on SQLite, word for word. */
export const sqliteObjects: readonly SearchObject[] = [...sqliteTables, ...sqliteTriggers];

/** Makes it all, after the messages were given their words. What is erased must not stay readable in the index's pages. */
export const makeOnSqlite: readonly string[] = [
  ...sqliteTables.map(({ sql }) => sql),
  `INSERT INTO "chat_search" ("chat_search", "rank") VALUES ('secure-delete', 1)`,
  `INSERT INTO "chat_search_place" ("messageId")
    SELECT "id" FROM "chat_message" WHERE "searchText" <> '' ORDER BY "createdAt", "id"`,
  `INSERT INTO "chat_search" ("rowid", "words")
    SELECT p."place", ${indexed('m.')} FROM "chat_search_place" p JOIN "chat_message" m ON m."id" = p."messageId"`,
  ...sqliteTriggers.map(({ sql }) => sql),
];

// A function of its own, because it says what it costs: the built-in ones are said to cost nothing, so that PostgreSQL would
// rather work them out for every message than look into the index.
export const makeOnPostgresql: readonly string[] = [
  `CREATE OR REPLACE FUNCTION "${index}_of"("roomId" text, "searchText" text) RETURNS tsvector
     LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 500
     AS $$ BEGIN RETURN array_to_tsvector(string_to_array(${indexed('')}, ' ')); END $$`,
  `CREATE INDEX "${index}" ON "chat_message" USING GIN (${searchVector}) WHERE "searchText" <> ''`,
];

/** Whether it is all there, as a number: one statement for a running chat. */
export const hasSearch: Readonly<Record<Provider, string>> = {
  sqlite: `SELECT count(*) = ${String(sqliteObjects.length)} AS "isThere" FROM "sqlite_master"
    WHERE "name" IN (${sqliteObjects.map(({ name }) => `'${name}'`).join(', ')})`,
  postgresql: `SELECT CASE WHEN to_regclass('${index}') IS NULL THEN 0 ELSE 1 END AS "isThere"`,
};

/** Tables that no model stands for and that Prisma has to leave alone. */
export const searchTables: readonly string[] = [
  ...['chat_search', 'chat_search_config', 'chat_search_data', 'chat_search_idx', 'chat_search_place'],
];
