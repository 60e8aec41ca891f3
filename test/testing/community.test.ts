import { seedCommunity } from '@confab/server/testing';
import { beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../server/testing/chat/database.js';
import { eachDatabase } from '../support/databases.js';

const size = { users: 30, rooms: 10, messages: 600, seed: 7 };

eachDatabase((database) => {
  beforeAll(async () => {
    await seedCommunity({ store: await database.store(), ...size });
  });

  test('a seeded community has the people, rooms and messages that were asked for', async () => {
    const { db } = database;
    expect(await db.chatUser.count({ where: { name: { not: null } } })).toBe(size.users);
    expect(await db.chatRoom.count({ where: { kind: { not: 'user' } } })).toBe(size.rooms);
    expect(await db.chatMessage.count()).toBe(size.messages);
  });

  test('it has threads, replies, mentions, reactions and read marks', async () => {
    const { db } = database;
    const counts = await Promise.all([
      db.chatThread.count(),
      db.chatMessage.count({ where: { replyToId: { not: null } } }),
      db.chatMention.count(),
      db.chatReaction.count(),
      db.chatMember.count({ where: { readSeq: { gt: 1 } } }),
    ]);
    expect(counts.every((count) => count > 0)).toBe(true);
  });

  test('in every room the log is gapless and goes on in time', async () => {
    const { db } = database;
    for (const room of await db.chatRoom.findMany({ where: { kind: { not: 'user' } } })) {
      const events = await db.chatEvent.findMany({ where: { roomId: room.id }, orderBy: { seq: 'asc' } });
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
      expect(events.length).toBe(room.lastSeq);
      const said = await db.chatMessage.findMany({ where: { roomId: room.id }, orderBy: { seq: 'asc' } });
      const times = said.map(({ createdAt }) => createdAt.getTime());
      expect(times).toEqual(times.toSorted((one, other) => one - other));
      expect(times.every((time) => time <= Date.now())).toBe(true);
    }
  });

  test('a room was made long ago, and was last active when the last was said in it', async () => {
    const { db } = database;
    for (const room of await db.chatRoom.findMany({ where: { kind: { not: 'user' } } })) {
      const where = { roomId: room.id, threadId: null };
      const last = await db.chatMessage.findFirst({ where, orderBy: { seq: 'desc' } });
      expect(room.lastActivityAt).toEqual(last?.createdAt ?? room.createdAt);
      expect(Date.now() - room.createdAt.getTime()).toBeGreaterThan(80 * 86_400_000);
    }
  });
});

test('the same seed tells the same story', async () => {
  expect(await tell()).toEqual(await tell());
});

/** What is said in a database of its own, in the order of the rooms. */
async function tell(): Promise<readonly string[]> {
  const database = await createTestDatabase({});
  await database.migrate([]);
  const opened = await database.open((error) => console.error(error));
  const { store } = opened;
  try {
    const { users } = await seedCommunity({ store, ...size, messages: 100, until: new Date(2026, 0, 1) });
    const looking = await database.open((error) => console.error(error));
    const said = await looking.store.read(({ db }) => db.chatMessage.findMany());
    await looking.store.close();
    await looking.close();
    const lines = said.map(
      ({ createdAt, senderId, content }) => `${createdAt.toISOString()} ${senderId}: ${content ?? ''}`,
    );
    return [...users.map(({ id }) => id), ...lines.toSorted()];
  } finally {
    await opened.close();
    await database.drop();
  }
}
