import assert from 'node:assert/strict';
import type { ChatStore } from '../../store/port.js';
import type { SuiteGroup } from '../suite/runner.js';
import { at, later } from './bench.js';
import type { StoreBench } from './bench.js';
import { itemsOf } from './pages.js';

const far = later(1e12);

function ban(store: ChatStore, userId: string, more: { until?: Date | null; reason?: string; createdAt?: Date } = {}) {
  const { until = null, reason = null, createdAt = at } = more;
  return store.write((tx) => store.methods.banFromChat(tx, { userId, until, reason, createdAt }));
}

function exclusionOf(store: ChatStore, userId: string) {
  return store.read((tx) => store.methods.findExclusion(tx, { userId }));
}

/** What the methods promise about users whom the host keeps out. */
export const userBanCases: SuiteGroup<StoreBench> = {
  name: 'users who are kept out',
  cases: [
    {
      name: 'are banned once, by the last ban, until it is lifted',
      async run({ store, user }) {
        const ann = user('ann');
        assert.equal((await ban(store, ann, { reason: 'spam' })).isNew, true);
        const again = await ban(store, ann, { reason: 'spam', createdAt: later(1) });
        assert.deepEqual([again.isNew, again.ban.createdAt], [false, at]);
        assert.equal((await ban(store, ann, { until: far, createdAt: later(2) })).isNew, true);
        assert.deepEqual(await exclusionOf(store, ann), {
          ...{ userId: ann, ban: { until: far, createdAt: later(2) }, erasedAt: null },
        });
        const lift = () => store.write((tx) => store.methods.unbanFromChat(tx, { userId: ann }));
        assert.deepEqual([await lift(), await lift()], ['unbanned', 'unchanged']);
        assert.deepEqual(await exclusionOf(store, ann), { userId: ann, ban: null, erasedAt: null });
      },
    },
    {
      name: 'are listed newest first, page by page, while the ban holds',
      async run({ store, user }) {
        const [ann, bob, cy] = [user('ann'), user('bob'), user('cy')];
        await ban(store, ann, { createdAt: later(1) });
        await ban(store, bob, { createdAt: later(2), until: later(50) });
        await ban(store, cy, { createdAt: later(3) });
        const listed = async (now: Date) => {
          const all = await itemsOf(1, (page) =>
            store.read((tx) => store.methods.listUserBans(tx, { now, limit: page.limit, cursor: page.cursor })),
          );
          return all.map(({ userId }) => userId).filter((userId) => [ann, bob, cy].includes(userId));
        };
        assert.deepEqual(await listed(later(49)), [cy, bob, ann]);
        assert.deepEqual(await listed(later(50)), [cy, ann]);
      },
    },
    {
      name: 'are found by when they were banned or erased',
      async run({ store, user }) {
        const [ann, bob, cy] = [user('ann'), user('bob'), user('cy')];
        const base = later(10 * 365 * 86_400_000 + Math.floor(Math.random() * 1e9));
        const after = (ms: number) => new Date(base.getTime() + ms);
        await ban(store, ann, { createdAt: after(1) });
        await store.write((tx) => store.methods.markErased(tx, { userId: bob, at: after(2) }));
        await ban(store, cy, { createdAt: after(-1) });
        const found = await store.read((tx) => store.methods.listExclusions(tx, { since: base, limit: 500 }));
        const ours = found.filter(({ userId }) => [ann, bob, cy].includes(userId));
        assert.deepEqual(ours, [
          { userId: ann, kind: 'ban', at: after(1) },
          { userId: bob, kind: 'erasure', at: after(2) },
        ]);
      },
    },
    {
      name: 'are nameless once erased, until the host or newer credentials say otherwise',
      async run({ store, user }) {
        const ann = user('ann');
        const profiles = [{ id: ann, name: 'Ann', image: null }];
        const save = (source: Date | 'host' | null) =>
          store.write((tx) => store.methods.saveProfiles(tx, { profiles, at, source }));
        const nameOf = async () =>
          (await store.read((tx) => store.methods.findProfiles(tx, { userIds: [ann] }))).get(ann)?.name;
        const mark = (when: Date) => store.write((tx) => store.methods.markErased(tx, { userId: ann, at: when }));
        await save(null);
        assert.deepEqual([await mark(later(1)), await mark(later(2))], ['marked', 'unchanged']);
        assert.deepEqual((await exclusionOf(store, ann)).erasedAt, later(1));
        for (const source of [null, at, later(1)]) await save(source);
        assert.equal(await nameOf(), null, 'the name of an erased user came back');
        await save(later(3));
        assert.equal(await nameOf(), 'Ann');
        assert.deepEqual((await exclusionOf(store, ann)).erasedAt, later(1));
        assert.equal(await mark(later(4)), 'marked');
        await save('host');
        assert.deepEqual([await nameOf(), (await exclusionOf(store, ann)).erasedAt], ['Ann', null]);
      },
    },
  ],
};
