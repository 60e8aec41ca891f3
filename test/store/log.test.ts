import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { personalRoom, shardOf } from '../../server/events/log.js';
import type { LogRow, LogStore } from '../../server/events/log.js';
import type { ChatStore, PlainSend } from '../../server/store/port.js';
import { eachDatabase } from '../support/databases.js';
import type { Database } from '../support/databases.js';
import { ann, at, createRoom, plainSend, touch } from './fixtures.js';

async function rowsOf(log: LogStore, roomId: string): Promise<readonly LogRow[]> {
  const shard = shardOf(roomId, log.identity.shardCount);
  return log.slices([{ roomId, shard, afterPos: 0, uptoPos: Number.MAX_SAFE_INTEGER, fromSeq: 1 }], 1_000);
}

async function send(store: ChatStore, roomId: string, message: Partial<PlainSend['message']> = {}): Promise<string> {
  const plain = plainSend(roomId, message);
  await store.sendPlain(plain);
  return plain.message.id;
}

async function remove(store: ChatStore, roomId: string, userId: string): Promise<void> {
  await store.write(async (tx) => {
    await tx.lock([roomId]);
    const data = { userIds: [userId], reason: 'removed' } as const;
    tx.appendRemoval({ roomId, type: 'member.removed', actorId: 'ann', at, data });
  });
}

function countStatements(database: Database) {
  const client = database.client();
  let count = 0;
  const extended = client.$extends({
    query: {
      $allOperations({ args, query }) {
        count += 1;
        return query(args);
      },
    },
  });
  return {
    client: extended as unknown as typeof client,
    get count() {
      return count;
    },
  };
}

