import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { migrateSearch } from '../../server/store/migrate/migrate-database.js';
import type { ChatStore } from '../../server/store/port.js';
import { createRetention } from '../../server/store/retention.js';
import { searchVector } from '../../server/store/search/objects.js';
import { systemClock } from '../../server/system.js';
import { runOn } from '../cli/raw-database.js';
import type { Database } from '../support/databases.js';
import { eachDatabase, onPostgresql, onSqlite } from '../support/databases.js';
import { at, createRoom, plainSend } from './fixtures.js';

async function say(store: ChatStore, roomId: string, content: string): Promise<string> {
  const send = plainSend(roomId, { content });
  expect((await store.sendPlain(send)).outcome).toBe('sent');
  return send.message.id;
}

async function found(store: ChatStore, roomId: string, query: string): Promise<readonly (string | null)[]> {
  const input = { query, viewerId: 'ann', roomId, limit: 50, cursor: undefined };
  const { items } = await store.read((tx) => store.methods.searchMessages(tx, input));
  return items.map(({ content }) => content);
}

function remove(store: ChatStore, roomId: string, messageIds: readonly string[], softDelete: boolean): Promise<void> {
  return store.write(async (tx) => {
    await tx.lock([roomId]);
    await store.methods.deleteMessages(tx, { roomId, messageIds, actorId: 'ann', at, softDelete });
  });
}

/** Runs statements past everything that is under test. */
function raw({ provider, url }: Database, ...statements: string[]) {
  const nothing = () => Promise.resolve();
  return runOn({ provider, url, [Symbol.asyncDispose]: nothing }, ...statements);
}

/** The tables that hold a text anywhere, those of the index included. */
async function tablesWith(database: Database, text: string): Promise<readonly string[]> {
  const list =
    database.provider === 'sqlite'
      ? `SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'chat_search'`
      : `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`;
  const names = (await raw(database, list)) as readonly { readonly name: string }[];
  const holding: string[] = [];
  for (const { name } of names) {
    const rows = (await raw(database, `SELECT * FROM "${name}"`)) as readonly Readonly<Record<string, unknown>>[];
    const values = rows.flatMap((row) => Object.values(row));
    const texts = values.map((value) => (Buffer.isBuffer(value) ? value.toString('latin1') : JSON.stringify(value)));
    if (texts.some((value) => value?.includes(text))) holding.push(name);
  }
  return holding.sort();
}

const drop: Readonly<Record<Database['provider'], readonly string[]>> = {
  sqlite: ['insert', 'take', 'put', 'forget', 'delete'].map((name) => `DROP TRIGGER "chat_search_v1_${name}"`),
  postgresql: ['DROP INDEX "chat_search_v1"'],
};

