import { expect, it } from 'vitest';
import type { ChatStore } from '../../server/store/port.js';
import { purgeRoom } from '../../server/store/pruning.js';
import { createRetention } from '../../server/store/retention.js';
import { systemClock } from '../../server/system.js';
import { eachDatabase } from '../support/databases.js';
import { createRoom, plainSend } from './fixtures.js';

const day = 24 * 60 * 60 * 1_000;

eachDatabase((database) => {
  it('prunes what is both old and beyond the last events, and raises the floor above it', async () => {
    const store = await database.store();
    const clock = { ...systemClock, now: () => new Date('2026-06-01T00:00:00Z') };
    const old = new Date(clock.now().getTime() - 31 * day);
    const [busy, quiet] = [await createRoom(store), await createRoom(store)];
    for (const roomId of [busy, quiet]) {
      const count = roomId === busy ? 8 : 2;
      for (let nth = 0; nth < count; nth += 1) await store.sendPlain(plainSend(roomId, { createdAt: old }));
    }
    for (let nth = 0; nth < 2; nth += 1) await store.sendPlain(plainSend(busy, { createdAt: clock.now() }));

    expect(await createRetention(store, { days: 30, events: 4 }, clock).run()).toEqual({ events: 7, rooms: 0 });
    const kept = await database.db.chatEvent.findMany({ where: { roomId: busy }, orderBy: { seq: 'asc' } });
    expect(kept.map(({ seq }) => seq)).toEqual([8, 9, 10, 11]);
    expect(await database.db.chatEvent.count({ where: { roomId: quiet } })).toBe(3);
    expect(await database.db.chatMessage.count({ where: { roomId: busy } })).toBe(10);
    const { shard } = await database.db.chatRoom.findUniqueOrThrow({ where: { id: busy } });
    const floor = (await store.log.heads())[shard]?.floorPos ?? 0;
    expect(floor).toBe(Number(kept[0]?.pos) - 1);
    expect(await createRetention(store, { days: 30, events: 4 }, clock).run()).toEqual({ events: 0, rooms: 0 });
  });

  it('prunes everything else when one part of it fails, and says so', async () => {
    const away = new Error('not today');
    const whole = await database.store({ override: { pruneDeliveries: () => () => Promise.reject(away) } });
    const clock = { ...systemClock, now: () => new Date('2026-06-01T00:00:00Z') };
    const old = new Date(clock.now().getTime() - 31 * day);
    const rooms = [await createRoom(whole), await createRoom(whole)];
    for (const roomId of rooms) {
      for (let nth = 0; nth < 3; nth += 1) await whole.sendPlain(plainSend(roomId, { createdAt: old }));
    }
    const [stuck, free] = rooms.toSorted();
    // The first room's events can't be read.
    const store: ChatStore = {
      ...whole,
      read: (work) =>
        whole.read((tx) => {
          const findMany = (query: { where?: { roomId?: unknown } } = {}) =>
            query.where?.roomId === stuck ? Promise.reject(away) : tx.db.chatEvent.findMany(query as object);
          const chatEvent = { ...tx.db.chatEvent, findMany } as unknown as typeof tx.db.chatEvent;
          return work({ ...tx, db: { ...tx.db, chatEvent, chatRoom: tx.db.chatRoom, chatSession: tx.db.chatSession } });
        }),
    };
    const run = createRetention(store, { days: 30, events: 1 }, clock).run();
    await expect(run).rejects.toMatchObject({ errors: [away, away] });
    const left = (roomId = '') => database.db.chatEvent.count({ where: { roomId } });
    expect([await left(stuck), await left(free)]).toEqual([4, 1]);
  });

  it('purges rooms that were deleted longer ago, with everything in them', async () => {
    const store = await database.store();
    const clock = { ...systemClock, now: () => new Date('2026-06-01T00:00:00Z') };
    const longAgo = new Date(clock.now().getTime() - 31 * day);
    const justNow = new Date(clock.now().getTime() - 29 * day);
    const [gone, there] = [
      await createRoom(store, ['ann', 'bob']),
      await createRoom(store, ['ann'], { deletedAt: justNow }),
    ];
    await store.sendPlain(plainSend(gone, { createdAt: longAgo }));
    await database.db.chatRoom.update({ where: { id: gone }, data: { deletedAt: longAgo } });

    expect(await createRetention(store, { days: 30, events: 1_000 }, clock).run()).toMatchObject({ rooms: 1 });
    const where = { roomId: gone };
    const counts = [
      await database.db.chatRoom.count({ where: { id: gone } }),
      await database.db.chatEvent.count({ where }),
      await database.db.chatMessage.count({ where }),
      await database.db.chatMember.count({ where }),
    ];
    expect(counts).toEqual([0, 0, 0, 0]);
    expect(await database.db.chatRoom.count({ where: { id: there } })).toBe(1);
  });

  it('purges in several transactions what is too much for one', async () => {
    const store = await database.store();
    const roomId = await createRoom(store, ['ann']);
    await database.db.chatRoom.update({ where: { id: roomId }, data: { deletedAt: new Date() } });
    const at = new Date();
    const receipts = Array.from({ length: 5_500 }, (_, nth) => ({
      ...{ roomId, userId: 'ann', kind: 'read', fromSeq: nth, toSeq: nth, at },
    }));
    for (let first = 0; first < receipts.length; first += 500) {
      await database.db.chatReceipt.createMany({ data: receipts.slice(first, first + 500) });
    }
    expect(await purgeRoom(store, roomId)).toBe(false);
    const where = { roomId };
    expect(await database.db.chatReceipt.count({ where })).toBe(500);
    expect(await database.db.chatMember.count({ where })).toBe(1);
    expect(await purgeRoom(store, roomId)).toBe(true);
    expect(await database.db.chatReceipt.count({ where })).toBe(0);
    expect(await database.db.chatRoom.count({ where: { id: roomId } })).toBe(0);
  });

  it('forgets devices that nobody heard of for longer, but none that a user was last seen with and none revoked', async () => {
    const store = await database.store();
    const clock = { ...systemClock, now: () => new Date('2026-06-01T00:00:00Z') };
    const ago = (days: number) => new Date(clock.now().getTime() - days * day);
    const of = (userId: string, id: string, days: number, revokedAt: Date | null = null) => ({
      ...{ userId, id, createdAt: ago(days), lastSeenAt: ago(days), endedAt: ago(days), revokedAt },
    });
    await database.db.chatSession.createMany({
      data: Array.from({ length: 250 }, (_, nth) => of('away', `device-${nth}`, 100 + nth)),
    });
    await database.db.chatSession.createMany({
      data: [of('back', 'phone', 40), of('back', 'lost', 50, ago(45)), of('back', 'laptop', 1)],
    });
    await createRetention(store, { days: 30, events: 1_000 }, clock).run();
    const left = await database.db.chatSession.findMany({ orderBy: [{ userId: 'asc' }, { id: 'asc' }] });
    expect(left.map(({ userId, id }) => `${userId} ${id}`)).toEqual(['away device-0', 'back laptop', 'back lost']);
  });
});
