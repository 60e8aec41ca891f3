import assert from 'node:assert/strict';
import { personalRoom } from '../../events/log.js';
import type { ChatStore } from '../../store/port.js';
import type { SuiteGroup } from '../suite/runner.js';
import { at, later, makeRoom, profile } from './bench.js';
import type { StoreBench } from './bench.js';
import { rowsOf } from './log-book.js';
import { assertOrder, itemsOf } from './pages.js';

function block(store: ChatStore, userId: string, blockedId: string, when = at) {
  return store.write(async (tx) => {
    await tx.lockPersonal([userId, blockedId]);
    return store.methods.blockUser(tx, { userId, blockedId, at: when });
  });
}

function unblock(store: ChatStore, userId: string, blockedId: string) {
  return store.write((tx) => store.methods.unblockUser(tx, { userId, blockedId }));
}

function blocksOf(store: ChatStore, userId: string, limit = 9) {
  return itemsOf(limit, (page) => store.read((tx) => store.methods.listBlocks(tx, { userId, ...page })));
}

/** What the methods about blocks promise. */
export const blockCases: SuiteGroup<StoreBench> = {
  name: 'blocks',
  cases: [
    {
      name: 'are set once and lifted once, each by its own side',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        assert.deepEqual(
          [await block(store, ann, bob), await block(store, ann, bob, later(9))],
          ['blocked', 'unchanged'],
        );
        assert.deepEqual(await blocksOf(store, ann), [{ userId: bob, user: profile(bob), createdAt: at }]);
        assert.equal(await unblock(store, bob, ann), 'unchanged', 'the blocked lifted the block');
        assert.equal(await block(store, bob, ann), 'blocked');
        assert.deepEqual([await unblock(store, ann, bob), await unblock(store, ann, bob)], ['unblocked', 'unchanged']);
        assert.deepEqual(await blocksOf(store, ann), []);
        assert.equal((await blocksOf(store, bob)).length, 1, 'the block of the other side went, too');
      },
    },
    {
      name: 'are set once, however many devices do it at once',
      async run({ store, another, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const other = await another();
        const outcomes = await Promise.all([store, other, store].map((one) => block(one, ann, bob)));
        assert.deepEqual(outcomes.toSorted(), ['blocked', 'unchanged', 'unchanged']);
      },
    },
    {
      name: 'stand between two whichever of them set it, and between no others',
      async run({ store, user }) {
        const [ann, bob, cy, dee] = [user('ann'), user('bob'), user('cy'), user('dee')];
        await block(store, ann, bob);
        await block(store, cy, ann);
        await block(store, bob, dee);
        const among = async (userId: string, others: readonly string[]) =>
          [...(await store.read((tx) => store.methods.blocksAmong(tx, { userId, others })))].toSorted();
        assert.deepEqual(await among(ann, [bob, cy, dee]), [bob, cy].toSorted());
        assert.deepEqual(await among(ann, [cy, dee]), [cy]);
        assert.deepEqual(await among(bob, [ann, cy, dee]), [ann, dee].toSorted());
        assert.deepEqual(await among(cy, [bob, dee]), []);
        assert.deepEqual(await among(ann, []), []);
        await unblock(store, ann, bob);
        assert.deepEqual(await among(bob, [ann]), []);
      },
    },
    {
      name: 'are listed with whom they shut out, newest first, page by page, to who set them',
      async run({ store, user }) {
        const [ann, bob, cy, dee, eve] = [user('ann'), user('bob'), user('cy'), user('dee'), user('eve')] as const;
        const profiles = [{ id: bob, name: 'Bob', image: 'https://a.b/c' }];
        await store.write((tx) => store.methods.saveProfiles(tx, { profiles, at }));
        await block(store, ann, bob, later(1));
        // Two at the same moment: a page may end between them.
        await block(store, ann, cy, later(2));
        await block(store, ann, dee, later(2));
        await block(store, ann, eve, later(3));
        await block(store, bob, ann, later(4));
        const items = await blocksOf(store, ann, 2);
        assertOrder(
          items.map(({ userId }) => userId),
          [eve, [cy, dee], bob],
        );
        assert.deepEqual(items.at(-1), { userId: bob, user: profiles[0], createdAt: later(1) });
        assert.deepEqual(await blocksOf(store, eve), []);
      },
    },
    {
      name: 'are told to nobody',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const roomId = await makeRoom(store, [ann, bob]);
        await block(store, ann, bob);
        await unblock(store, ann, bob);
        const logs = [roomId, personalRoom(ann), personalRoom(bob)];
        const lengths = [];
        for (const log of logs) lengths.push((await rowsOf(store, log)).length);
        assert.deepEqual(lengths, [1, 0, 0]);
      },
    },
  ],
};
