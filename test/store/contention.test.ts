import { randomUUID } from 'node:crypto';
import { ChatError } from '@confab/shared';
import { expect, it } from 'vitest';
import type { ChatStore } from '../../server/store/port.js';
import { eachDatabase } from '../support/databases.js';
import type { Database } from '../support/databases.js';
import { at, createRoom, plainSend } from './fixtures.js';

const senders = 64;
const sendsEach = 8;
const fencesEach = 5;

eachDatabase((database) => {
  it('keeps every promise of the log under contention', { timeout: 120_000 }, async () => {
    // Two processes on PostgreSQL; SQLite is for one.
    const stores = await openStores(database, database.provider === 'postgresql' ? 2 : 1);
    const first = stores[0] as ChatStore;
    const rooms = await Promise.all(Array.from({ length: 8 }, () => createRoom(first)));
    const versions = new Map(rooms.map((roomId) => [roomId, 0]));
    const tail = followLog(first);

    const sending = Array.from({ length: senders }, (_, sender) => sendMany(stores, sender, rooms, versions));
    const fencing = rooms.map((roomId, index) =>
      fenceMany(database, pick(stores, index), [roomId, pick(rooms, index + 3)], versions),
    );
    const sent = (await Promise.all(sending)).flat();
    await Promise.all(fencing);
    const seen = await tail.stop();

    const messages = await database.db.chatMessage.findMany({ where: { roomId: { in: rooms } } });
    expect(messages.map(({ clientId }) => clientId).toSorted()).toEqual(sent.toSorted());
    await expectGaplessRooms(database, rooms);
    await expectGaplessShards(database, seen);
    await expectFenced(database, rooms);
    await expectNoDeadlock(database);
  });
});

async function openStores(database: Database, count: number): Promise<readonly ChatStore[]> {
  return Promise.all(Array.from({ length: count }, () => database.store()));
}

function pick<Item>(items: readonly Item[], index: number): Item {
  return items[index % items.length] as Item;
}

/** Sends one after the other, every fourth one through two stores at once; authorises again when fenced. */
async function sendMany(
  stores: readonly ChatStore[],
  sender: number,
  rooms: readonly string[],
  versions: ReadonlyMap<string, number>,
): Promise<string[]> {
  const clientIds: string[] = [];
  for (let nth = 0; nth < sendsEach; nth += 1) {
    const roomId = pick(rooms, sender * 5 + nth * 3);
    const clientId = randomUUID();
    clientIds.push(clientId);
    const copies = nth % 4 === 0 ? stores : [pick(stores, sender)];
    const outcomes = await Promise.all(copies.map((store) => sendUntilStored(store, roomId, clientId, versions)));
    expect(outcomes.filter((outcome) => outcome === 'sent').length).toBeLessThanOrEqual(1);
  }
  return clientIds;
}

