import { existsSync } from 'node:fs';
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import { describe, expect, it } from 'vitest';
import { createChat } from '../../server/create-chat.js';
import { PrismaClient } from '../../server/store/generated/sqlite/client.js';
import { testChat } from '../../server/testing/chat/test-chat.js';
import { isPostgresThere } from '../support/server.js';
import { tallies } from './tallies/tallies.js';

const postgresql = process.env['CONFAB_TEST_POSTGRES'] ?? 'postgresql://postgres@127.0.0.1:5432/postgres';
const isThere = await isPostgresThere();

describe('the database of a chat under test', () => {
  it('is a file that is gone when the test is over, behind clients of one’s own if wanted', async () => {
    const urls = new Set<string>();
    const client = (url: string) => {
      urls.add(url);
      return new PrismaClient({ adapter: new PrismaBetterSqlite3({ url, timeout: 0 }) });
    };
    const t = await testChat((base) => createChat(base), { client });
    const [file] = [...urls].map((url) => url.replace('file:', ''));
    expect(file && existsSync(file)).toBe(true);
    await t.as('ada').room.create({ kind: 'group', name: 'Tea' });
    await t.close();
    await t.close();
    expect(urls.size).toBe(1);
    expect(file && existsSync(file)).toBe(false);
  });

  it('has the tables of plugins', async () => {
    await using t = await testChat((base) => createChat({ ...base, plugins: [tallies] }));
    const ada = await t.client('ada');
    const { id: roomId } = await ada.api.chat.room.create.mutate({ kind: 'group', name: 'Tea' });
    await ada.api.chat.tallies.mark.mutate({ roomId });
    expect((await ada.next('tally.marked')).data).toEqual({ userId: 'ada' });
  });

  it('is made by migrations of one’s own', async () => {
    const migrations = new URL('../../server/migrations/sqlite/', import.meta.url);
    await using t = await testChat((base) => createChat(base), { migrations });
    expect((await t.as('ada').room.list({})).items).toEqual([]);
    const none = testChat((base) => createChat(base), { migrations: new URL('./tallies/', import.meta.url) });
    await expect(none).rejects.toThrow(/migration\.sql|no such file/);
  });

  it.skipIf(!isThere)('is a schema of its own on a PostgreSQL server', async () => {
    await using t = await testChat((base) => createChat({ ...base, plugins: [tallies] }), { postgresql });
    const other = await t.node();
    const [ada, bob] = [await t.client('ada'), await other.client('bob')];
    const { id: roomId } = await ada.api.chat.room.create.mutate({ kind: 'direct', members: ['bob'] });
    await ada.api.chat.tallies.mark.mutate({ roomId });
    expect((await bob.next('tally.marked')).data).toEqual({ userId: 'ada' });
  });

  it('says at once that a server is not there', async () => {
    const away = testChat((base) => createChat(base), { postgresql: 'postgresql://postgres@127.0.0.1:1/none' });
    await expect(away).rejects.toThrow(/can't use PostgreSQL at 127\.0\.0\.1:1/);
  });
});
