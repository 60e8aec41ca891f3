import assert from 'node:assert/strict';
import { personalRoom, shardOf } from '../../events/log.js';
import { assertMatch, range } from '../suite/expectations.js';
import type { SuiteGroup } from '../suite/runner.js';
import { at, later, makeRoom, plainSend, remove, say, touch, update } from './bench.js';
import type { StoreBench } from './bench.js';
import { eventsOf, rowsOf } from './log-book.js';

const day = 24 * 60 * 60 * 1_000;

/** What `log` and retention promise. */
export const logCases: SuiteGroup<StoreBench> = {
  name: 'the log',
  cases: [
    {
      name: 'keeps its identity, whoever opens it',
      async run({ store, another }) {
        const { epoch, shardCount } = store.log.identity;
        assert.ok(epoch.length > 0 && Number.isInteger(shardCount) && shardCount > 0);
        assert.deepEqual((await another()).log.identity, store.log.identity);
        await store.open();
        assert.deepEqual(store.log.identity, { epoch, shardCount });
        assert.equal((await store.log.heads()).length, shardCount);
      },
    },
    {
      name: 'is read between two positions, in order, up to a limit',
      async run({ store, user }) {
        const roomId = await makeRoom(store, [user('ann')]);
        const shard = shardOf(roomId, store.log.identity.shardCount);
        for (let nth = 0; nth < 5; nth += 1) await touch(store, roomId);
        const head = (await store.log.heads())[shard]?.pos ?? 0;
        const positions = async (after: number, upto: number, limit: number) =>
          (await store.log.read(shard, after, upto, limit)).map(({ pos }) => pos);
        assert.deepEqual(await positions(head - 4, head - 1, 2), [head - 3, head - 2]);
        assert.deepEqual(await positions(head - 3, head - 1, 10), [head - 2, head - 1]);
        assert.deepEqual(await positions(head, head + 10, 10), []);
      },
    },
    {
      name: 'gives slices of many rooms from a number on, each up to the limit, in the order of positions',
      async run({ store, user }) {
        const rooms = [];
        for (let nth = 0; nth < 4; nth += 1) rooms.push(await makeRoom(store, [user('ann')]));
        for (const roomId of rooms) for (let nth = 0; nth < 4; nth += 1) await touch(store, roomId);
        const heads = await store.log.heads();
        const slices = rooms.map((roomId, index) => {
          const shard = shardOf(roomId, heads.length);
          return { roomId, shard, afterPos: 0, uptoPos: heads[shard]?.pos ?? 0, fromSeq: index === 0 ? 4 : 2 };
        });
        const rows = await store.log.slices(slices, 3);
        const seqs = rooms.map((roomId) => rows.filter((row) => row.roomId === roomId).map(({ seq }) => seq));
        assert.deepEqual(seqs, [
          [4, 5],
          [2, 3, 4],
          [2, 3, 4],
          [2, 3, 4],
        ]);
        assert.deepEqual(
          rows,
          rows.toSorted((a, b) => a.shard - b.shard || a.pos - b.pos),
        );
        const [, second] = slices;
        assert.ok(second);
        const third = rows.find(({ roomId, seq }) => roomId === second.roomId && seq === 3)?.pos ?? 0;
        const cut = { ...second, afterPos: third - 1, uptoPos: third };
        assert.deepEqual(
          (await store.log.slices([cut], 9)).map(({ seq }) => seq),
          [3],
        );
        assert.deepEqual(await store.log.slices([], 3), []);
      },
    },
    {
      name: 'shows who is in what, and past memberships and deleted rooms only where they changed since',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const [stays, left, deleted] = [
          await makeRoom(store, [ann, bob]),
          await makeRoom(store, [ann, bob]),
          await makeRoom(store, [ann, bob]),
        ];
        await makeRoom(store, [ann]);
        const before = (await store.log.heads()).map(({ pos }) => pos);
        await remove(store, left, bob);
        await store.write(async (tx) => {
          await tx.lock([deleted]);
          await store.methods.deleteRoom(tx, { roomId: deleted, actorId: ann, at });
          await tx.lockPersonal([bob]);
          tx.append({ ...update(personalRoom(bob)), type: 'message.hidden', actorId: bob });
        });
        const leftPos = (await rowsOf(store, left)).at(-1)?.pos;

        const now = await store.log.snapshot(bob);
        const current = { roomId: stays, status: 'in', joinSeq: 1, leftSeq: null, lastSeq: 1, isDeleted: false };
        assertMatch(now.memberships, [current], 'the memberships of now');
        assert.deepEqual(now.heads, await store.log.heads());
        assert.equal(now.personalPos, (await rowsOf(store, personalRoom(bob))).at(-1)?.pos);

        const since = await store.log.snapshot(bob, before);
        const byRoom = Object.fromEntries(since.memberships.map((membership) => [membership.roomId, membership]));
        assert.equal(since.memberships.length, 3);
        assertMatch(byRoom[left], { status: 'out', leftSeq: 2, leftPos, lastSeq: 2 }, 'the room that was left');
        assertMatch(byRoom[deleted], { status: 'in', isDeleted: true, lastSeq: 2 }, 'the deleted room');
        const heads = now.heads.map(({ pos }) => pos);
        const later = (await store.log.snapshot(bob, heads)).memberships.map(({ roomId }) => roomId);
        assert.deepEqual(later, [stays]);
        assertMatch(await store.log.snapshot(user('nobody')), { memberships: [], personalPos: 0 }, 'nobody');
      },
    },
    {
      name: 'tells what is there today: a deleted message is a tombstone, also in what was logged before',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const roomId = await makeRoom(store, [ann, bob]);
        await store.write((tx) =>
          store.methods.saveProfiles(tx, { profiles: [{ id: ann, name: 'Ann', image: null }], at }),
        );
        const kept = await say(store, roomId, ann, { content: 'kept' });
        const buried = await say(store, roomId, ann, { content: 'secret' });
        const removed = await say(store, roomId, ann, { content: 'secret' });
        // Told once already: what is told later must not be taken from there.
        await eventsOf(store, roomId);
        const react = { roomId, userId: bob, emoji: '🎉', actorId: bob, at, isOnlyOne: true, maxEmoji: 20 };
        await store.write(async (tx) => {
          await tx.lock([roomId]);
          for (const { id } of [kept, buried]) {
            await store.methods.reactToMessage(tx, { ...react, messageId: id, notification: null });
          }
          const deletion = { roomId, actorId: ann, at };
          await store.methods.deleteMessages(tx, { ...deletion, messageIds: [buried.id], softDelete: true });
          await store.methods.deleteMessages(tx, { ...deletion, messageIds: [removed.id], softDelete: false });
        });
        await remove(store, roomId, bob);

        const events = await eventsOf(store, roomId);
        const tombstone = { content: null, attachments: [], mentions: [], reactions: [], deletedAt: at };
        const message = { id: kept.id, seq: 2, sender: { id: ann, name: 'Ann' }, content: 'kept' };
        const reactions = [{ emoji: '🎉', count: 1 }];
        assertMatch(
          events.map(({ type, data }) => ({ type, data })),
          [
            { type: 'room.created', data: { room: { id: roomId }, members: [{ userId: ann }, { userId: bob }] } },
            { type: 'message.created', data: { message: { ...message, reactions } } },
            { type: 'message.created', data: { message: { id: buried.id, seq: 3, ...tombstone } } },
            { type: 'message.created', data: { message: { id: removed.id, seq: 4, ...tombstone } } },
            { type: 'message.reaction', data: { messageId: kept.id, userId: bob, emoji: '🎉', reactions } },
            { type: 'message.reaction', data: { messageId: buried.id, reactions: [] } },
            { type: 'message.deleted', data: { messageIds: [buried.id] } },
            { type: 'message.deleted', data: { messageIds: [removed.id] } },
            { type: 'member.removed', data: { userIds: [bob], reason: 'removed' } },
          ],
          'the log as it is told',
        );
        assert.ok(!JSON.stringify(events).includes('secret'), 'deleted content was told');
        assert.ok(!JSON.stringify(events).includes('"mine"'), 'an event depends on its reader');
        assert.deepEqual(await store.log.render([]), []);
      },
    },
    {
      name: 'loses what is both old and beyond the last events, and says so by its floor',
      async run({ store, prune, user }) {
        const ann = user('ann');
        const now = later(365 * day);
        const [busy, quiet] = [await makeRoom(store, [ann]), await makeRoom(store, [ann])];
        for (let nth = 0; nth < 7; nth += 1) await store.sendPlain(plainSend(busy, ann));
        for (let nth = 0; nth < 2; nth += 1) await store.sendPlain(plainSend(quiet, ann));
        for (let nth = 0; nth < 2; nth += 1) await store.sendPlain(plainSend(busy, ann, { createdAt: now }));
        const before = await rowsOf(store, busy);
        await prune({ days: 30, events: 4 }, now);
        assert.deepEqual(
          (await rowsOf(store, busy)).map(({ seq }) => seq),
          range(7, 10),
        );
        assert.deepEqual(
          (await rowsOf(store, quiet)).map(({ seq }) => seq),
          range(1, 3),
        );
        const [lost] = before.filter(({ seq }) => seq === 6);
        const heads = await store.log.heads();
        assert.ok(
          (heads[lost?.shard ?? 0]?.floorPos ?? 0) >= (lost?.pos ?? 0),
          'a reader is not told that it missed something',
        );
        const page = await store.read((tx) =>
          store.methods.listMessages(tx, {
            ...{ roomId: busy, viewerId: ann, floorSeq: 1, limit: 50, place: { kind: 'newest' } },
          }),
        );
        assert.equal(page.items.length, 9, 'messages went with the log');
        assert.equal(await touch(store, busy), 11);
      },
    },
    {
      name: 'forgets a room that was deleted long ago, and no other',
      async run({ store, prune, user }) {
        const ann = user('ann');
        const now = later(365 * day);
        const [gone, there] = [await makeRoom(store, [ann]), await makeRoom(store, [ann])];
        await say(store, gone, ann);
        await store.write(async (tx) => {
          await tx.lock([gone, there]);
          await store.methods.deleteRoom(tx, { roomId: gone, actorId: ann, at });
          await store.methods.deleteRoom(tx, { roomId: there, actorId: ann, at: now });
        });
        await prune({ days: 30, events: 10_000 }, now);
        const find = (roomId: string) => store.read((tx) => store.methods.findRoom(tx, { roomId }));
        assert.equal(await find(gone), null);
        assertMatch(await find(there), { id: there, deletedAt: now }, 'the other room');
        assert.deepEqual(await rowsOf(store, gone), []);
        const rows = await rowsOf(store, there);
        assert.equal((await store.log.render(rows)).length, rows.length);
      },
    },
  ],
};
