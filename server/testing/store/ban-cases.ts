import assert from 'node:assert/strict';
import type { ChatStore } from '../../store/port.js';
import { assertMatch } from '../suite/expectations.js';
import type { SuiteGroup } from '../suite/runner.js';
import { at, inRoom, later, makeRoom } from './bench.js';
import type { StoreBench } from './bench.js';
import { rowsOf } from './log-book.js';
import { assertOrder, itemsOf } from './pages.js';

type Ban = Parameters<ChatStore['methods']['banUser']>[1];

function ban(store: ChatStore, roomId: string, userId: string, details: Partial<Ban> = {}): Promise<void> {
  const given = { roomId, userId, until: null, reason: null, actorId: null, createdAt: at, ...details };
  return inRoom(store, roomId, (tx) => store.methods.banUser(tx, given));
}

async function banned(store: ChatStore, roomId: string, userIds: readonly string[], now = at) {
  return store.read((tx) => store.methods.findBans(tx, { roomId, userIds, now }));
}

/** What the methods about bans promise. */
export const banCases: SuiteGroup<StoreBench> = {
  name: 'bans',
  cases: [
    {
      name: 'hold for ever, or until their moment has come',
      async run({ store, user }) {
        const [ann, bob, cy, dee] = [user('ann'), user('bob'), user('cy'), user('dee')];
        const [roomId, elsewhere] = [await makeRoom(store, [ann]), await makeRoom(store, [ann])];
        await ban(store, roomId, bob, { until: later(1_000), reason: 'Zoë said so', actorId: ann });
        await ban(store, roomId, cy);
        const asked = [ann, bob, cy];
        const before = await banned(store, roomId, asked, later(999));
        assert.deepEqual([...before.keys()].toSorted(), [bob, cy].toSorted());
        const reason = 'Zoë said so';
        assertMatch(before.get(bob), { roomId, userId: bob, until: later(1_000), reason, actorId: ann }, 'the one');
        assertMatch(before.get(cy), { until: null, reason: null, actorId: null, createdAt: at }, 'the other');
        assert.deepEqual([...(await banned(store, roomId, asked, later(1_000))).keys()], [cy]);
        assert.equal((await banned(store, elsewhere, asked)).size, 0, 'a ban holds in another room');
        assert.equal((await banned(store, roomId, [dee])).size, 0);
        assert.equal((await banned(store, roomId, [])).size, 0);
      },
    },
    {
      name: 'take the place of earlier ones',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const roomId = await makeRoom(store, [ann]);
        await ban(store, roomId, bob, { until: later(1_000), reason: 'first', actorId: ann });
        await ban(store, roomId, bob, { reason: 'second', createdAt: later(5) });
        const newer = { until: null, reason: 'second', actorId: null, createdAt: later(5) };
        assertMatch((await banned(store, roomId, [bob], later(2_000))).get(bob), newer, 'the ban');
        const page = { roomId, now: at, limit: 9, cursor: undefined };
        const list = await store.read((tx) => store.methods.listBans(tx, page));
        assertMatch(list, { items: [{ userId: bob, ...newer }], nextCursor: null }, 'the list');
      },
    },
    {
      name: 'end what the banned had asked for in this room',
      async run({ store, user }) {
        const [ann, bob, cy] = [user('ann'), user('bob'), user('cy')];
        const [roomId, elsewhere] = [await makeRoom(store, [ann]), await makeRoom(store, [ann])];
        const { methods } = store;
        const asked = [
          { roomId, userId: bob },
          { roomId, userId: cy },
          { roomId: elsewhere, userId: bob },
        ];
        for (const who of asked) await inRoom(store, who.roomId, (tx) => methods.requestToJoin(tx, { ...who, at }));
        await ban(store, roomId, bob);
        const waits = [];
        for (const who of asked) waits.push(await store.read((tx) => methods.hasRequested(tx, who)));
        assert.deepEqual(waits, [false, true, true]);
      },
    },
    {
      name: 'are lifted once, one by one',
      async run({ store, user }) {
        const [ann, bob, cy] = [user('ann'), user('bob'), user('cy')];
        const roomId = await makeRoom(store, [ann]);
        for (const userId of [bob, cy]) await ban(store, roomId, userId);
        const lift = () => inRoom(store, roomId, (tx) => store.methods.unbanUser(tx, { roomId, userId: bob }));
        assert.deepEqual([await lift(), await lift()], [{ isChanged: true }, { isChanged: false }]);
        assert.deepEqual([...(await banned(store, roomId, [bob, cy])).keys()], [cy]);
      },
    },
    {
      name: 'are listed with who is banned, newest first, page by page, without those that are over',
      async run({ store, user }) {
        const [ann, bob, cy, dee, eve, fay] = [
          ...[user('ann'), user('bob'), user('cy')],
          ...[user('dee'), user('eve'), user('fay')],
        ] as const;
        const [roomId, elsewhere] = [await makeRoom(store, [ann]), await makeRoom(store, [ann])];
        const { methods } = store;
        const profiles = [{ id: bob, name: 'Bob', image: 'https://a.b/c' }];
        await store.write((tx) => methods.saveProfiles(tx, { profiles, at }));
        await ban(store, roomId, bob, { createdAt: later(1) });
        // Two at the same moment: a page may end between them.
        await ban(store, roomId, cy, { createdAt: later(2), until: later(1_001) });
        await ban(store, roomId, dee, { createdAt: later(2) });
        await ban(store, roomId, eve, { createdAt: later(3) });
        await ban(store, roomId, fay, { createdAt: later(4), until: later(1_000) });
        await ban(store, elsewhere, ann);
        const items = await itemsOf(2, (page) =>
          store.read((tx) => methods.listBans(tx, { roomId, now: later(1_000), ...page })),
        );
        assertOrder(
          items.map(({ userId }) => userId),
          [eve, [cy, dee], bob],
        );
        const { createdAt, until, reason, actorId } = { createdAt: later(1), until: null, reason: null, actorId: null };
        const shown = { roomId, userId: bob, user: profiles[0], until, reason, actorId, createdAt };
        assert.deepEqual(items.at(-1), shown);
      },
    },
    {
      name: 'log nothing: whom they put out leaves in an event of its own',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const roomId = await makeRoom(store, [ann, bob]);
        await ban(store, roomId, bob);
        await inRoom(store, roomId, (tx) => store.methods.unbanUser(tx, { roomId, userId: bob }));
        assert.equal((await rowsOf(store, roomId)).length, 1);
      },
    },
  ],
};