async function sendUntilStored(
  store: ChatStore,
  roomId: string,
  clientId: string,
  versions: ReadonlyMap<string, number>,
): Promise<'sent' | 'duplicate'> {
  for (;;) {
    const authzVersion = versions.get(roomId) ?? 0;
    const send = plainSend(roomId, { authzVersion, clientId, custom: { version: authzVersion } });
    const outcome = await unlessUnavailable(store.sendPlain(send).then((result) => result.outcome));
    if (outcome === 'sent' || outcome === 'duplicate') return outcome;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Ordinary transactions over two rooms, which raise the first one's version. */
async function fenceMany(
  database: Database,
  store: ChatStore,
  roomIds: readonly [string, string],
  versions: Map<string, number>,
) {
  const [roomId, other] = roomIds;
  for (let nth = 0; nth < fencesEach; nth += 1) {
    const fencing = store.write(async (tx) => {
      await tx.lock([roomId, other]);
      tx.fence(roomId);
      tx.append({ roomId, type: 'member.removed', actorId: null, at, data: { userIds: ['bob'] } });
      tx.append({ roomId: other, type: 'room.updated', actorId: null, at, data: {} });
    });
    await unlessUnavailable(fencing);
    const room = await database.db.chatRoom.findUniqueOrThrow({ where: { id: roomId } });
    versions.set(roomId, room.authzVersion);
  }
}

/** On a slow machine a wait may be too long. It may have been done or not; who retries finds out. */
async function unlessUnavailable<Value>(work: Promise<Value>): Promise<Value | undefined> {
  return work.catch((error: unknown) => {
    if (error instanceof ChatError && error.code === 'UNAVAILABLE') return undefined;
    throw error;
  });
}

/** Reads the log as a tailer does, all the while: what is at or below a head must be there already. */
function followLog(store: ChatStore) {
  const seen = new Map<number, number>();
  let isStopping = false;
  const poll = async () => {
    const heads = await store.log.heads();
    for (const [shard, { pos }] of heads.entries()) {
      const after = seen.get(shard) ?? 0;
      const rows = await store.log.read(shard, after, pos, 10_000);
      expect(rows.map((row) => row.pos)).toEqual(Array.from({ length: pos - after }, (_, index) => after + index + 1));
      seen.set(shard, pos);
    }
  };
  let failure: unknown;
  const running = (async () => {
    while (!isStopping) {
      await unlessUnavailable(poll());
      // SQLite's driver is synchronous: without a turn nothing else would run.
      await new Promise((resolve) => setImmediate(resolve));
    }
    await poll();
  })().catch((error: unknown) => {
    failure = error;
  });
  return {
    async stop() {
      isStopping = true;
      await running;
      if (failure !== undefined) throw failure;
      return seen;
    },
  };
}

async function expectGaplessRooms({ db }: Database, rooms: readonly string[]): Promise<void> {
  for (const roomId of rooms) {
    const events = await db.chatEvent.findMany({ where: { roomId }, orderBy: { pos: 'asc' } });
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    const room = await db.chatRoom.findUniqueOrThrow({ where: { id: roomId } });
    expect(room).toMatchObject({ lastSeq: events.length, lastPos: events.at(-1)?.pos });
    const messages = await db.chatMessage.findMany({ where: { roomId }, orderBy: { seq: 'asc' } });
    const created = events.filter(({ type }) => type === 'message.created');
    expect(created.map(({ seq, data }) => ({ seq, data }))).toEqual(
      messages.map(({ seq, id }) => ({ seq, data: { messageId: id } })),
    );
  }
}

async function expectGaplessShards({ db }: Database, seen: ReadonlyMap<number, number>): Promise<void> {
  for (const { shard, pos } of await db.chatShard.findMany()) {
    expect(await db.chatEvent.count({ where: { shard } })).toBe(Number(pos));
    expect(seen.get(shard)).toBe(Number(pos));
  }
}

/** A message that was authorised under one version lies before the event that raised it to the next. */
async function expectFenced({ db }: Database, rooms: readonly string[]): Promise<void> {
  for (const roomId of rooms) {
    const events = await db.chatEvent.findMany({ where: { roomId }, orderBy: { seq: 'asc' } });
    const messages = new Map(
      (await db.chatMessage.findMany({ where: { roomId } })).map((row) => [row.seq, row.custom]),
    );
    const { authzVersion } = await db.chatRoom.findUniqueOrThrow({ where: { id: roomId } });
    let version = 0;
    for (const event of events) {
      if (event.type === 'member.removed') version += 1;
      if (event.type === 'message.created') expect(messages.get(event.seq)).toEqual({ version });
    }
    expect(version).toBe(authzVersion);
  }
}

async function expectNoDeadlock({ db, provider }: Database): Promise<void> {
  if (provider === 'sqlite') return;
  const [found] = await db.$queryRaw<{ deadlocks: bigint }[]>`
    SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()`;
  expect(found?.deadlocks).toBe(0n);
}
