import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Invite } from '@confab/shared';
import type { ChatStore } from '../../store/port.js';
import { assertMatch, range } from '../suite/expectations.js';
import type { SuiteGroup } from '../suite/runner.js';
import { at, inRoom, later, makeRoom } from './bench.js';
import type { StoreBench } from './bench.js';
import { rowsOf } from './log-book.js';
import { assertOrder, itemsOf } from './pages.js';

/** Makes an invite by somebody; returns its id and what it is used with. */
async function invite(
  store: ChatStore,
  roomId: string,
  details: Partial<Omit<Invite, 'uses'>> = {},
): Promise<{ readonly id: string; readonly token: string }> {
  const [id, token] = [randomUUID(), `token-${randomUUID()}`];
  const terms = { userId: null, expiresAt: null, maxUses: null };
  const made = { id, roomId, createdBy: 'somebody', createdAt: at, ...terms, ...details };
  await inRoom(store, roomId, (tx) => store.methods.createInvite(tx, { ...made, token }));
  return { id, token };
}

function found(store: ChatStore, token: string) {
  return store.read((tx) => store.methods.findInvite(tx, { token }));
}

/** Uses an invite as long as it is open; resolves to whether it was. */
function use(store: ChatStore, roomId: string, token: string, when = at): Promise<boolean> {
  return inRoom(store, roomId, async (tx) => {
    const row = await store.methods.findInvite(tx, { token });
    if (row === null || row.closedAt !== null) return false;
    await store.methods.useInvite(tx, { invite: row, at: when });
    return true;
  });
}

function revoke(store: ChatStore, roomId: string, id: string, when = at) {
  return inRoom(store, roomId, (tx) => store.methods.revokeInvite(tx, { roomId, id, at: when }));
}

