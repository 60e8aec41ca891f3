import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { assertMatch } from '../suite/expectations.js';
import type { SuiteGroup } from '../suite/runner.js';
import { at, later, makeRoom, newRoom, remove } from './bench.js';
import type { StoreBench } from './bench.js';
import { eventsOf } from './log-book.js';
import { assertOrder, itemsOf } from './pages.js';

/** What the methods about rooms promise. */
export const roomCases: SuiteGroup<StoreBench> = {
  name: 'rooms',
  cases: [
    {
      name: 'are made with their first members, all in their first event',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const room = newRoom(ann, { name: 'Tea', maxMembers: 7, preferences: { p: [true] }, clientId: randomUUID() });
        const made = await store.write((tx) =>
          store.methods.createRoom(tx, { room, userIds: [ann, bob], actorId: ann }),
        );
        assertMatch(made, { ...room, memberCount: 2, lastSeq: 1, authzVersion: 0 }, 'the room as made');
        const found = await store.read((tx) => store.methods.findRoom(tx, { roomId: room.id }));
        assertMatch(found, { ...room, memberCount: 2, lastSeq: 1 }, 'the room as found');
        const members = await store.read((tx) =>
          store.methods.findMembers(tx, { roomId: room.id, userIds: [ann, bob, user('cy')] }),
        );
        assert.deepEqual([...members.keys()].toSorted(), [ann, bob].toSorted());
        const fresh = {
          status: 'in',
          permissions: [],
          joinedAt: at,
          joinSeq: 1,
          leftSeq: null,
          readSeq: 0,
          deliveredSeq: 0,
        };
        assertMatch(members.get(ann), { ...fresh, role: 'owner' }, 'the owner');
        assertMatch(members.get(bob), { ...fresh, role: 'member', notify: 'all', archived: false }, 'the other');
        const data = {
          room: { id: room.id, name: 'Tea', memberCount: 2 },
          members: [{ userId: ann }, { userId: bob }],
        };
        assertMatch(await eventsOf(store, room.id), [{ type: 'room.created', seq: 1, actorId: ann, data }], 'the log');
      },
    },
    {
      name: 'are found by what they were made with, and not by anything else',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const clientId = randomUUID();
        const directKey = JSON.stringify([ann, bob]);
        const roomId = await makeRoom(store, [ann, bob], {
          kind: 'direct',
          ownerId: null,
          directKey,
          createdBy: ann,
          clientId,
        });
        const { methods } = store;
        await store.read(async (tx) => {
          assertMatch(await methods.findDirectRoom(tx, { directKey }), { id: roomId }, 'the direct room');
          assertMatch(await methods.findCreatedRoom(tx, { userId: ann, clientId }), { id: roomId }, 'the created room');
          assert.equal(await methods.findCreatedRoom(tx, { userId: bob, clientId }), null);
          assert.equal(await methods.findDirectRoom(tx, { directKey: randomUUID() }), null);
          assert.equal(await methods.findRoom(tx, { roomId: randomUUID() }), null);
          assert.equal(await methods.findMember(tx, { roomId, userId: user('cy') }), null);
          assertMatch(await methods.findMember(tx, { roomId, userId: bob }), { roomId, userId: bob }, 'the member');
        });
        await store.write(async (tx) => {
          await tx.lock([roomId]);
          await methods.deleteRoom(tx, { roomId, actorId: ann, at: later(1) });
        });
        await store.read(async (tx) => {
          assert.equal(await methods.findDirectRoom(tx, { directKey }), null, 'the pair must be free again');
          assertMatch(
            await methods.findCreatedRoom(tx, { userId: ann, clientId }),
            { deletedAt: later(1) },
            'the room',
          );
        });
        assertMatch(
          (await eventsOf(store, roomId)).at(-1),
          { type: 'room.deleted', seq: 2, data: {} },
          'the last event',
        );
      },
    },
    {
      name: 'change, which fences what was authorised before',
      async run({ store, user }) {
        const ann = user('ann');
        const roomId = await makeRoom(store, [ann]);
        await store.write(async (tx) => {
          await tx.lock([roomId]);
          const patch = { name: 'Newer', locked: true, custom: { n: 1 } };
          await store.methods.updateRoom(tx, { roomId, patch, actorId: ann, at: later(9) });
        });
        const room = await store.read((tx) => store.methods.findRoom(tx, { roomId }));
        const changed = { name: 'Newer', locked: true, custom: { n: 1 } };
        assertMatch(room, { ...changed, updatedAt: later(9), authzVersion: 1 }, 'the room');
        const event = (await eventsOf(store, roomId)).at(-1);
        assertMatch(event, { type: 'room.updated', seq: 2, actorId: ann, data: { room: changed } }, 'the event');
      },
    },
    {
      name: 'are told to a member with the membership, and to a stranger without',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const roomId = await makeRoom(store, [ann, bob]);
        await remove(store, roomId, bob);
        await store.read(async (tx) => {
          const { methods } = store;
          const room = await methods.findRoom(tx, { roomId });
          assert.ok(room);
          const tell = async (userId: string) =>
            methods.getRoom(tx, { room, me: await methods.findMember(tx, { roomId, userId }) });
          assertMatch(
            await tell(ann),
            { id: roomId, seq: 2, me: { userId: ann, role: 'owner', notify: 'all' } },
            'the room',
          );
          assertMatch(await tell(bob), { id: roomId, me: null }, 'the room to one who left');
          assertMatch(await tell(user('cy')), { id: roomId, me: null }, 'the room to a stranger');
        });
      },
    },
    {
      name: 'are listed by latest activity, page by page, each once',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const rooms = [];
        // Two at the same moment: a page may end between them.
        for (const ms of [1, 2, 2, 3, 4]) rooms.push(await makeRoom(store, [ann], { lastActivityAt: later(ms) }));
        const direct = await makeRoom(store, [ann, bob], { kind: 'direct', name: null, lastActivityAt: later(5) });
        const gone = await makeRoom(store, [ann, bob], { lastActivityAt: later(6) });
        const left = await makeRoom(store, [bob, ann], { lastActivityAt: later(7) });
        await remove(store, left, ann);
        await store.write(async (tx) => {
          await tx.lock([gone]);
          await store.methods.deleteRoom(tx, { roomId: gone, actorId: ann, at });
        });
        const list = {
          userId: ann,
          cursor: undefined,
          kinds: ['direct', 'group', 'channel'],
          archived: undefined,
        } as const;
        const seen = await itemsOf(2, (page) => store.read((tx) => store.methods.listRooms(tx, { ...list, ...page })));
        const [first, two, alike, third, last] = rooms as [string, string, string, string, string];
        assertOrder(
          seen.map(({ id }) => id),
          [direct, last, third, [two, alike], first],
        );
        const directs = await store.read((tx) => store.methods.listRooms(tx, { ...list, kinds: ['direct'], limit: 9 }));
        assertMatch(
          directs,
          { items: [{ id: direct, peer: { id: bob }, me: { userId: ann } }], nextCursor: null },
          'direct rooms',
        );
        const archived = await store.read((tx) => store.methods.listRooms(tx, { ...list, archived: true, limit: 9 }));
        assert.deepEqual(archived, { items: [], nextCursor: null });
      },
    },
    {
      name: 'count how many a user is in, deleted ones left out',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        await makeRoom(store, [ann]);
        const gone = await makeRoom(store, [ann, bob]);
        const atLimit = (limit: number) =>
          store.read((tx) => store.methods.usersAtRoomLimit(tx, { userIds: [ann, bob], limit }));
        assert.deepEqual([...(await atLimit(2))], [ann]);
        await store.write(async (tx) => {
          await tx.lock([gone]);
          await store.methods.deleteRoom(tx, { roomId: gone, actorId: ann, at });
        });
        assert.deepEqual([...(await atLimit(2))], []);
        assert.deepEqual([...(await atLimit(1))], [ann]);
      },
    },
  ],
};
