import { PrismaPg } from '@prisma/adapter-pg';
import { describe, expect, it } from 'vitest';
import { PrismaClient } from '../../server/store/generated/postgresql/client.js';
import { prismaStore } from '../../server/store/prisma-store.js';
import { onPostgresql, onSqlite } from '../support/databases.js';
import type { Database } from '../support/databases.js';
import { at, createRoom, plainSend, touch } from './fixtures.js';

/** Holds locks in a transaction of another process until `release` is called. */
async function holdLock(database: Database, statement: string) {
  let release: () => void = () => undefined;
  const until = new Promise<void>((resolve) => {
    release = resolve;
  });
  const client = database.client();
  let ended: Promise<unknown> = Promise.resolve();
  await new Promise<void>((locked, failed) => {
    ended = client
      .$transaction(
        async (tx) => {
          await tx.$executeRawUnsafe(statement);
          locked();
          await until;
        },
        { timeout: 20_000 },
      )
      .catch(failed);
  });
  return async () => {
    release();
    await ended;
  };
}

async function timed<Value>(
  work: Promise<Value>,
): Promise<{ ms: number; result: PromiseSettledResult<Value> | undefined }> {
  const start = performance.now();
  const [result] = await Promise.allSettled([work]);
  return { ms: performance.now() - start, result };
}

const unavailable = { status: 'rejected', reason: { name: 'ChatError', code: 'UNAVAILABLE' } };

onSqlite((database) => {
  it('refuses one client alone and says what to call', () => {
    const client = database.client();
    expect(() => prismaStore(client)).toThrow('prismaStore({ writer, reader })');
    expect(() => prismaStore({ writer: client, reader: client })).toThrow('prismaStore({ writer, reader })');
  });

  it('writes with the log on disk before it answers', async () => {
    const writer = database.client();
    await prismaStore({ writer, reader: database.client() }).open();
    expect(await writer.$queryRaw`PRAGMA journal_mode`).toEqual([{ journal_mode: 'wal' }]);
    expect(await writer.$queryRaw`PRAGMA synchronous`).toEqual([{ synchronous: 2n }]);
  });

  it('waits for another process that writes, while the event loop goes on', async () => {
    const store = await database.store();
    const roomId = await createRoom(store);
    const release = await holdLock(database, 'UPDATE "chat_room" SET "lastSeq" = "lastSeq" WHERE "id" = \'none\'');
    const sending = Promise.all([store.sendPlain(plainSend(roomId)), touch(store, roomId)]);
    expect(await store.read(({ db }) => db.chatRoom.count({ where: { id: roomId } }))).toBe(1);
    let turns = 0;
    while (turns < 50) {
      await new Promise((resolve) => setImmediate(resolve));
      turns += 1;
    }
    await release();
    expect(await sending).toMatchObject([{ outcome: 'sent' }, 3]);
  });

  it('is unavailable in time when the file stays locked, and then works again', async () => {
    const store = await database.store();
    const roomId = await createRoom(store);
    const release = await holdLock(database, 'UPDATE "chat_room" SET "lastSeq" = "lastSeq" WHERE "id" = \'none\'');
    const send = plainSend(roomId);
    const { ms, result } = await timed(store.sendPlain(send));
    expect(result).toMatchObject(unavailable);
    expect(ms).toBeLessThan(5_000);
    await release();
    expect(await store.sendPlain(send)).toMatchObject({ outcome: 'sent', message: { seq: 2 } });
  });
});

onPostgresql((database) => {
  it('is unavailable in time for a room that stays locked, and the others go on', async () => {
    const store = await database.store();
    const [stuck, free] = [await createRoom(store), await createRoom(store)];
    const release = await holdLock(database, `SELECT 1 FROM "chat_room" WHERE "id" = '${stuck}' FOR UPDATE`);
    const send = plainSend(stuck);
    const [fast, ordinary, other] = await Promise.all([
      timed(store.sendPlain(send)),
      timed(touch(store, stuck)),
      timed(store.sendPlain(plainSend(free))),
    ]);
    expect(fast.result).toMatchObject(unavailable);
    expect(ordinary.result).toMatchObject(unavailable);
    expect(other.result).toMatchObject({ status: 'fulfilled', value: { outcome: 'sent' } });
    expect(Math.max(fast.ms, ordinary.ms)).toBeLessThan(5_000);
    await release();
    expect(await store.sendPlain(send)).toMatchObject({ outcome: 'sent', message: { seq: 2 } });
    expect(await database.db.chatMessage.count({ where: { roomId: stuck } })).toBe(1);
  });

  it('keeps a shard going while one of its rooms is locked', async () => {
    const store = await database.store();
    const stuck = await createRoom(store);
    const { shard } = await database.db.chatRoom.findUniqueOrThrow({ where: { id: stuck } });
    let neighbour = await createRoom(store);
    while ((await database.db.chatRoom.findUniqueOrThrow({ where: { id: neighbour } })).shard !== shard) {
      neighbour = await createRoom(store);
    }
    const release = await holdLock(database, `SELECT 1 FROM "chat_room" WHERE "id" = '${stuck}' FOR UPDATE`);
    const blocked = timed(store.sendPlain(plainSend(stuck)));
    const first = await timed(store.sendPlain(plainSend(neighbour)));
    const second = await timed(store.sendPlain(plainSend(neighbour)));
    expect([first.result, second.result]).toMatchObject([
      { value: { outcome: 'sent' } },
      { value: { outcome: 'sent' } },
    ]);
    expect(second.ms).toBeLessThan(1_000);
    expect((await blocked).result).toMatchObject(unavailable);
    await release();
  });

  it('takes an extended client as it is', async () => {
    const store = prismaStore(database.client().$extends({ name: 'host' }));
    await store.open();
    const roomId = await createRoom(store);
    expect(await store.sendPlain(plainSend(roomId))).toMatchObject({ outcome: 'sent' });
    await store.close();
  });

  it('survives a connection that is cut in the middle of a transaction', async () => {
    const store = await database.store();
    const roomId = await createRoom(store);
    const cut = store.write(async (tx) => {
      await tx.lock([roomId]);
      tx.append({ roomId, type: 'room.updated', actorId: null, at, data: {} });
      await tx.db.$queryRaw`SELECT pg_terminate_backend(pg_backend_pid())`;
    });
    await expect(cut).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await touch(store, roomId)).toBe(2);
  });

  it('comes out of a simultaneous first start with one identity', async () => {
    await database.db.chatMeta.deleteMany();
    await database.db.chatShard.deleteMany();
    const stores = Array.from({ length: 4 }, () => prismaStore(database.client()));
    await Promise.all(stores.map((store) => store.open()));
    expect(new Set(stores.map((store) => store.log.identity.epoch)).size).toBe(1);
    expect(await database.db.chatShard.count()).toBe(16);
  });
});

describe('without a database', () => {
  const nowhere = () =>
    new PrismaClient({ adapter: new PrismaPg({ connectionString: 'postgresql://nobody@127.0.0.1:1/none' }) });

  it('is unavailable', async () => {
    const store = prismaStore(nowhere());
    await expect(store.open()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(store.read(({ db }) => db.chatRoom.count())).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('says what a wrong client, a missing model and a wrong override are', () => {
    expect(() => prismaStore({} as never)).toThrow('expected a PrismaClient');
    expect(() => prismaStore({ _activeProvider: 'mysql' } as never)).toThrow('mysql');
    expect(() => prismaStore({ _activeProvider: 'postgresql' } as never)).toThrow('chatMeta');
    expect(() => prismaStore(nowhere(), { override: { nothing: () => () => 1 } as never })).toThrow('override.nothing');
  });
});