eachDatabase((database) => {
  it('knows the heads of all shards and reads between two positions', async () => {
    const store = await database.store();
    const roomId = await createRoom(store);
    const shard = shardOf(roomId, store.log.identity.shardCount);
    for (let nth = 0; nth < 5; nth += 1) await touch(store, roomId);
    const heads = await store.log.heads();
    expect(heads).toHaveLength(database.provider === 'sqlite' ? 1 : 16);
    const head = heads[shard]?.pos ?? 0;
    expect(heads[shard]?.floorPos).toBe(0);
    const rows = await store.log.read(shard, head - 4, head - 1, 2);
    expect(rows.map(({ pos }) => pos)).toEqual([head - 3, head - 2]);
    expect(await store.log.read(shard, head, head + 10, 10)).toEqual([]);
  });

  it('shows current memberships, and past ones and deleted rooms only when they changed since', async () => {
    const store = await database.store();
    const user = `snap-${database.provider}`;
    const [stays, left, deleted] = [
      await createRoom(store, ['ann', user]),
      await createRoom(store, ['ann', user]),
      await createRoom(store, ['ann', user]),
    ];
    await createRoom(store, ['ann']);
    const before = (await store.log.heads()).map(({ pos }) => pos);
    await remove(store, left, user);
    await store.write(async (tx) => {
      await tx.lock([deleted]);
      tx.patch(deleted, { deletedAt: at });
      tx.append({ roomId: deleted, type: 'room.deleted', actorId: 'ann', at, data: {} });
      await tx.lockPersonal([user]);
      tx.append({ roomId: personalRoom(user), type: 'message.hidden', actorId: user, at, data: {} });
    });

    const now = await store.log.snapshot(user);
    expect(now.memberships).toMatchObject([{ roomId: stays, status: 'in', joinSeq: 1, lastSeq: 1, isDeleted: false }]);
    expect(now.heads).toEqual(await store.log.heads());
    expect(now.personalPos).toBeGreaterThan(0);

    const since = await store.log.snapshot(user, before);
    expect(new Map(since.memberships.map((membership) => [membership.roomId, membership]))).toMatchObject(
      new Map([
        [stays, { status: 'in' }],
        [left, { status: 'out', leftSeq: 2, lastSeq: 2 }],
        [deleted, { status: 'in', isDeleted: true, lastSeq: 2 }],
      ]),
    );
    const later = await store.log.snapshot(
      user,
      now.heads.map(({ pos }) => pos),
    );
    expect(later.memberships.map(({ roomId }) => roomId)).toEqual([stays]);
    expect(await store.log.snapshot('nobody')).toMatchObject({ memberships: [], personalPos: 0 });
  });

  it('reads slices of many rooms from a seq on, each up to the limit, in log order', async () => {
    const store = await database.store();
    const rooms = await Promise.all(Array.from({ length: 5 }, () => createRoom(store)));
    for (const roomId of rooms) for (let nth = 0; nth < 4; nth += 1) await touch(store, roomId);
    const heads = await store.log.heads();
    const slices = rooms.map((roomId, index) => {
      const shard = shardOf(roomId, heads.length);
      return { roomId, shard, afterPos: 0, uptoPos: heads[shard]?.pos ?? 0, fromSeq: index === 0 ? 4 : 2 };
    });
    const rows = await store.log.slices(slices, 3);
    expect(rows).toHaveLength(2 + 4 * 3);
    expect(rows.filter(({ roomId }) => roomId === rooms[0]).map(({ seq }) => seq)).toEqual([4, 5]);
    expect(rows.filter(({ roomId }) => roomId === rooms[1]).map(({ seq }) => seq)).toEqual([2, 3, 4]);
    expect(rows).toEqual(rows.toSorted((a, b) => a.shard - b.shard || a.pos - b.pos));
    const last = slices[1] as (typeof slices)[number];
    const upto = rows.find(({ roomId, seq }) => roomId === last.roomId && seq === 3)?.pos ?? 0;
    expect(await store.log.slices([{ ...last, uptoPos: upto }], 3)).toHaveLength(2);
    expect(await store.log.slices([], 3)).toEqual([]);
  });

  it('renders what is told today: tombstones, reactions, profiles, members who left since', async () => {
    const store = await database.store();
    const roomId = await createRoom(store, ['ann', 'bob']);
    await database.db.chatUser.upsert({ where: { id: 'ann' }, create: { ...ann, updatedAt: at }, update: {} });
    const kept = await send(store, roomId);
    const deleted = await send(store, roomId);
    const removed = await send(store, roomId);
    await database.db.chatReaction.createMany({
      data: [
        { messageId: kept, userId: 'ann', emoji: '🎉', roomId, createdAt: new Date(at.getTime() + 5) },
        { messageId: kept, userId: 'bob', emoji: '🎉', roomId, createdAt: new Date(at.getTime() + 6) },
        { messageId: kept, userId: 'bob', emoji: '👍', roomId, createdAt: at },
        { messageId: deleted, userId: 'bob', emoji: '👍', roomId, createdAt: at },
      ],
    });
    await database.db.chatMessage.update({ where: { id: deleted }, data: { deletedAt: at } });
    const { seq, senderId, clientId } = await database.db.chatMessage.delete({ where: { id: removed } });
    await database.db.chatRemovedMessage.create({
      data: { id: removed, roomId, seq, senderId, clientId, createdAt: at, deletedAt: at },
    });
    await store.write(async (tx) => {
      await tx.lock([roomId]);
      const data = { messageId: deleted, emoji: '👍', action: 'add', userIds: ['bob'] } as const;
      tx.append({ roomId, type: 'message.reaction', actorId: 'bob', at, data });
    });
    await remove(store, roomId, 'bob');

    const events = await store.log.render(await rowsOf(store.log, roomId));
    const tombstone = { content: null, attachments: [], mentions: [], reactions: [], deletedAt: at };
    expect(events).toMatchObject([
      {
        type: 'room.created',
        seq: 1,
        data: { room: { id: roomId, seq: 6 }, members: [{ user: ann }, { userId: 'bob' }] },
      },
      {
        type: 'message.created',
        actorId: 'ann',
        data: {
          message: {
            id: kept,
            sender: ann,
            content: 'hello',
            reactions: [
              { emoji: '👍', count: 1 },
              { emoji: '🎉', count: 2 },
            ],
          },
        },
      },
      { type: 'message.created', data: { message: { id: deleted, ...tombstone } } },
      { type: 'message.created', data: { message: { id: removed, seq: 4, ...tombstone } } },
      { type: 'message.reaction', data: { messageId: deleted, userId: 'bob', action: 'add', reactions: [] } },
      { type: 'member.removed', seq: 6, data: { userIds: ['bob'], reason: 'removed' } },
    ]);
    expect(JSON.stringify(events)).not.toContain('"mine"');
  });

  it('renders rows whose room was purged meanwhile', async () => {
    const store = await database.store();
    const roomId = await createRoom(store);
    await send(store, roomId);
    const rows = await rowsOf(store.log, roomId);
    await database.db.chatMessage.deleteMany({ where: { roomId } });
    await database.db.chatMember.deleteMany({ where: { roomId } });
    await database.db.chatRoom.delete({ where: { id: roomId } });
    expect(await store.log.render(rows)).toMatchObject([
      { type: 'room.created', data: { members: [] } },
      { type: 'message.created', data: { message: { content: null, deletedAt: at } } },
    ]);
  });

  it('needs no more statements for many rooms than for one', async () => {
    const { prismaStore } = await import('../../server/store/prisma-store.js');
    const reader = countStatements(database);
    const writer = database.client();
    // One client twice is refused on SQLite only.
    const store = prismaStore({ writer, reader: reader.client });
    await store.open();
    const user = `many-${randomUUID()}`;
    const rooms: string[] = [];
    for (let nth = 0; nth < 12; nth += 1) rooms.push(await createRoom(store, ['ann', user]));
    for (const roomId of rooms) await send(store, roomId, { senderId: user });
    const used = async (roomIds: readonly string[]) => {
      const before = reader.count;
      const heads = (await store.log.snapshot(user)).heads;
      const slices = roomIds.map((roomId) => {
        const shard = shardOf(roomId, heads.length);
        return { roomId, shard, afterPos: 0, uptoPos: heads[shard]?.pos ?? 0, fromSeq: 1 };
      });
      const rows = await store.log.slices(slices, 10);
      expect(await store.log.render(rows)).toHaveLength(roomIds.length * 2);
      return reader.count - before;
    };
    const forOne = await used(rooms.slice(0, 1));
    expect(await used(rooms)).toBe(forOne);
    await store.close();
  });
});
