import assert from 'node:assert/strict';
import type { ChatStore } from '../../store/port.js';
import type { SuiteGroup } from '../suite/runner.js';
import { at, inRoom, later, makeRoom, profile, remove } from './bench.js';
import type { StoreBench } from './bench.js';
import { rowsOf } from './log-book.js';
import { assertOrder, itemsOf } from './pages.js';

function request(store: ChatStore, roomId: string, userId: string, when = at): Promise<void> {
  return inRoom(store, roomId, (tx) => store.methods.requestToJoin(tx, { roomId, userId, at: when }));
}

/** What the methods about those who want to be let in promise. */
export const requestCases: SuiteGroup<StoreBench> = {
  name: 'requests to join',
  cases: [
    {
      name: 'are kept until they are dropped, and tell the room nothing',
      async run({ store, user }) {
        const [ann, bob, cy, dee] = [user('ann'), user('bob'), user('cy'), user('dee')];
        const [roomId, elsewhere] = [await makeRoom(store, [ann]), await makeRoom(store, [ann])];
        const { methods } = store;
        const waits = async (room: string) => {
          const found = [];
          for (const userId of [bob, cy, dee]) {
            found.push(await store.read((tx) => methods.hasRequested(tx, { roomId: room, userId })));
          }
          return found;
        };
        assert.deepEqual(await waits(roomId), [false, false, false]);
        for (const userId of [bob, cy, dee]) await request(store, roomId, userId);
        await request(store, elsewhere, bob);
        assert.deepEqual(await waits(roomId), [true, true, true]);
        assert.deepEqual(await waits(elsewhere), [true, false, false]);
        const drop = (userIds: readonly string[]) =>
          inRoom(store, roomId, (tx) => methods.dropRequests(tx, { roomId, userIds }));
        await drop([]);
        await drop([bob, cy, ann]);
        assert.deepEqual(await waits(roomId), [false, false, true]);
        assert.deepEqual(await waits(elsewhere), [true, false, false]);
        await request(store, roomId, bob);
        assert.deepEqual(await waits(roomId), [true, false, true], 'who was answered may not ask again');
        assert.equal((await rowsOf(store, roomId)).length, 1, 'the room was told');
      },
    },
    {
      name: 'are listed with who waits, longest first, page by page',
      async run({ store, user }) {
        const [ann, bob, cy, dee, eve] = [user('ann'), user('bob'), user('cy'), user('dee'), user('eve')] as const;
        const [roomId, elsewhere] = [await makeRoom(store, [ann]), await makeRoom(store, [ann])];
        const { methods } = store;
        const profiles = [{ id: bob, name: 'Bob', image: null }];
        await store.write((tx) => methods.saveProfiles(tx, { profiles, at }));
        await request(store, roomId, eve, later(3));
        // Two at the same moment: a page may end between them.
        await request(store, roomId, dee, later(2));
        await request(store, roomId, cy, later(2));
        await request(store, roomId, bob, later(1));
        await request(store, elsewhere, ann);
        const items = await itemsOf(2, (page) => store.read((tx) => methods.listRequests(tx, { roomId, ...page })));
        assertOrder(
          items.map(({ userId }) => userId),
          [bob, [cy, dee], eve],
        );
        assert.deepEqual(items[0], { roomId, userId: bob, user: profiles[0], createdAt: later(1) });
        assert.deepEqual(items.at(-1), { roomId, userId: eve, user: profile(eve), createdAt: later(3) });
      },
    },
    {
      name: 'go to those who run the room, longest-standing first, and not to many',
      async run({ store, user }) {
        const [ann, bob, cy, dee, eve] = [user('ann'), user('bob'), user('cy'), user('dee'), user('eve')] as const;
        const roomId = await makeRoom(store, [ann, bob]);
        const { methods } = store;
        for (const userId of [dee, cy, eve]) {
          await inRoom(store, roomId, (tx) => methods.addMembers(tx, { roomId, userIds: [userId], actorId: ann, at }));
        }
        const change = {
          roomId,
          userIds: [cy, dee, eve],
          role: 'admin',
          actorId: ann,
          at,
          takesRights: false,
        } as const;
        await inRoom(store, roomId, (tx) => methods.setRole(tx, change));
        await remove(store, roomId, eve);
        const heads = (limit: number) => store.read((tx) => methods.adminsOf(tx, { roomId, limit }));
        assert.deepEqual(await heads(9), [ann, dee, cy]);
        assert.deepEqual(await heads(2), [ann, dee]);
      },
    },
  ],
};
