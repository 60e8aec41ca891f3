import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Settlement } from '../../store/deliveries/index.js';
import type { ChatStore } from '../../store/port.js';
import { assertMatch } from '../suite/expectations.js';
import type { SuiteGroup } from '../suite/runner.js';
import { at, later, makeRoom, say } from './bench.js';
import type { StoreBench } from './bench.js';
import { itemsOf } from './pages.js';
import { subscribe } from './subscription-cases.js';

type ListInput = Parameters<ChatStore['methods']['listDeliveries']>[1];

/** A queue of the test's own, with deliveries that came one after the other. */
async function queued(store: ChatStore, queue: string, count: number, target = 'shop'): Promise<string[]> {
  const roomId = randomUUID();
  const ids = Array.from({ length: count }, () => randomUUID());
  for (const [nth, id] of ids.entries()) {
    const delivery = { id, queue, kind: 'webhook', target, userId: null, roomId, seq: nth + 1 } as const;
    await store.write((tx) => store.methods.enqueueDeliveries(tx, { deliveries: [delivery], at: later(nth) }));
  }
  return ids;
}

const lease = later(60_000);

function claim(store: ChatStore, queue: string, { now = later(1_000), limit = 9, until = lease } = {}) {
  return store.write((tx) => store.methods.claimDeliveries(tx, { queue, now, claimedUntil: until, limit }));
}

function isDue(store: ChatStore, queue: string, now = later(1_000)): Promise<boolean> {
  return store.read((tx) => store.methods.hasDueDelivery(tx, { queue, now }));
}

function settle(store: ChatStore, settlement: Partial<Settlement>): Promise<void> {
  const nothing = { at: later(2_000), claimedUntil: lease, done: [], later: [], dead: [], released: [] };
  return store.write((tx) => store.methods.settleDeliveries(tx, { ...nothing, ...settlement }));
}

function listed(store: ChatStore, which: Pick<ListInput, 'kind' | 'state'>, limit = 50) {
  return itemsOf(limit, (page) => store.read((tx) => store.methods.listDeliveries(tx, { ...which, ...page })));
}

/** Those of these deliveries that there are. */
async function rowsOf(store: ChatStore, ids: readonly string[]) {
  const found = new Map((await listed(store, { kind: undefined, state: undefined })).map((row) => [row.id, row]));
  return ids.map((id) => found.get(id) ?? null);
}