/** What the methods about invites promise. */
export const inviteCases: SuiteGroup<StoreBench> = {
  name: 'invites',
  cases: [
    {
      name: 'are found by their token, of which only a hash is kept',
      async run({ store, user }) {
        const ann = user('ann');
        const roomId = await makeRoom(store, [ann]);
        const details = { createdBy: ann, createdAt: later(1), expiresAt: later(1_000), maxUses: 3 };
        const { id, token } = await invite(store, roomId, details);
        await invite(store, roomId);
        const row = await found(store, token);
        assertMatch(row, { id, roomId, ...details, uses: 0, closedAt: null }, 'the invite');
        assert.ok(!JSON.stringify(row).includes(token), 'the token itself is kept');
        assert.equal(await found(store, row?.tokenHash ?? ''), null, 'what is kept lets somebody in');
        assert.equal(await found(store, randomUUID()), null);
      },
    },
    {
      name: 'count their uses, and the last one closes them',
      async run({ store, user }) {
        const roomId = await makeRoom(store, [user('ann')]);
        const { token } = await invite(store, roomId, { maxUses: 2 });
        await use(store, roomId, token, later(1));
        assertMatch(await found(store, token), { uses: 1, maxUses: 2, closedAt: null }, 'after the first');
        await use(store, roomId, token, later(2));
        assertMatch(await found(store, token), { uses: 2, maxUses: 2, closedAt: later(2) }, 'after the last');
      },
    },
    {
      name: 'stay open where they may be used as often as one likes',
      async run({ store, user }) {
        const roomId = await makeRoom(store, [user('ann')]);
        const { token } = await invite(store, roomId);
        for (const nth of range(1, 3)) await use(store, roomId, token, later(nth));
        assertMatch(await found(store, token), { uses: 3, maxUses: null, closedAt: null }, 'the invite');
      },
    },
    {
      name: 'let in no more than they may, however many come at once',
      async run({ store, another, user }) {
        const roomId = await makeRoom(store, [user('ann')]);
        const { token } = await invite(store, roomId, { maxUses: 2 });
        const other = await another();
        const uses = await Promise.all([store, other, store, other].map((one) => use(one, roomId, token)));
        assert.equal(uses.filter(Boolean).length, 2);
        assertMatch(await found(store, token), { uses: 2, closedAt: at }, 'the invite');
      },
    },
    {
      name: 'are revoked once, and only in their own room',
      async run({ store, user }) {
        const ann = user('ann');
        const [roomId, elsewhere] = [await makeRoom(store, [ann]), await makeRoom(store, [ann])];
        const { id, token } = await invite(store, roomId);
        assert.equal(await revoke(store, elsewhere, id), 'unknown');
        assert.equal(await revoke(store, roomId, randomUUID()), 'unknown');
        assertMatch(await found(store, token), { closedAt: null }, 'the invite that nobody revoked');
        assert.equal(await revoke(store, roomId, id, later(1)), 'revoked');
        assert.equal(await revoke(store, roomId, id, later(2)), 'unchanged');
        assertMatch(await found(store, token), { uses: 0, closedAt: later(1) }, 'the invite that was revoked');
      },
    },
    {
      name: 'are listed newest first, page by page, as long as they can be used, without what is kept of tokens',
      async run({ store, user }) {
        const ann = user('ann');
        const [roomId, elsewhere] = [await makeRoom(store, [ann]), await makeRoom(store, [ann])];
        const oldest = await invite(store, roomId, { createdBy: ann, createdAt: later(1), maxUses: 2 });
        // Two at the same moment: a page may end between them.
        const alike = [
          await invite(store, roomId, { createdAt: later(2), expiresAt: later(1_001) }),
          await invite(store, roomId, { createdAt: later(2) }),
        ];
        const newest = await invite(store, roomId, { createdAt: later(3) });
        await invite(store, roomId, { createdAt: later(4), expiresAt: later(1_000) });
        await use(store, roomId, oldest.token);
        await use(store, roomId, (await invite(store, roomId, { maxUses: 1 })).token);
        await revoke(store, roomId, (await invite(store, roomId)).id);
        await invite(store, elsewhere);
        const items = await itemsOf(2, (page) =>
          store.read((tx) => store.methods.listInvites(tx, { roomId, now: later(1_000), ...page })),
        );
        assertOrder(
          items.map(({ id }) => id),
          [newest.id, alike.map(({ id }) => id), oldest.id],
        );
        const shown = { id: oldest.id, roomId, userId: null, createdBy: ann, createdAt: later(1), expiresAt: null };
        assert.deepEqual(items.at(-1), { ...shown, maxUses: 2, uses: 1 });
      },
    },
    {
      name: 'for one user are listed to them newest first, with what the room is, as long as they can be used',
      async run({ store, user }) {
        const [ann, bob, cyd] = [user('ann'), user('bob'), user('cyd')];
        const rooms = [await makeRoom(store, [ann]), await makeRoom(store, [ann, cyd]), await makeRoom(store, [ann])];
        const [first, second, gone] = rooms as [string, string, string];
        const mine = { createdBy: ann, userId: bob };
        const oldest = await invite(store, first, { ...mine, createdAt: later(1) });
        const newest = await invite(store, second, { ...mine, createdAt: later(2), expiresAt: later(2_000) });
        await invite(store, second, { ...mine, createdAt: later(3), expiresAt: later(1_000) });
        await invite(store, first, { createdBy: ann, userId: cyd });
        await invite(store, first);
        await invite(store, gone, mine);
        await inRoom(store, gone, (tx) => store.methods.deleteRoom(tx, { roomId: gone, actorId: ann, at }));
        const items = await itemsOf(1, (page) =>
          store.read((tx) => store.methods.listInvitations(tx, { userId: bob, now: later(1_000), ...page })),
        );
        assertOrder(
          items.map(({ id }) => id),
          [newest.id, oldest.id],
        );
        assertMatch(
          items[0],
          { roomId: second, userId: ann, createdAt: later(2), expiresAt: later(2_000) },
          'the newest invitation',
        );
        assertMatch(items[0]?.room, { id: second, kind: 'group', memberCount: 2 }, 'the room of the newest');
        assert.equal(items[1]?.expiresAt, null);
      },
    },
    {
      name: 'for one user end when they come in, are banned, or get another',
      async run({ store, user }) {
        const [ann, bob, cyd] = [user('ann'), user('bob'), user('cyd')];
        const roomId = await makeRoom(store, [ann]);
        const open = await invite(store, roomId);
        const [bobs, cyds] = [
          await invite(store, roomId, { userId: bob }),
          await invite(store, roomId, { userId: cyd }),
        ];
        await inRoom(store, roomId, (tx) => store.methods.joinRoom(tx, { roomId, userId: bob, at: later(1) }));
        assertMatch(await found(store, bobs.token), { closedAt: later(1) }, 'that of who came in');
        assertMatch(await found(store, cyds.token), { closedAt: null }, 'that of somebody else');
        const ban = { roomId, userId: cyd, until: null, reason: null, actorId: ann, createdAt: later(2) };
        await inRoom(store, roomId, (tx) => store.methods.banUser(tx, ban));
        assertMatch(await found(store, cyds.token), { closedAt: later(2) }, 'that of who was banned');
        await invite(store, roomId, { userId: cyd });
        await invite(store, roomId, { userId: cyd, expiresAt: later(2) });
        const ended = await inRoom(store, roomId, (tx) =>
          store.methods.endInvitations(tx, { roomId, userIds: [cyd], at: later(3) }),
        );
        assert.equal(ended, 1, 'those that could still be used');
        assertMatch(await found(store, open.token), { closedAt: null }, 'the one that is for anybody');
      },
    },
    {
      name: 'tell the room nothing',
      async run({ store, user }) {
        const roomId = await makeRoom(store, [user('ann')]);
        const { id, token } = await invite(store, roomId);
        await use(store, roomId, token);
        await revoke(store, roomId, id);
        assert.equal((await rowsOf(store, roomId)).length, 1);
      },
    },
  ],
};
