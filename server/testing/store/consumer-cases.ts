import assert from 'node:assert/strict';
import type { ChatStore } from '../../store/port.js';
import { range } from '../suite/expectations.js';
import type { SuiteGroup } from '../suite/runner.js';
import { at, makeRoom, say, touch } from './bench.js';
import type { StoreBench } from './bench.js';
import { rowsOf } from './log-book.js';

function start(store: ChatStore, name: string): Promise<void> {
  return store.write((tx) => store.methods.startConsumer(tx, { name }));
}

function lagging(store: ChatStore, name: string): Promise<readonly number[]> {
  return store.read((tx) => store.methods.laggingShards(tx, { name }));
}

async function shardOf(store: ChatStore, roomId: string): Promise<number> {
  const [row] = await rowsOf(store, roomId);
  if (row === undefined) throw new Error('the room has a log');
  return row.shard;
}

/** What the methods about following the log promise. */
export const consumerCases: SuiteGroup<StoreBench> = {
  name: 'consumers of the log',
  cases: [
    {
      name: 'begin at the heads, once, and lag behind where something was committed since',
      async run({ store, user }) {
        const name = user('consumer');
        const roomId = await makeRoom(store, [user('ann')]);
        await start(store, name);
        assert.deepEqual(await lagging(store, name), []);
        await touch(store, roomId);
        await start(store, name);
        const shard = await shardOf(store, roomId);
        assert.deepEqual(await lagging(store, name), [shard]);
        assert.deepEqual(await lagging(store, user('nobody')), []);
      },
    },
    {
      name: 'go on where they ended, in the order of the log',
      async run({ store, user }) {
        const name = user('consumer');
        const roomId = await makeRoom(store, [user('ann')]);
        const shard = await shardOf(store, roomId);
        await start(store, name);
        for (const _nth of range(1, 3)) await touch(store, roomId);
        const step = (limit: number) =>
          store.write(async (tx) => {
            const place = await store.methods.holdConsumer(tx, { name, shard });
            if (place === null) throw new Error('nobody else holds it');
            const { rows, headPos } = await store.methods.readShard(tx, { shard, afterPos: place.pos, limit });
            const pos = rows.at(-1)?.pos ?? place.pos;
            await store.methods.moveConsumer(tx, { name, shard, pos, afterId: rows.length === 0 ? null : 'x' });
            return { place, headPos, seqs: rows.filter((row) => row.roomId === roomId).map(({ seq }) => seq) };
          });
        const [first, second, third] = [await step(2), await step(9), await step(9)];
        assert.deepEqual([first.seqs, second.seqs, third.seqs], [[2, 3], [4], []]);
        assert.deepEqual([first.place.afterId, second.place.afterId, third.place.afterId], [null, 'x', 'x']);
        assert.equal(third.place.pos, third.headPos);
        assert.deepEqual(await lagging(store, name), []);
      },
    },
    {
      name: 'have a place that is not there before they begin',
      async run({ store, user }) {
        const held = store.write((tx) => store.methods.holdConsumer(tx, { name: user('nobody'), shard: 0 }));
        assert.equal(await held, null);
      },
    },
    {
      name: 'are moved by one at a time, so that nothing is worked out twice',
      async run({ store, another, user }) {
        const name = user('consumer');
        const roomId = await makeRoom(store, [user('ann')]);
        const shard = await shardOf(store, roomId);
        await start(store, name);
        for (const _nth of range(1, 6)) await touch(store, roomId);
        const other = await another();
        const worked: number[] = [];
        const work = (one: ChatStore) =>
          one.write(async (tx) => {
            const place = await one.methods.holdConsumer(tx, { name, shard });
            if (place === null) return [];
            const { rows } = await one.methods.readShard(tx, { shard, afterPos: place.pos, limit: 2 });
            const pos = rows.at(-1)?.pos ?? place.pos;
            await one.methods.moveConsumer(tx, { name, shard, pos, afterId: null });
            return rows.filter((row) => row.roomId === roomId).map(({ seq }) => seq);
          });
        while ((await lagging(store, name)).length > 0) {
          for (const seqs of await Promise.all([store, other, store].map(work))) worked.push(...seqs);
        }
        assert.deepEqual(
          worked.toSorted((a, b) => a - b),
          range(2, 7),
        );
      },
    },
    {
      name: 'find events again by their places',
      async run({ store, user }) {
        const ann = user('ann');
        const [here, there] = [await makeRoom(store, [ann]), await makeRoom(store, [ann])];
        const { id, seq } = await say(store, here, ann, { createdAt: at });
        const places = [
          { roomId: here, seq },
          { roomId: there, seq: 1 },
          { roomId: there, seq: 9 },
        ];
        const rows = await store.read((tx) => store.methods.findEvents(tx, { places }));
        const found = rows.map((row) => [row.roomId, row.seq, row.type, row.data.messageId ?? null]);
        assert.deepEqual(
          found.toSorted(),
          [
            [here, seq, 'message.created', id],
            [there, 1, 'room.created', null],
          ].toSorted(),
        );
      },
    },
  ],
};