/** What the methods about deliveries promise. */
export const deliveryCases: SuiteGroup<StoreBench> = {
  name: 'deliveries',
  cases: [
    {
      name: 'are taken by one at a time, those that wait longest first, and by another when the lease is over',
      async run({ store, another, user }) {
        const queue = user('webhook:one');
        const ids = await queued(store, queue, 4);
        const other = await another();
        assert.equal(await isDue(store, queue), true);
        assert.deepEqual(
          (await claim(store, queue, { limit: 2 })).map(({ id, attempts }) => [id, attempts]),
          ids.slice(0, 2).map((id) => [id, 1]),
        );
        const [here, there] = await Promise.all([claim(store, queue), claim(other, queue)]);
        assert.deepEqual([...here, ...there].map(({ id }) => id).toSorted(), ids.slice(2).toSorted());
        assert.equal(await isDue(store, queue), false);
        assert.deepEqual(await claim(store, queue), []);
        const again = await claim(other, queue, { now: later(60_001), until: later(120_000) });
        assert.deepEqual(
          again.map(({ id, attempts }) => [id, attempts]).toSorted(),
          ids.map((id) => [id, 2]).toSorted(),
        );
      },
    },
    {
      name: 'are no concern of another queue',
      async run({ store, user }) {
        await queued(store, user('webhook:one'), 1);
        assert.equal(await isDue(store, user('webhook:two')), false);
        assert.deepEqual(await claim(store, user('webhook:two')), []);
      },
    },
    {
      name: 'go when they are done, wait when they failed, and are given back as if they had not been taken',
      async run({ store, user }) {
        const queue = user('webhook:one');
        const [done = '', failed = '', dead = '', released = ''] = await queued(store, queue, 4);
        await claim(store, queue);
        await settle(store, {
          ...{ done: [done], dead: [{ id: dead, lastError: 'no' }], released: [released] },
          later: [{ id: failed, nextAttemptAt: later(30_000), lastError: 'not yet' }],
        });
        const [first, ...rest] = await rowsOf(store, [done, failed, dead, released]);
        assert.equal(first, null);
        assertMatch(
          rest,
          [
            { state: 'waiting', attempts: 1, nextAttemptAt: later(30_000), claimedUntil: null, lastError: 'not yet' },
            { state: 'dead', attempts: 1, claimedUntil: null, lastError: 'no' },
            { state: 'waiting', attempts: 0, nextAttemptAt: later(2_000), claimedUntil: null, lastError: null },
          ],
          'what is left',
        );
        assert.deepEqual(
          (await claim(store, queue, { now: later(30_000) })).map(({ id }) => id).toSorted(),
          [failed, released].toSorted(),
        );
      },
    },
    {
      name: 'that another node has taken over are left to it',
      async run({ store, user }) {
        const queue = user('webhook:one');
        const [failed = '', dead = '', released = ''] = await queued(store, queue, 3);
        await claim(store, queue);
        const until = later(200_000);
        await claim(store, queue, { now: later(70_000), until });
        await settle(store, {
          ...{ dead: [{ id: dead, lastError: 'no' }], released: [released] },
          later: [{ id: failed, nextAttemptAt: later(30_000), lastError: 'not yet' }],
        });
        for (const row of await rowsOf(store, [failed, dead, released])) {
          assertMatch(row, { state: 'waiting', attempts: 2, claimedUntil: until, lastError: null }, 'what is its own');
        }
      },
    },
    {
      name: 'are listed newest first, page by page, by what they are',
      async run({ store, user }) {
        const queue = user('webhook:one');
        const ids = await queued(store, queue, 3);
        const [, middle = ''] = ids;
        await claim(store, queue);
        await settle(store, { dead: [{ id: middle, lastError: 'no' }] });
        const list = async (state: ListInput['state'], kind: ListInput['kind']) =>
          (await listed(store, { state, kind }, 1)).map(({ id }) => id).filter((id) => ids.includes(id));
        assert.deepEqual(await list(undefined, undefined), ids.toReversed());
        assert.deepEqual(await list('dead', 'webhook'), [middle]);
        assert.deepEqual(await list('waiting', 'webhook'), [ids[2], ids[0]]);
        assert.deepEqual(await list('waiting', 'push'), []);
      },
    },
    {
      name: 'that were given up are tried again when asked, or dropped',
      async run({ store, user }) {
        const queue = user('webhook:one');
        const [again = '', dropped = '', running = ''] = await queued(store, queue, 3);
        const retry = (id: string) => store.write((tx) => store.methods.retryDelivery(tx, { id, at: later(3_000) }));
        const discard = (id: string) => store.write((tx) => store.methods.discardDelivery(tx, { id }));
        await claim(store, queue);
        await settle(store, { dead: [again, dropped].map((id) => ({ id, lastError: 'no' })) });
        assert.deepEqual(
          [await retry(again), await retry(running), await retry(randomUUID())],
          [...['retried', 'unchanged', 'unknown']],
        );
        assert.deepEqual([await discard(dropped), await discard(dropped)], ['discarded', 'unknown']);
        const [row, gone] = await rowsOf(store, [again, dropped]);
        assertMatch(row, { state: 'waiting', attempts: 0, nextAttemptAt: later(3_000) }, 'what is tried again');
        assert.equal(gone, null);
      },
    },
    {
      name: 'are dropped when they are old, whatever became of them',
      async run({ store, user }) {
        const ids = await queued(store, user('webhook:one'), 3);
        const prune = () => store.write((tx) => store.methods.pruneDeliveries(tx, { before: later(2) }));
        while ((await prune()) > 0);
        assert.deepEqual(
          (await rowsOf(store, ids)).map((row) => row !== null),
          [false, false, true],
        );
      },
    },
    {
      name: 'go with the device that they are for',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const [hers, his] = [
          await subscribe(store, ann, { registration: ann }),
          await subscribe(store, bob, { registration: bob }),
        ];
        const roomId = await makeRoom(store, [ann, bob]);
        const { seq } = await say(store, roomId, ann, {});
        const deliveries = [hers, his].map(({ id: target }, nth) => ({
          ...{ id: randomUUID(), queue: 'push', kind: 'push' as const, target, userId: [ann, bob][nth] ?? null },
          ...{ roomId, seq },
        }));
        await store.write((tx) => store.methods.enqueueDeliveries(tx, { deliveries, at }));
        await store.write((tx) => store.methods.dropSubscriptions(tx, { ids: [hers.id] }));
        const left = await rowsOf(
          store,
          deliveries.map(({ id }) => id),
        );
        assert.deepEqual(
          left.map((row) => row?.userId ?? null),
          [null, bob],
        );
        const found = await store.read((tx) => store.methods.findSubscriptions(tx, { ids: [hers.id, his.id] }));
        assert.deepEqual([...found.keys()], [his.id]);
      },
    },
  ],
};
