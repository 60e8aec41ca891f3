import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { ChatStore } from '../../store/port.js';
import { range } from '../suite/expectations.js';
import type { SuiteGroup } from '../suite/runner.js';
import { later } from './bench.js';
import type { StoreBench } from './bench.js';

interface Device {
  readonly registration: string;
  readonly sessionId?: string | null;
  readonly when?: Date;
  readonly most?: number;
}

/** Registers a device of somebody; resolves to its id and whether anything changed. */
export function subscribe(
  store: ChatStore,
  userId: string,
  { registration, sessionId = null, when = later(0), most = 20 }: Device,
) {
  return store.write(async (tx) => {
    await tx.lockPersonal([userId]);
    const subscription = { id: randomUUID(), userId, sessionId, registration };
    return store.methods.subscribePush(tx, { subscription, at: when, most });
  });
}

/** Those of these devices that are known. */
async function known(store: ChatStore, ids: readonly string[]) {
  const found = await store.read((tx) => store.methods.findSubscriptions(tx, { ids }));
  return ids.map((id) => found.get(id) ?? null);
}

function unsubscribe(
  store: ChatStore,
  which: Parameters<ChatStore['methods']['unsubscribePush']>[1],
): Promise<'unsubscribed' | 'unchanged'> {
  return store.write((tx) => store.methods.unsubscribePush(tx, which));
}

/** What the methods about devices promise. */
export const subscriptionCases: SuiteGroup<StoreBench> = {
  name: 'push subscriptions',
  cases: [
    {
      name: 'are kept once for each registration, with the session that came last',
      async run({ store, user }) {
        const ann = user('ann');
        const registration = user('"phone"');
        const first = await subscribe(store, ann, { registration, sessionId: 's1' });
        assert.equal(first.outcome, 'subscribed');
        assert.deepEqual(await known(store, [first.id]), [
          { id: first.id, userId: ann, sessionId: 's1', registration },
        ]);
        assert.deepEqual(await subscribe(store, ann, { registration }), { id: first.id, outcome: 'unchanged' });
        const again = { registration, sessionId: 's1' };
        assert.deepEqual(await subscribe(store, ann, again), { id: first.id, outcome: 'unchanged' });
        const moved = await subscribe(store, ann, { registration, sessionId: 's2' });
        assert.deepEqual(moved, { id: first.id, outcome: 'subscribed' });
        assert.equal((await known(store, [first.id]))[0]?.sessionId, 's2');
      },
    },
    {
      name: 'go to whoever registers the device last, under another id',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const registration = user('"tablet"');
        const hers = await subscribe(store, ann, { registration });
        const his = await subscribe(store, bob, { registration });
        assert.notEqual(his.id, hers.id);
        const [gone, there] = await known(store, [hers.id, his.id]);
        assert.deepEqual([gone, there?.userId], [null, bob]);
      },
    },
    {
      name: 'are no more than so many for a user: the oldest go',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const his = await subscribe(store, bob, { registration: user('bob') });
        const ids: string[] = [];
        for (const nth of range(1, 5)) {
          const device = { registration: user(`${nth}`), when: later(nth), most: 3 };
          ids.push((await subscribe(store, ann, device)).id);
        }
        const left = (await known(store, [...ids, his.id])).map((one) => one !== null);
        assert.deepEqual(left, [false, false, true, true, true, true]);
      },
    },
    {
      name: 'end by their id, registration or session, each only for its own user',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const devices = ['one', 'two', 'three', 'four'].map((name) => user(name));
        const ids: string[] = [];
        for (const [nth, registration] of devices.entries()) {
          ids.push((await subscribe(store, ann, { registration, sessionId: nth < 2 ? 's1' : 's2' })).id);
        }
        const [, , third = '', fourth = ''] = ids;
        for (const which of [{ id: third }, { registration: devices[3] ?? '' }, { sessionId: 's1' }]) {
          assert.equal(await unsubscribe(store, { userId: bob, ...which }), 'unchanged', 'another user ended it');
        }
        assert.equal(await unsubscribe(store, { userId: ann, sessionId: 's1' }), 'unsubscribed');
        assert.deepEqual(
          (await known(store, ids)).map((one) => one?.id ?? null),
          [null, null, third, fourth],
        );
        assert.equal(await unsubscribe(store, { userId: ann, id: third }), 'unsubscribed');
        assert.equal(await unsubscribe(store, { userId: ann, registration: devices[3] ?? '' }), 'unsubscribed');
        assert.deepEqual(await known(store, ids), [null, null, null, null]);
        assert.equal(await unsubscribe(store, { userId: ann, id: third }), 'unchanged');
      },
    },
  ],
};