eachDatabase((database) => {
  it('leaves no word of a deleted message anywhere, not in the index either', async () => {
    const store = await database.store();
    const roomId = await createRoom(store, ['ann']);
    const kept = await say(store, roomId, 'zebrafish stays');
    const buried = await say(store, roomId, 'zebrafish quaggamire one');
    const removed = await say(store, roomId, 'zebrafish quaggamire two');
    const edited = await say(store, roomId, 'zebrafish quaggamire three');
    const row = await store.read((tx) => store.methods.findMessage(tx, { messageId: edited }));
    if (row === null) throw new Error('it was just said');
    await store.write(async (tx) => {
      await tx.lock([roomId]);
      const change = { content: 'zebrafish quaggamire four' };
      await store.methods.editMessage(tx, { message: row, change, actorId: 'ann', at, viewerId: 'ann' });
    });
    const places = await tablesWith(database, 'quaggamire');
    expect(places).toEqual(expect.arrayContaining(['chat_message', 'chat_message_version']));
    if (database.provider === 'sqlite') expect(places).toContain('chat_search_data');

    await remove(store, roomId, [buried, edited], true);
    await remove(store, roomId, [removed], false);
    expect(await tablesWith(database, 'quaggamire')).toEqual([]);
    expect(await found(store, roomId, 'zebrafish')).toEqual(['zebrafish stays']);

    const longAgo = new Date(at.getTime() - 1);
    await database.db.chatRoom.update({ where: { id: roomId }, data: { deletedAt: longAgo } });
    const clock = { ...systemClock, now: () => new Date(at.getTime() + 31 * 86_400_000) };
    await createRetention(store, { days: 30, events: 1 }, clock).run();
    expect(await database.db.chatMessage.count({ where: { id: kept } })).toBe(0);
    expect(await tablesWith(database, 'zebrafish')).toEqual([]);
  });

  it('says what to run when the index is missing, and then finds what was said before and meanwhile', async () => {
    const store = await database.store();
    const roomId = await createRoom(store, ['ann']);
    await say(store, roomId, 'Früher, hemlock');
    expect(await store.read((tx) => store.methods.findSearchFault(tx))).toBeNull();
    // As it is where only Prisma's own tools were run, or a table was made anew by one of its migrations.
    await raw(database, ...drop[database.provider], 'UPDATE "chat_message" SET "searchText" = NULL');
    await expect(found(store, roomId, 'hemlock')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await store.read((tx) => store.methods.findSearchFault(tx))).toContain('confab migrate --search');
    const gone = await say(store, roomId, 'hemlock gone');
    await say(store, roomId, 'hemlock meanwhile');
    await remove(store, roomId, [gone], true);

    expect(await migrateSearch({ url: database.url })).toBe(true);
    expect(await migrateSearch({ url: database.url })).toBe(false);
    expect((await found(store, roomId, 'hemlock')).toSorted()).toEqual(['Früher, hemlock', 'hemlock meanwhile']);
    expect(await found(store, roomId, 'FRUHER')).toEqual(['Früher, hemlock']);
    await say(store, roomId, 'hemlock after');
    expect(await found(store, roomId, 'hemlock')).toHaveLength(3);
  });

  it('takes and finds a character with however many marks on it, in scripts without spaces as in others', async () => {
    const store = await database.store();
    const roomId = await createRoom(store, ['ann']);
    // PostgreSQL takes no word of more than two kilobytes.
    const heavy = ['\u1000\u102D', 'か\u3099', 'x\u0903'].map(
      (character) => `${character}${(character.at(-1) ?? '').repeat(2_000)}`,
    );
    for (const text of heavy) {
      await say(store, roomId, `${text} juniper`);
      expect(await found(store, roomId, text.slice(0, 300))).toHaveLength(1);
    }
    expect(await found(store, roomId, 'juniper')).toHaveLength(heavy.length);
  });

  it('finds messages of however many rooms, and only of those', async () => {
    const store = await database.store();
    const user = randomUUID();
    const rooms = [];
    for (let nth = 0; nth < 20; nth += 1) rooms.push(await createRoom(store, [nth % 2 === 0 ? user : 'ann']));
    for (const roomId of rooms) await say(store, roomId, 'juniper');
    // More rooms than a query names; most of them have no message.
    const others = Array.from({ length: 600 }, () => randomUUID());
    const [member] = await database.db.chatMember.findMany({ where: { roomId: rooms[0] ?? '', userId: user } });
    if (member === undefined) throw new Error('there is such a member');
    await database.db.chatMember.createMany({
      data: others.map((roomId) => ({ ...member, roomId, permissions: [], custom: {} })),
    });
    const input = { query: 'juniper', viewerId: user, limit: 100, cursor: undefined };
    const few = await store.read((tx) => store.methods.searchMessages(tx, input));
    expect(few.items.map(({ roomId }) => roomId).sort()).toEqual(rooms.filter((_, nth) => nth % 2 === 0).sort());
  });
});

onSqlite((database) => {
  it('survives that its table is made anew by a migration of Prisma’s', async () => {
    const store = await database.store();
    const roomId = await createRoom(store, ['ann']);
    await say(store, roomId, 'rowan before');
    await say(store, roomId, 'rowan second');
    const [table] = (await raw(database, `SELECT sql FROM sqlite_master WHERE name = 'chat_message'`)) as {
      sql: string;
    }[];
    await raw(
      database,
      (table?.sql ?? '').replace('"chat_message"', '"new_chat_message"'),
      'INSERT INTO "new_chat_message" SELECT * FROM "chat_message" ORDER BY "seq" DESC',
      'DROP TABLE "chat_message"',
      'ALTER TABLE "new_chat_message" RENAME TO "chat_message"',
    );
    await expect(found(store, roomId, 'rowan')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await migrateSearch({ url: database.url })).toBe(true);
    expect(await found(store, roomId, 'rowan')).toHaveLength(2);
  });

  it('is read from the index alone', async () => {
    const plan = await raw(
      database,
      `EXPLAIN QUERY PLAN SELECT m."id" FROM "chat_search" f CROSS JOIN "chat_search_place" p CROSS JOIN "chat_message" m
       WHERE f."chat_search" MATCH 'x' AND f."rowid" < 9 AND p."place" = f."rowid" AND m."id" = p."messageId"
       ORDER BY f."rowid" DESC LIMIT 9`,
    );
    expect(JSON.stringify(plan)).not.toMatch(/SCAN [mp]|TEMP B-TREE/);
  });
});

onPostgresql((database) => {
  it('is read from the index', async () => {
    const store = await database.store();
    const roomId = await createRoom(store, ['ann']);
    for (let nth = 0; nth < 500; nth += 100) {
      await Promise.all(Array.from({ length: 100 }, (_, one) => say(store, roomId, `larch ${nth + one}`)));
    }
    const plan = await raw(
      database,
      'ANALYZE "chat_message"',
      `EXPLAIN SELECT "id" FROM "chat_message" WHERE "searchText" <> '' AND ${searchVector} @@ '''77'''::tsquery`,
    );
    expect(JSON.stringify(plan)).toContain('chat_search_v1');
  });
});
