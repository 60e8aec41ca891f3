import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Page } from '@confab/shared';
import type { ChatStore } from '../../store/port.js';
import type { ReadTx } from '../../store/transaction.js';
import { rejection } from '../suite/expectations.js';
import type { SuiteGroup } from '../suite/runner.js';
import { at, makeRoom } from './bench.js';
import type { StoreBench } from './bench.js';

type List = (tx: ReadTx) => Promise<Page<unknown>>;

/** The first page of every list, or the one that comes after a cursor. */
function listsOf({ methods }: ChatStore, roomId: string, userId: string, cursor: string | undefined) {
  const page = { limit: 2, cursor };
  const kinds = ['direct', 'group', 'channel'] as const;
  return Object.entries<List>({
    listRooms: (tx) => methods.listRooms(tx, { ...page, userId, kinds, archived: undefined }),
    listMembers: (tx) => methods.listMembers(tx, { ...page, roomId, roles: undefined }),
    listBans: (tx) => methods.listBans(tx, { ...page, roomId, now: at }),
    listRequests: (tx) => methods.listRequests(tx, { ...page, roomId }),
    listInvites: (tx) => methods.listInvites(tx, { ...page, roomId, now: at }),
    listDirectory: (tx) => methods.listDirectory(tx, { ...page, userId, query: userId }),
    listPins: (tx) => methods.listPins(tx, { ...page, roomId, viewerId: userId, floorSeq: 1 }),
    listVersions: (tx) => methods.listVersions(tx, { ...page, messageId: randomUUID() }),
    listNotifications: (tx) => methods.listNotifications(tx, { ...page, userId }),
    listBlocks: (tx) => methods.listBlocks(tx, { ...page, userId }),
    listSessions: (tx) => methods.listSessions(tx, { ...page, userId, state: undefined, activeSince: at }),
  });
}

/** What all methods promise that give pages. */
export const listCases: SuiteGroup<StoreBench> = {
  name: 'lists',
  cases: [
    {
      name: 'end with an empty page where there is nothing',
      async run({ store, user }) {
        for (const [name, list] of listsOf(store, randomUUID(), user('ann'), undefined)) {
          assert.deepEqual(await store.read(list), { items: [], nextCursor: null }, name);
        }
      },
    },
    {
      name: 'refuse a cursor that they did not write',
      async run({ store, user }) {
        const ann = user('ann');
        const roomId = await makeRoom(store, [ann]);
        const forged = Buffer.from(JSON.stringify([true, { a: 1 }])).toString('base64url');
        for (const cursor of ['nonsense', forged]) {
          for (const [name, list] of listsOf(store, roomId, ann, cursor)) {
            const error = await rejection(store.read(list), `${name} with a forged cursor`);
            assert.equal((error as { code?: unknown }).code, 'VALIDATION', name);
          }
        }
      },
    },
  ],
};
