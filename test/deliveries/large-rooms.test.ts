import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createConsumer } from '../../server/deliveries/consumer.js';
import { createPushChannel } from '../../server/deliveries/push-channel.js';
import type { ChatStore } from '../../server/store/port.js';
import { systemClock, systemIds } from '../../server/system.js';
import { createRoom, newMember, plainSend } from '../store/fixtures.js';
import { eachDatabase } from '../support/databases.js';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Follows the log for pushes, and counts transactions and statements of what works them out. */
function following(store: ChatStore) {
  const counts = { transactions: 0 };
  const counted: ChatStore = {
    ...store,
    write: (work) => {
      counts.transactions += 1;
      return store.write(work);
    },
  };
  const channel = createPushChannel({
    ...{ option: { deliver: () => undefined, maxAgeMs: 1e13 }, store, clock: systemClock },
    settings: { inactivityThresholdMs: 60_000 },
  });
  const ports = { store: counted, clock: systemClock, ids: systemIds, log: silent };
  return { consumer: createConsumer({ ...ports, channel, enqueued: () => undefined }), counts };
}

eachDatabase((database) => {
  test('what too many devices hear of is worked out piece by piece, for each of them once', async () => {
    const store = await database.store();
    const [roomId, small] = [await createRoom(store, ['ann']), await createRoom(store, ['ann', 'zoe'])];
    const userIds = Array.from({ length: 700 }, (_, nth) => `user-${nth}`);
    await database.db.chatMember.createMany({
      data: userIds.map((userId) => ({ ...newMember(roomId, userId), permissions: [] })),
    });
    await database.db.chatRoom.update({ where: { id: roomId }, data: { memberCount: 701 } });
    await database.db.chatPushSubscription.createMany({
      data: [...userIds, 'zoe', 'stranger'].map((userId) => ({
        ...{ id: randomUUID(), userId, registrationHash: userId, registration: '"x"', createdAt: new Date() },
      })),
    });
    const { consumer, counts } = following(store);
    await consumer.start();
    await store.sendPlain(plainSend(small, { createdAt: new Date() }));
    for (let nth = 0; nth < 2; nth += 1) await store.sendPlain(plainSend(roomId, { createdAt: new Date() }));
    await store.sendPlain(plainSend(small, { createdAt: new Date() }));
    counts.transactions = 0;
    await consumer.catchUp();

    const rows = await database.db.chatDelivery.findMany({ select: { roomId: true, seq: true, userId: true } });
    const found = (room: string, seq: number) =>
      rows.filter((row) => row.roomId === room && row.seq === seq).map(({ userId }) => userId ?? '');
    for (const seq of [2, 3]) expect(found(roomId, seq).toSorted()).toEqual(userIds.toSorted());
    for (const seq of [2, 3]) expect(found(small, seq)).toEqual(['zoe']);
    expect(rows).toHaveLength(1_402);
    // Three for each of the two large ones; the small ones go by themselves or with what is left.
    expect(counts.transactions).toBeLessThanOrEqual(9);
    await consumer.catchUp();
    expect(await database.db.chatDelivery.count()).toBe(1_402);
  });

  test('what was pruned before it was worked out is passed over', async () => {
    const store = await database.store();
    const roomId = await createRoom(store, ['ann', 'yan']);
    await database.db.chatPushSubscription.create({
      data: { id: randomUUID(), userId: 'yan', registrationHash: 'yan', registration: '"x"', createdAt: new Date() },
    });
    const { consumer } = following(store);
    await consumer.start();
    for (let nth = 0; nth < 3; nth += 1) await store.sendPlain(plainSend(roomId, { createdAt: new Date() }));
    await database.db.chatEvent.deleteMany({ where: { roomId, seq: { in: [2, 3] } } });
    await consumer.catchUp();
    expect(await database.db.chatDelivery.findMany({ where: { roomId }, select: { seq: true } })).toEqual([{ seq: 4 }]);
    await store.sendPlain(plainSend(roomId, { createdAt: new Date() }));
    await database.db.chatEvent.deleteMany({ where: { roomId } });
    await consumer.catchUp();
    await store.sendPlain(plainSend(roomId, { createdAt: new Date() }));
    await consumer.catchUp();
    const rows = await database.db.chatDelivery.findMany({ where: { roomId }, select: { seq: true } });
    expect(rows.map(({ seq }) => seq).toSorted()).toEqual([4, 6]);
  });
});
