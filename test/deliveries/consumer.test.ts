import { expect, test } from 'vitest';
import type { Channel } from '../../server/deliveries/channel.js';
import { createConsumer } from '../../server/deliveries/consumer.js';
import { systemClock, systemIds } from '../../server/system.js';
import { createRoom, plainSend } from '../store/fixtures.js';
import { onPostgresql } from '../support/databases.js';

onPostgresql((database) => {
  test('what can’t be worked out in one shard keeps no other shard waiting', async () => {
    const store = await database.store();
    const shards = new Map<number, string>();
    while (shards.size < 2) {
      const roomId = await createRoom(store);
      const { shard } = await database.db.chatRoom.findUniqueOrThrow({ where: { id: roomId } });
      shards.set(shard, roomId);
    }
    const [stuck = 0, free = 0] = [...shards.keys()].toSorted((one, other) => one - other);
    const fault = new Error('no rule for this one');
    const channel: Channel = {
      ...{ name: 'webhook:stuck', kind: 'webhook', concurrency: 1, timeoutMs: 1_000, attempts: 1 },
      workOut: (_tx, { rows }) =>
        rows[0]?.roomId === shards.get(stuck)
          ? Promise.reject(fault)
          : Promise.resolve({ deliveries: [], done: rows.length, afterId: null }),
      prepare: () => Promise.resolve(new Map()),
    };
    const nothing = (): void => undefined;
    const log = { info: nothing, warn: nothing, error: nothing };
    const consumer = createConsumer({ store, clock: systemClock, ids: systemIds, log, channel, enqueued: nothing });
    await consumer.start();
    for (const roomId of shards.values()) await store.sendPlain(plainSend(roomId));
    const lagging = () => store.read((tx) => store.methods.laggingShards(tx, { name: channel.name }));
    expect(new Set(await lagging())).toEqual(new Set([stuck, free]));
    await expect(consumer.catchUp()).rejects.toMatchObject({ errors: [fault] });
    expect(await lagging()).toEqual([stuck]);
  });
});
