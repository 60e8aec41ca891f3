import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { ChatStore } from '../../store/port.js';
import type { NewScheduled } from '../../store/scheduled/scheduled.js';
import type { Settlement } from '../../store/scheduled/work.js';
import { assertMatch } from '../suite/expectations.js';
import type { SuiteGroup } from '../suite/runner.js';
import { at, later } from './bench.js';
import type { StoreBench } from './bench.js';
import { itemsOf } from './pages.js';

const day = 24 * 60 * 60 * 1_000;

function newScheduled(userId: string, more: Partial<NewScheduled> = {}): NewScheduled {
  const ids = { id: randomUUID(), roomId: randomUUID(), clientId: null, bodyHash: null };
  return { ...ids, userId, input: { content: 'later', n: [1] }, sendAt: later(1_000), createdAt: at, ...more };
}

function schedule(store: ChatStore, scheduled: NewScheduled, most = 9) {
  return store.write(async (tx) => {
    await tx.lockPersonal([scheduled.userId]);
    return store.methods.scheduleMessage(tx, { scheduled, most });
  });
}

function find(store: ChatStore, id: string) {
  return store.read((tx) => store.methods.findScheduled(tx, { id }));
}

/** What is due is everybody's, so a case looks at its own only. */
async function claim(store: ChatStore, ids: readonly string[], now: Date, until: Date) {
  const claimed = await store.write((tx) => store.methods.claimScheduled(tx, { now, until, limit: 1_000 }));
  return claimed.filter(({ id }) => ids.includes(id));
}

function settle(store: ChatStore, id: string, settlement: Settlement) {
  return store.write((tx) => store.methods.settleScheduled(tx, { id, settlement }));
}

function cancel(store: ChatStore, id: string) {
  return store.write((tx) => store.methods.cancelScheduled(tx, { id }));
}

/** What the methods about messages that are sent later promise. */
export const scheduledCases: SuiteGroup<StoreBench> = {
  name: 'scheduled messages',
  cases: [
    {
      name: 'are kept whole, found by id and by client id, and listed soonest first, page by page',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const clientId = randomUUID();
        const named = newScheduled(ann, { clientId, bodyHash: 'hash', sendAt: later(30 * day) });
        const { roomId } = named;
        const others = [newScheduled(ann, { sendAt: later(31 * day) }), newScheduled(ann, { sendAt: later(29 * day) })];
        for (const one of [named, ...others, newScheduled(bob, { roomId })]) {
          assert.equal(await schedule(store, one), 'scheduled');
        }
        const row = { ...named, state: 'waiting', attempts: 0, claimedUntil: null, messageId: null, error: null };
        assert.deepEqual(await find(store, named.id), row);
        const key = { roomId, userId: ann, clientId };
        assert.deepEqual(await store.read((tx) => store.methods.findScheduledBy(tx, key)), row);
        const stranger = { ...key, userId: bob };
        assert.equal(await store.read((tx) => store.methods.findScheduledBy(tx, stranger)), null);
        const listed = (room: string | undefined) =>
          itemsOf(2, (page) =>
            store.read((tx) => store.methods.listScheduled(tx, { userId: ann, roomId: room, ...page })),
          );
        const ids = (await listed(undefined)).map(({ id }) => id);
        assert.deepEqual(ids, [others[1]?.id, named.id, others[0]?.id]);
        assert.deepEqual(
          (await listed(roomId)).map(({ id }) => id),
          [named.id],
        );
      },
    },
    {
      name: 'are as many as a user may have, those that failed counted and those settled not',
      async run({ store, user }) {
        const ann = user('ann');
        const first = newScheduled(ann);
        assert.equal(await schedule(store, first, 1), 'scheduled');
        assert.equal(await schedule(store, newScheduled(ann), 1), 'full');
        assert.equal(await cancel(store, first.id), true);
        assert.equal(await schedule(store, newScheduled(ann), 1), 'scheduled');
      },
    },
    {
      name: 'are claimed when they are due, by one, until it settles them or its time is over',
      async run({ store, another, user }) {
        const ann = user('ann');
        const [one, two, late] = [
          newScheduled(ann, { sendAt: later(2_000) }),
          newScheduled(ann, { sendAt: later(1_000) }),
          newScheduled(ann, { sendAt: later(9_000) }),
        ];
        for (const scheduled of [one, two, late]) await schedule(store, scheduled);
        const ids = [one.id, two.id, late.id];
        assert.deepEqual(await claim(store, ids, later(500), later(600)), []);
        const other = await another();
        const [here, there] = await Promise.all([
          claim(store, ids, later(3_000), later(5_000)),
          claim(other, ids, later(3_000), later(5_000)),
        ]);
        const claimed = [...here, ...there];
        assert.deepEqual(claimed.map(({ id }) => id).sort(), [one.id, two.id].sort());
        assertMatch(claimed[0], { state: 'sending', attempts: 1, claimedUntil: later(5_000) }, 'what was claimed');
        assert.equal(await cancel(store, one.id), false);
        assert.deepEqual(await claim(other, ids, later(4_000), later(6_000)), []);

        await settle(store, one.id, { state: 'sent', messageId: 'm' });
        assertMatch(await find(store, one.id), { state: 'sent', messageId: 'm', input: {} }, 'what was sent');
        const [again] = await claim(other, ids, later(5_001), later(7_000));
        assertMatch(again, { id: two.id, attempts: 2, input: two.input }, 'what was not settled in time');
        await settle(other, two.id, { state: 'failed', error: 'NOT_FOUND' });
        assertMatch(await find(store, two.id), { state: 'failed', error: 'NOT_FOUND', claimedUntil: null }, 'failed');
        assert.equal(await cancel(store, two.id), true);
        assertMatch(await find(store, two.id), { state: 'cancelled', input: {} }, 'what was taken back');
        assert.equal(await cancel(store, two.id), false);
        assert.equal(await cancel(store, late.id), true);
      },
    },
    {
      name: 'wait when they are to be tried again, and the next one worth looking at is known',
      async run({ store, user }) {
        // Earlier than whatever else waits.
        const long = (ms: number) => new Date(Date.UTC(2001, 0) + ms);
        const next = (ms: number) => store.read((tx) => store.methods.nextScheduled(tx, { before: long(ms) }));
        const one = newScheduled(user('ann'), { sendAt: long(1_000) });
        await schedule(store, one);
        assert.equal(await next(999), null);
        assert.deepEqual(await next(1_000), long(1_000));
        assert.equal((await claim(store, [one.id], long(1_000), long(2_000))).length, 1);
        assert.equal(await next(1_999), null);
        assert.deepEqual(await next(2_000), long(2_000));
        await settle(store, one.id, { state: 'waiting', claimedUntil: long(3_000) });
        assert.deepEqual(await claim(store, [one.id], long(2_500), long(9_000)), []);
        assert.deepEqual(await next(3_000), long(3_000));
        assertMatch(await find(store, one.id), { state: 'waiting', attempts: 1, input: one.input }, 'what waits');
        assert.equal(await cancel(store, one.id), true);
        assert.equal(await next(9_000), null);
      },
    },
  ],
};
