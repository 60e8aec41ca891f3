import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { assertMatch, range } from '../suite/expectations.js';
import type { SuiteGroup } from '../suite/runner.js';
import { at, later, makeRoom, profile, remove } from './bench.js';
import type { StoreBench } from './bench.js';
import { assertOrder, itemsOf } from './pages.js';

/** What the methods about users and their devices promise. */
export const userCases: SuiteGroup<StoreBench> = {
  name: 'users and sessions',
  cases: [
    {
      name: 'keep what the host says of users, and know nothing of others',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const { methods } = store;
        const save = (name: string | null) =>
          store.write((tx) => methods.saveProfiles(tx, { profiles: [{ id: ann, name, image: 'https://a.b/c' }], at }));
        await save('Ann');
        await save('Änn');
        const found = await store.read((tx) => methods.findProfiles(tx, { userIds: [ann, bob] }));
        assert.deepEqual(found.get(ann), { id: ann, name: 'Änn', image: 'https://a.b/c' });
        assert.deepEqual(found.get(bob) ?? profile(bob), profile(bob));
      },
    },
    {
      name: 'find those who share a room, not too big, not deleted, not left',
      async run({ store, user }) {
        const [ann, bob, cy, dee, eve] = ['ann', 'bob', 'cy', 'dee', 'eve'].map(user) as [
          string,
          string,
          string,
          string,
          string,
        ];
        await makeRoom(store, [ann, bob]);
        await makeRoom(store, [ann, bob, cy]);
        const gone = await makeRoom(store, [ann, dee]);
        const left = await makeRoom(store, [eve, ann]);
        await remove(store, left, ann);
        const { methods } = store;
        await store.write(async (tx) => {
          await tx.lock([gone]);
          await methods.deleteRoom(tx, { roomId: gone, actorId: ann, at });
        });
        const near = (maxRoomSize: number, limit: number) =>
          store.read((tx) => methods.coMembers(tx, { userId: ann, maxRoomSize, limit }));
        assert.deepEqual((await near(256, 99)).toSorted(), [ann, bob, cy].toSorted());
        assert.deepEqual((await near(2, 99)).toSorted(), [ann, bob].toSorted());
        assert.equal((await near(256, 1)).length, 1);
        const others = [bob, cy, dee, eve];
        const sharing = await store.read((tx) => methods.sharingRooms(tx, { userId: ann, others }));
        assert.deepEqual([...sharing].toSorted(), [bob, cy].toSorted());
        assert.equal((await store.read((tx) => methods.sharingRooms(tx, { userId: ann, others: [] }))).size, 0);
      },
    },
    {
      name: 'keep devices: when they came, were last seen, and whether anything of them is open',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const { methods } = store;
        const sign = { userId: ann, id: 'phone', userAgent: 'Phone/1', isOpen: true };
        await store.write((tx) => methods.openSession(tx, { sessions: [sign], at }));
        const touches = [
          { ...sign, userAgent: null, isOpen: null },
          { userId: ann, id: 'laptop', userAgent: null, isOpen: null },
        ];
        await store.write((tx) => methods.touchSession(tx, { sessions: touches, at: later(5_000) }));
        const list = { userId: ann, limit: 9, cursor: undefined, state: undefined, activeSince: later(0) };
        const { items } = await store.read((tx) => methods.listSessions(tx, list));
        assertMatch(
          items,
          [
            { userId: ann, id: 'laptop', userAgent: null, createdAt: later(5_000), lastSeenAt: later(5_000) },
            { id: 'phone', userAgent: 'Phone/1', createdAt: at, lastSeenAt: later(5_000), endedAt: null },
          ],
          'the devices',
        );
        const seen = (activeSince: Date) =>
          store.read((tx) => methods.lastSeen(tx, { userIds: [ann, bob], activeSince }));
        assert.deepEqual([...(await seen(at))], [[ann, { lastSeenAt: later(5_000), isOnline: true }]]);
        assertMatch((await seen(later(6_000))).get(ann), { isOnline: false }, 'a silent device');
        const closed = [{ ...sign, userAgent: null, isOpen: false }];
        await store.write((tx) => methods.touchSession(tx, { sessions: closed, at: later(6_000) }));
        assertMatch(
          (await seen(at)).get(ann),
          { lastSeenAt: later(6_000), isOnline: false },
          'a device that is closed',
        );
      },
    },
    {
      name: 'list devices page by page, active or expired',
      async run({ store, user }) {
        const ann = user('ann');
        const { methods } = store;
        for (const nth of range(1, 5)) {
          // Two at the same moment: a page may end between them.
          const when = later(Math.min(nth, 4) * 1_000);
          const sessions = [{ userId: ann, id: `device-${nth}`, userAgent: null, isOpen: true }];
          await store.write((tx) => methods.openSession(tx, { sessions, at: when }));
        }
        const list = { userId: ann, state: undefined, activeSince: later(3_000) };
        const seen = await itemsOf(2, (page) => store.read((tx) => methods.listSessions(tx, { ...list, ...page })));
        assertOrder(
          seen.map(({ id }) => id),
          [['device-4', 'device-5'], 'device-3', 'device-2', 'device-1'],
        );
        const ids = async (state: 'active' | 'expired') => {
          const page = { ...list, state, limit: 9, cursor: undefined };
          return (await store.read((tx) => methods.listSessions(tx, page))).items.map(({ id }) => id).toSorted();
        };
        assert.deepEqual(await ids('active'), ['device-3', 'device-4', 'device-5']);
        assert.deepEqual(await ids('expired'), ['device-1', 'device-2']);
      },
    },
    {
      name: 'shut a device out until it comes back',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const { methods } = store;
        const sessionId = randomUUID();
        const open = (when: Date) =>
          store.write((tx) =>
            methods.openSession(tx, {
              sessions: [{ userId: ann, id: sessionId, userAgent: null, isOpen: true }],
              at: when,
            }),
          );
        await open(at);
        const revoke = (userId: string) =>
          store.write((tx) => methods.revokeSession(tx, { userId, sessionId, at: later(10) }));
        assert.deepEqual([await revoke(bob), await revoke(ann)], [false, true]);
        const find = (userId: string) => store.read((tx) => methods.findRevocation(tx, { userId, sessionId }));
        assert.deepEqual([await find(ann), await find(bob)], [later(10), null]);
        const revocations = (since: Date) => store.read((tx) => methods.listRevocations(tx, { since, limit: 10_000 }));
        const own = (await revocations(later(10))).filter(({ userId }) => userId === ann);
        assert.deepEqual(own, [{ userId: ann, id: sessionId, revokedAt: later(10) }]);
        assert.deepEqual(
          (await revocations(later(11))).filter(({ userId }) => userId === ann),
          [],
        );
        assert.ok((await store.read((tx) => methods.listRevocations(tx, { since: later(0), limit: 1 }))).length <= 1);
        const list = { userId: ann, limit: 9, cursor: undefined, state: undefined, activeSince: at };
        const listed = async () => (await store.read((tx) => methods.listSessions(tx, list))).items.length;
        assert.equal(await listed(), 0, 'a device that was shut out is listed');
        const closed = [{ userId: ann, id: sessionId, userAgent: null, isOpen: false }];
        await store.write((tx) => methods.touchSession(tx, { sessions: closed, at: later(20) }));
        assert.equal(await listed(), 0, 'being closed is not coming back');
        await open(later(30));
        assert.equal(await listed(), 1);
        assert.deepEqual(await find(ann), later(10), 'old credentials must stay refused');
      },
    },
  ],
};
