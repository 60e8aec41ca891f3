import assert from 'node:assert/strict';
import type { Room } from '@confab/shared';
import type { ChatStore } from '../../store/port.js';
import type { RoomRow } from '../../store/rows.js';
import type { RoomPatch } from '../../store/transaction.js';
import { assertMatch } from '../suite/expectations.js';
import type { SuiteGroup } from '../suite/runner.js';
import { at, inRoom, makeRoom, remove } from './bench.js';
import type { StoreBench } from './bench.js';
import { assertOrder, itemsOf } from './pages.js';

function makeChannel(store: ChatStore, userIds: readonly string[], name: string, overrides: Partial<RoomRow> = {}) {
  return makeRoom(store, userIds, { kind: 'channel', visibility: 'public', name, ...overrides });
}

/** The whole directory, as far as it matches. Other tests' channels are in it, too. */
function listed(store: ChatStore, query: string | undefined, { userId = 'nobody', limit = 100 } = {}) {
  return itemsOf<Room>(limit, (page) =>
    store.read((tx) => store.methods.listDirectory(tx, { userId, query, ...page })),
  );
}

async function idsOf(store: ChatStore, query: string): Promise<readonly string[]> {
  return (await listed(store, query)).map(({ id }) => id);
}

/** What the method about the channels that everybody may find promises. */
export const directoryCases: SuiteGroup<StoreBench> = {
  name: 'the directory',
  cases: [
    {
      name: 'holds public channels, nothing private, no groups and nothing deleted',
      async run({ store, user }) {
        const [ann, tea] = [user('ann'), user('tea')];
        const open = await makeChannel(store, [ann], `Green ${tea}`);
        await makeChannel(store, [ann], tea, { visibility: 'private' });
        await makeChannel(store, [ann], tea, { kind: 'group' });
        await makeChannel(store, [ann], tea, { kind: 'direct' });
        await makeChannel(store, [ann], 'Coffee');
        const gone = await makeChannel(store, [ann], tea);
        await inRoom(store, gone, (tx) => store.methods.deleteRoom(tx, { roomId: gone, actorId: ann, at }));
        assert.deepEqual(await idsOf(store, tea), [open]);
      },
    },
    {
      name: 'puts those with the most members first, page by page',
      async run({ store, user }) {
        const [ann, bob, cy, tea] = [user('ann'), user('bob'), user('cy'), user('tea')];
        // Two of the same size: a page may end between them.
        const [small, one, other, big] = [
          await makeChannel(store, [ann], tea),
          await makeChannel(store, [ann, bob], tea),
          await makeChannel(store, [cy, bob], tea),
          await makeChannel(store, [ann, bob, cy], tea),
        ];
        const pages = await listed(store, tea, { limit: 2 });
        assertOrder(
          pages.map(({ id }) => id),
          [big, [one, other], small],
        );
      },
    },
    {
      name: 'is whole where nothing is looked for',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const [small, big] = [await makeChannel(store, [ann], 'Tea'), await makeChannel(store, [ann, bob], 'Coffee')];
        const hidden = await makeChannel(store, [ann], 'Milk', { visibility: 'private' });
        const ids = (await listed(store, undefined)).map(({ id }) => id);
        const own = ids.filter((id) => [small, big, hidden].includes(id));
        assert.deepEqual(own, [big, small]);
      },
    },
    {
      name: 'is searched for text as it stands, in which no character means another',
      async run({ store, user }) {
        const [ann, mark] = [user('ann'), user('mark')];
        const plain = await makeChannel(store, [ann], `50x off ${mark}`);
        const percent = await makeChannel(store, [ann], `50% off ${mark}`);
        const underscore = await makeChannel(store, [ann], `50_ off ${mark}`);
        const slash = await makeChannel(store, [ann], `50\\ off ${mark}`);
        assertOrder(await idsOf(store, `off ${mark}`), [[plain, percent, underscore, slash]]);
        assert.deepEqual(await idsOf(store, `50% off ${mark}`), [percent]);
        assert.deepEqual(await idsOf(store, `50_ off ${mark}`), [underscore]);
        assert.deepEqual(await idsOf(store, `50\\ off ${mark}`), [slash]);
        assert.deepEqual(await idsOf(store, `5* off ${mark}`), []);
        assert.deepEqual(await idsOf(store, `' OR 1=1 -- ${mark}`), []);
      },
    },
    {
      name: 'is searched without regard to letter case and to forms of the same letters, in any script',
      async run({ store, user }) {
        const [ann, mark] = [user('ann'), user('mark')];
        const roomId = await makeChannel(store, [ann], `Ünïted ΑΘΗΝΑ ﬁne ${mark}`);
        const finds = [`ÜNÏTED αθηνα FINE ${mark}`, `u\u0308ni\u0308ted αθηνα`, `ｆｉｎｅ ${mark}`];
        for (const query of finds) assert.ok((await idsOf(store, query)).includes(roomId), `not found: ${query}`);
        assert.deepEqual(await idsOf(store, `United ΑΘΗΝΑ fine ${mark}`), [], 'accents make another letter');
      },
    },
    {
      name: 'follows what becomes of a channel',
      async run({ store, user }) {
        const [ann, tea, milk] = [user('ann'), user('tea'), user('milk')];
        const roomId = await makeChannel(store, [ann], tea, { visibility: 'private' });
        const change = (patch: RoomPatch) =>
          inRoom(store, roomId, (tx) => store.methods.updateRoom(tx, { roomId, patch, actorId: ann, at }));
        assert.deepEqual(await idsOf(store, tea), []);
        await change({ visibility: 'public' });
        assert.deepEqual(await idsOf(store, tea), [roomId]);
        await change({ name: milk });
        assert.deepEqual([await idsOf(store, tea), await idsOf(store, milk)], [[], [roomId]]);
        await change({ visibility: 'private' });
        assert.deepEqual(await idsOf(store, milk), []);
      },
    },
    {
      name: 'shows their own membership to those who are in, and none to anybody else',
      async run({ store, user }) {
        const [ann, bob, tea] = [user('ann'), user('bob'), user('tea')];
        const roomId = await makeChannel(store, [ann, bob], tea);
        await remove(store, roomId, bob);
        const room = { id: roomId, name: tea, kind: 'channel', visibility: 'public', memberCount: 1, seq: 2 };
        const me = { userId: ann, role: 'owner', notify: 'all', archived: false, pinned: false };
        assertMatch(await listed(store, tea, { userId: ann }), [{ ...room, me }], 'to a member');
        assertMatch(await listed(store, tea, { userId: bob }), [{ ...room, me: null }], 'to one who left');
        assertMatch(await listed(store, tea, { userId: user('cy') }), [{ ...room, me: null }], 'to a stranger');
      },
    },
  ],
};
