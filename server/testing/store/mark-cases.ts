import assert from 'node:assert/strict';
import type { ChatStore } from '../../store/port.js';
import { assertMatch, range } from '../suite/expectations.js';
import type { SuiteGroup } from '../suite/runner.js';
import { at, later, makeRoom, remove, say } from './bench.js';
import type { StoreBench } from './bench.js';

/** Moves a member's marks. */
async function move(
  store: ChatStore,
  roomId: string,
  userId: string,
  {
    method = 'readMessages',
    deliveredSeq,
    readSeq,
    when = at,
  }: {
    readonly method?: 'ackMessages' | 'readMessages';
    readonly deliveredSeq: number;
    readonly readSeq: number;
    readonly when?: Date;
  },
) {
  return store.write(async (tx) => {
    await tx.lock([roomId]);
    const me = await store.methods.findMember(tx, { roomId, userId });
    assert.ok(me);
    return store.methods[method](tx, { moves: [{ me, deliveredSeq, readSeq }], at: when });
  });
}

/** What the methods about marks, receipts and counts promise. */
export const markCases: SuiteGroup<StoreBench> = {
  name: 'marks and counts',
  cases: [
    {
      name: 'move marks and keep when each message was got and read',
      async run({ store, user }) {
        const [ann, bob, cy] = [user('ann'), user('bob'), user('cy')];
        const roomId = await makeRoom(store, [ann, bob, cy]);
        for (let nth = 2; nth <= 5; nth += 1) await say(store, roomId, ann);
        const acked = { method: 'ackMessages', deliveredSeq: 4, readSeq: 0, when: later(1) } as const;
        assert.deepEqual(await move(store, roomId, bob, acked), [{ roomId, deliveredSeq: 4, readSeq: 0 }]);
        await move(store, roomId, bob, { deliveredSeq: 4, readSeq: 3, when: later(2) });
        await move(store, roomId, bob, { deliveredSeq: 5, readSeq: 5, when: later(3) });
        await move(store, roomId, bob, { deliveredSeq: 5, readSeq: 5, when: later(4) });
        const { methods } = store;
        const member = await store.read((tx) => methods.findMember(tx, { roomId, userId: bob }));
        assertMatch(member, { deliveredSeq: 5, readSeq: 5 }, 'the member');
        const receipts = async (seq: number, limit = 9, after: { joinSeq: number; userId: string } | null = null) =>
          store.read((tx) => methods.listReceipts(tx, { roomId, seq, senderId: ann, limit, after }));
        const [second, fourth] = [await receipts(2), await receipts(4)];
        const byUser = (page: Awaited<ReturnType<typeof receipts>>, userId: string) =>
          page.items.find((receipt) => receipt.userId === userId);
        assert.deepEqual(byUser(second, bob), { userId: bob, deliveredAt: later(1), readAt: later(2) });
        assert.deepEqual(byUser(fourth, bob), { userId: bob, deliveredAt: later(1), readAt: later(3) });
        assert.deepEqual(byUser(fourth, cy), { userId: cy, deliveredAt: null, readAt: null });
        assert.equal(byUser(fourth, ann), undefined, 'a sender has no receipt of their own');
        const first = await receipts(2, 1);
        assert.ok(first.next);
        const rest = await receipts(2, 1, first.next);
        assert.deepEqual(
          [first, rest].flatMap(({ items }) => items.map(({ userId }) => userId)).toSorted(),
          [bob, cy].toSorted(),
        );
        assert.equal(rest.next, null);
      },
    },
    {
      name: 'tell whose messages a stretch holds',
      async run({ store, user }) {
        const [ann, bob, cy] = [user('ann'), user('bob'), user('cy')];
        const roomId = await makeRoom(store, [ann, bob, cy]);
        for (const sender of [ann, bob, bob, cy, ann]) await say(store, roomId, sender);
        await say(store, roomId, user('host'), { kind: 'system' });
        const senders = (afterSeq: number, uptoSeq: number, limit: number) =>
          store.read((tx) => store.methods.sendersBetween(tx, { roomId, afterSeq, uptoSeq, exceptUserId: cy, limit }));
        assert.deepEqual((await senders(0, 99, 9)).toSorted(), [ann, bob].toSorted());
        assert.deepEqual(await senders(2, 5, 9), [bob]);
        assert.equal((await senders(0, 99, 1)).length, 1);
      },
    },
    {
      name: 'count what is unread exactly: of others, of users, not deleted, not hidden, from the joining on',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const { methods } = store;
        const roomId = await makeRoom(store, [ann, bob]);
        const quiet = await makeRoom(store, [ann, bob]);
        const left = await makeRoom(store, [ann, bob]);
        await say(store, left, ann);
        await remove(store, left, bob);
        await say(store, roomId, ann, { createdAt: later(1) });
        await say(store, roomId, bob);
        await say(store, roomId, user('host'), { kind: 'system' });
        await say(store, roomId, ann, { mentions: [bob] });
        await say(store, roomId, ann, { mentionsRoom: true });
        const deleted = await say(store, roomId, ann, { mentions: [bob] });
        const hidden = await say(store, roomId, ann);
        await store.write(async (tx) => {
          await tx.lock([roomId]);
          const deletion = { roomId, messageIds: [deleted.id], actorId: ann, at, softDelete: true };
          await methods.deleteMessages(tx, deletion);
          await methods.hideMessages(tx, { roomId, userId: bob, messages: [hidden], at });
        });
        const unread = (userId: string) => store.read((tx) => methods.unreadOf(tx, { userId }));
        const line = { roomId, unread: 3, mentions: 2 };
        assert.deepEqual(await unread(bob), { total: 3, mentions: 2, rooms: [line] });
        const counts = await store.read((tx) => methods.roomCounts(tx, { userId: bob, roomIds: [roomId, quiet] }));
        assert.deepEqual([...counts], [[roomId, line]]);
        assert.equal((await store.read((tx) => methods.roomCounts(tx, { userId: bob, roomIds: [] }))).size, 0);

        await move(store, roomId, bob, { deliveredSeq: 5, readSeq: 2 });
        assert.deepEqual(await unread(bob), { total: 2, mentions: 2, rooms: [{ roomId, unread: 2, mentions: 2 }] });
        const pending = await store.read((tx) => methods.pendingNotifications(tx, { userId: bob, limit: 9 }));
        assertMatch(
          pending,
          [{ roomId, unread: 1, mentions: 1, lastMessage: { seq: 7, content: null } }],
          'what is pending',
        );

        await remove(store, roomId, bob);
        await store.write(async (tx) => {
          await tx.lock([roomId]);
          await methods.addMembers(tx, { roomId, userIds: [bob], actorId: ann, at });
        });
        assert.deepEqual(await unread(bob), { total: 0, mentions: 0, rooms: [] }, 'of before the joining');
        await say(store, roomId, ann);
        assertMatch(await unread(bob), { total: 1, rooms: [{ roomId, unread: 1 }] }, 'after it came back');
      },
    },
    {
      name: 'put the rooms with the latest message first, and no more than were asked for',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const rooms = [];
        for (const nth of range(1, 3)) {
          const roomId = await makeRoom(store, [ann, bob]);
          await say(store, roomId, ann, { createdAt: later(nth) });
          rooms.push(roomId);
        }
        const latest = rooms.toReversed();
        const { rooms: unread } = await store.read((tx) => store.methods.unreadOf(tx, { userId: bob }));
        assert.deepEqual(
          unread.map(({ roomId }) => roomId),
          latest,
        );
        const pending = await store.read((tx) => store.methods.pendingNotifications(tx, { userId: bob, limit: 2 }));
        assert.deepEqual(
          pending.map(({ roomId }) => roomId),
          latest.slice(0, 2),
        );
      },
    },
    {
      name: 'find the newest message a user may see in each room',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const { methods } = store;
        const [all, since, empty] = [
          await makeRoom(store, [ann]),
          await makeRoom(store, [ann], { history: 'sinceJoin' }),
          await makeRoom(store, [ann, bob]),
        ];
        const [first, second] = [await say(store, all, ann), await say(store, all, ann)];
        await say(store, since, ann);
        await store.write(async (tx) => {
          await tx.lock([all, since]);
          for (const roomId of [all, since]) await methods.addMembers(tx, { roomId, userIds: [bob], actorId: ann, at });
        });
        const last = () => store.read((tx) => methods.lastMessages(tx, { userId: bob, roomIds: [all, since, empty] }));
        assert.deepEqual(
          [...(await last())].map(([roomId, { id }]) => [roomId, id]),
          [[all, second.id]],
        );
        await store.write(async (tx) => {
          await tx.lock([all]);
          await methods.hideMessages(tx, { roomId: all, userId: bob, messages: [second], at });
        });
        assert.equal((await last()).get(all)?.id, first.id);
        assert.equal((await store.read((tx) => methods.lastMessages(tx, { userId: bob, roomIds: [] }))).size, 0);
      },
    },
  ],
};
