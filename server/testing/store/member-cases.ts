import assert from 'node:assert/strict';
import { assertMatch, range } from '../suite/expectations.js';
import type { SuiteGroup } from '../suite/runner.js';
import { at, later, makeRoom, remove } from './bench.js';
import type { StoreBench } from './bench.js';
import { eventsOf } from './log-book.js';
import { assertOrder, itemsOf } from './pages.js';

/** What the methods about who is in a room promise. */
export const memberCases: SuiteGroup<StoreBench> = {
  name: 'members',
  cases: [
    {
      name: 'come in with one event, those who were here before with their marks and nothing else of then',
      async run({ store, user }) {
        const [ann, bob, cy] = [user('ann'), user('bob'), user('cy')];
        const roomId = await makeRoom(store, [ann, bob]);
        const { methods } = store;
        await store.write(async (tx) => {
          await tx.lock([roomId]);
          const me = await methods.findMember(tx, { roomId, userId: bob });
          assert.ok(me);
          await methods.readMessages(tx, { moves: [{ me, deliveredSeq: 1, readSeq: 1 }], at });
          await methods.setRole(tx, { roomId, userIds: [bob], role: 'admin', actorId: ann, at, takesRights: false });
        });
        await remove(store, roomId, bob);
        await store.write(async (tx) => {
          await tx.lock([roomId]);
          await methods.addMembers(tx, { roomId, userIds: [bob, cy], actorId: ann, at: later(3) });
          assert.equal(tx.room(roomId).memberCount, 3);
        });
        const members = await store.read((tx) => methods.findMembers(tx, { roomId, userIds: [bob, cy] }));
        const joined = {
          status: 'in',
          role: 'member',
          permissions: [],
          joinSeq: 4,
          joinedAt: later(3),
          leftSeq: null,
          leftPos: null,
        };
        assertMatch(members.get(bob), { ...joined, readSeq: 1, deliveredSeq: 1 }, 'who came back');
        assertMatch(members.get(cy), { ...joined, readSeq: 0, deliveredSeq: 0 }, 'who is new');
        const event = (await eventsOf(store, roomId)).at(-1);
        const data = { members: [{ userId: bob }, { userId: cy }], room: { id: roomId, memberCount: 3 } };
        assertMatch(event, { type: 'member.added', seq: 4, actorId: ann, data }, 'the event');
      },
    },
    {
      name: 'join by themselves',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const roomId = await makeRoom(store, [ann]);
        await store.write(async (tx) => {
          await tx.lock([roomId]);
          await store.methods.joinRoom(tx, { roomId, userId: bob, at });
        });
        const event = (await eventsOf(store, roomId)).at(-1);
        assertMatch(event, { type: 'member.added', actorId: bob, data: { members: [{ userId: bob }] } }, 'the event');
      },
    },
    {
      name: 'leave with their rights, and the room passes on from an owner to the longest-standing admin',
      async run({ store, user }) {
        const [ann, bob, cy, dee] = [user('ann'), user('bob'), user('cy'), user('dee')];
        const roomId = await makeRoom(store, [ann, bob]);
        const { methods } = store;
        await store.write(async (tx) => {
          await tx.lock([roomId]);
          await methods.addMembers(tx, { roomId, userIds: [dee], actorId: ann, at });
          await methods.addMembers(tx, { roomId, userIds: [cy], actorId: ann, at });
          const change = { roomId, actorId: ann, at, takesRights: false };
          await methods.setRole(tx, { ...change, userIds: [cy, dee], role: 'admin' });
          await methods.setGrants(tx, { ...change, grants: new Map([[bob, ['message.pin']]]) });
        });
        const outcome = await store.write(async (tx) => {
          await tx.lock([roomId]);
          return methods.leaveRoom(tx, { roomId, userId: ann, at: later(4) });
        });
        assert.deepEqual(outcome, { isDeleted: false });
        const room = await store.read((tx) => methods.findRoom(tx, { roomId }));
        assertMatch(room, { ownerId: dee, memberCount: 3, deletedAt: null }, 'the room');
        assert.ok((room?.authzVersion ?? 0) > 0, 'what was authorised before is not fenced');
        const members = await store.read((tx) => methods.findMembers(tx, { roomId, userIds: [ann, bob, cy, dee] }));
        assertMatch(
          members.get(ann),
          { status: 'out', role: 'member', permissions: [], leftReason: 'left' },
          'who left',
        );
        assertMatch(members.get(dee), { role: 'owner' }, 'the heir');
        assertMatch(members.get(cy), { role: 'admin' }, 'the other admin');
        assertMatch(members.get(bob), { role: 'member', permissions: ['message.pin'] }, 'the member');
        const types = (await eventsOf(store, roomId)).slice(5).map(({ type }) => type);
        assert.deepEqual(types, ['member.removed', 'member.updated', 'room.updated']);
      },
    },
    {
      name: 'leave the room to the longest-standing of them where there is no admin, and to nobody when all go',
      async run({ store, user }) {
        const [ann, bob, cy] = [user('ann'), user('bob'), user('cy')];
        const roomId = await makeRoom(store, [ann, cy]);
        const { methods } = store;
        await store.write(async (tx) => {
          await tx.lock([roomId]);
          await methods.addMembers(tx, { roomId, userIds: [bob], actorId: ann, at });
        });
        await remove(store, roomId, ann);
        assertMatch(await store.read((tx) => methods.findRoom(tx, { roomId })), { ownerId: cy }, 'the room');
        const outcome = await store.write(async (tx) => {
          await tx.lock([roomId]);
          const leaving = { roomId, userIds: [bob, cy], reason: 'removed', actorId: null, at: later(1) } as const;
          return methods.removeMembers(tx, leaving);
        });
        assert.deepEqual(outcome, { isDeleted: true });
        const room = await store.read((tx) => methods.findRoom(tx, { roomId }));
        assertMatch(room, { deletedAt: later(1) }, 'the room when all were gone');
        assertMatch((await eventsOf(store, roomId)).at(-1), { type: 'room.deleted', data: {} }, 'the last event');
      },
    },
    {
      name: 'get roles and grants, which fences only where someone loses a right',
      async run({ store, user }) {
        const [ann, bob, cy] = [user('ann'), user('bob'), user('cy')];
        const roomId = await makeRoom(store, [ann, bob, cy]);
        const { methods } = store;
        await store.write(async (tx) => {
          await tx.lock([roomId]);
          const change = { roomId, actorId: ann, at };
          await methods.setRole(tx, { ...change, userIds: [bob], role: 'admin', takesRights: false });
          assert.equal(tx.room(roomId).authzVersion, 0);
          const grants = new Map([
            [bob, [] as const],
            [cy, ['message.send', 'member.add'] as const],
          ]);
          await methods.setGrants(tx, { ...change, grants, takesRights: true });
          assert.equal(tx.room(roomId).authzVersion, 1);
          const rows = await methods.findMembers(tx, { roomId, userIds: [bob, cy] });
          const told = await methods.describeMembers(tx, { members: [...rows.values()].toSorted(byUser) });
          assertMatch(
            told,
            [
              { userId: bob, user: { id: bob }, role: 'admin', permissions: [] },
              { userId: cy, role: 'member', permissions: ['message.send', 'member.add'] },
            ],
            'the members as they are told',
          );
        });
        const events = (await eventsOf(store, roomId)).slice(1);
        assertMatch(
          events.map(({ type, data }) => ({ type, data })),
          [
            { type: 'member.updated', data: { members: [{ userId: bob, role: 'admin' }] } },
            { type: 'member.updated', data: { members: [{ userId: bob }, { userId: cy }] } },
          ],
          'the events',
        );
      },
    },
    {
      name: 'carry what a host keeps of them',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const roomId = await makeRoom(store, [ann, bob]);
        const custom = { title: 'Zoë', stars: [1, null] };
        await store.write(async (tx) => {
          await tx.lock([roomId]);
          await store.methods.updateMember(tx, { roomId, userId: bob, custom, actorId: ann, at });
        });
        const members = await store.read((tx) => store.methods.findMembers(tx, { roomId, userIds: [ann, bob] }));
        assert.deepEqual([members.get(ann)?.custom, members.get(bob)?.custom], [{}, custom]);
        const data = { members: [{ userId: bob, custom }] };
        const event = (await eventsOf(store, roomId)).at(-1);
        assertMatch(event, { type: 'member.updated', seq: 2, actorId: ann, data }, 'the event');
      },
    },
    {
      name: 'are listed by how long they stand, page by page, by role if asked',
      async run({ store, user }) {
        const ann = user('ann');
        const others = range(1, 5).map((nth) => user(`other${nth}`));
        const roomId = await makeRoom(store, [ann, ...others.slice(0, 2)]);
        const { methods } = store;
        await store.write(async (tx) => {
          await tx.lock([roomId]);
          await methods.addMembers(tx, { roomId, userIds: others.slice(2), actorId: ann, at });
          await methods.setRole(tx, {
            ...{ roomId, actorId: ann, at },
            userIds: others.slice(1, 2),
            role: 'admin',
            takesRights: false,
          });
        });
        await remove(store, roomId, others[4] ?? '');
        const seen = await itemsOf(2, (page) =>
          store.read((tx) => methods.listMembers(tx, { roomId, roles: undefined, ...page })),
        );
        assertOrder(
          seen.map(({ userId }) => userId),
          [[ann, ...others.slice(0, 2)], others.slice(2, 4)],
        );
        const heads = await store.read((tx) =>
          methods.listMembers(tx, { roomId, limit: 9, cursor: undefined, roles: ['owner', 'admin'] }),
        );
        assert.deepEqual(heads.items.map(({ userId }) => userId).toSorted(), [ann, others[1]].toSorted());
      },
    },
  ],
};

function byUser(one: { readonly userId: string }, other: { readonly userId: string }): number {
  return one.userId < other.userId ? -1 : 1;
}
