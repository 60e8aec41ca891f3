import assert from 'node:assert/strict';
import { personalRoom } from '../../events/log.js';
import type { ChatStore } from '../../store/port.js';
import { range } from '../suite/expectations.js';
import type { SuiteGroup } from '../suite/runner.js';
import { at, inRoom, later, makeRoom, remove, say, touch } from './bench.js';
import type { StoreBench } from './bench.js';
import { assertGaplessRoom, eventsOf, rowsOf } from './log-book.js';

async function react(store: ChatStore, roomId: string, messageId: string, userId: string, emoji: string) {
  const reaction = { ...{ roomId, messageId, userId, emoji, actorId: userId, at }, isOnlyOne: false, maxEmoji: 9 };
  await inRoom(store, roomId, (tx) => store.methods.reactToMessage(tx, { ...reaction, notification: null }));
}

async function erase(store: ChatStore, roomId: string, messageIds: readonly string[], softDelete = true) {
  await inRoom(store, roomId, async (tx) => {
    await store.methods.eraseMessages(tx, { roomId, messageIds, actorId: null, at: later(5), softDelete });
    await store.methods.eraseTraces(tx, { messageIds });
  });
}

/** What the methods promise about taking somebody out for good. */
export const erasureCases: SuiteGroup<StoreBench> = {
  name: 'erasing a user',
  cases: [
    {
      name: 'finds what they wrote, piece by piece, and leaves tombstones without client ids',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const roomId = await makeRoom(store, [ann, bob]);
        const clientId = 'ann-said-this-once';
        const first = await say(store, roomId, ann, { clientId });
        await say(store, roomId, bob);
        const second = await say(store, roomId, ann);
        const look = (afterSeq: number) =>
          store.read((tx) => store.methods.authoredIn(tx, { roomId, userId: ann, afterSeq }));
        assert.deepEqual(await look(0), {
          items: [first, second].map(({ id }) => ({ id, isDeleted: false })),
          nextSeq: null,
        });
        assert.deepEqual((await look(first.seq)).items, [{ id: second.id, isDeleted: false }]);
        await erase(store, roomId, [first.id, second.id]);
        assert.deepEqual((await look(0)).items, []);
        const sent = await store.read((tx) => store.methods.findSent(tx, { roomId, senderId: ann, clientId }));
        assert.equal(sent, null, 'the client id is still there');
        const row = await store.read((tx) => store.methods.findMessage(tx, { messageId: first.id }));
        assert.deepEqual([row?.content, row?.deletedAt, row?.bodyHash], [null, later(5), null]);
        const last = (await eventsOf(store, roomId)).at(-1);
        assert.deepEqual([last?.type, last?.data], ['message.deleted', { messageIds: [first.id, second.id] }]);
        await assertGaplessRoom(store, roomId);
      },
    },
    {
      name: 'leaves no client id where rows are removed, and says nothing in a room that was deleted',
      async run({ store, user }) {
        const ann = user('ann');
        const roomId = await makeRoom(store, [ann]);
        const clientId = 'ann-said-this-once';
        const { id } = await say(store, roomId, ann, { clientId });
        await inRoom(store, roomId, (tx) => store.methods.deleteRoom(tx, { roomId, actorId: ann, at }));
        const before = (await rowsOf(store, roomId)).length;
        const deletion = { roomId, messageIds: [id], actorId: null, at, softDelete: false };
        await inRoom(store, roomId, (tx) => store.methods.eraseMessages(tx, deletion));
        assert.equal((await rowsOf(store, roomId)).length, before, 'something was logged after the room was deleted');
        const drop = () => store.write((tx) => store.methods.eraseRemoved(tx, { roomId, userId: ann, limit: 9 }));
        assert.deepEqual([await drop(), await drop()], [1, 0]);
        assert.equal(await store.read((tx) => store.methods.findSent(tx, { roomId, senderId: ann, clientId })), null);
      },
    },
    {
      name: 'finds the copies of their words wherever they are',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const roomId = await makeRoom(store, [bob]);
        const copy = await say(store, roomId, bob, { forwarded: { senderId: ann, at } });
        await say(store, roomId, bob, { forwarded: { senderId: bob, at } });
        const found: unknown[] = [];
        for (let id: string | null = ''; id !== null;) {
          const afterId: string = id;
          const { items, nextId } = await store.read((tx) => store.methods.copiesOf(tx, { userId: ann, afterId }));
          found.push(...items);
          id = nextId;
        }
        assert.deepEqual(found, [{ id: copy.id, roomId }]);
        const [exported] = await store.read((tx) => store.methods.exportCopies(tx, { messageIds: [copy.id] }));
        assert.equal((exported?.data as { content?: string } | undefined)?.content, 'hello');
      },
    },
    {
      name: 'takes back reactions and mentions, and tells the room that messages read differently',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const roomId = await makeRoom(store, [ann, bob]);
        const { id } = await say(store, roomId, bob, { mentions: [ann, bob] });
        await react(store, roomId, id, ann, 'any text');
        await react(store, roomId, id, bob, '🎉');
        const step = { userId: ann, limit: 9, at: later(5) };
        const blanked = await store.write((tx) => store.methods.eraseEmoji(tx, { roomId, userId: ann, afterSeq: 0 }));
        assert.equal(blanked, null);
        const emoji = (await rowsOf(store, roomId)).map(({ data }) => data.emoji).filter((each) => each !== undefined);
        assert.deepEqual(emoji, ['', '🎉']);
        for (const method of ['eraseReactions', 'eraseMentions'] as const) {
          const run = () => store.write((tx) => store.methods[method](tx, step));
          assert.deepEqual([await run(), await run()], [1, 0], method);
          const { type, data } = (await eventsOf(store, roomId)).at(-1) ?? {};
          assert.deepEqual([type, (data as { message: { id: string } }).message.id], ['message.updated', id]);
        }
        const row = await store.read((tx) => store.methods.findMessage(tx, { messageId: id }));
        assert.deepEqual(row?.mentions, [bob]);
        const left = await store.read((tx) => store.methods.reactionsOf(tx, { messageId: id, viewerId: bob }));
        assert.deepEqual(
          left.map((reaction) => reaction.emoji),
          ['🎉'],
        );
      },
    },
    {
      name: 'empties memberships, marks and the log of their own, room by room',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const { methods } = store;
        const roomIds = [await makeRoom(store, [bob, ann]), await makeRoom(store, [bob, ann])].toSorted();
        const [roomId = ''] = roomIds;
        await say(store, roomId, bob);
        const me = await store.read((tx) => methods.findMember(tx, { roomId, userId: ann }));
        assert.ok(me);
        const moves = [{ me, deliveredSeq: 2, readSeq: 2 }];
        await inRoom(store, roomId, (tx) => methods.readMessages(tx, { moves, at }));
        const custom = { roomId, userId: ann, custom: { nick: 'A' }, actorId: ann, at };
        await inRoom(store, roomId, (tx) => methods.updateMember(tx, custom));
        await remove(store, roomIds[1] ?? '', ann);
        const rooms = await store.read((tx) => methods.everRoomsOf(tx, { userId: ann, afterId: '', limit: 9 }));
        assert.deepEqual(rooms, roomIds);
        const rest = await store.read((tx) => methods.everRoomsOf(tx, { userId: ann, afterId: roomId, limit: 9 }));
        assert.deepEqual(rest, roomIds.slice(1));
        const receipts = () => store.write((tx) => methods.eraseReceipts(tx, { roomId, userId: ann, limit: 9 }));
        assert.deepEqual([await receipts(), await receipts()], [2, 0]);
        await inRoom(store, roomId, (tx) => methods.eraseMembership(tx, { roomId, userId: ann }));
        const after = await store.read((tx) => methods.findMember(tx, { roomId, userId: ann }));
        assert.deepEqual([after?.custom, after?.readSeq, after?.status], [{}, 0, 'in']);
        const log = personalRoom(ann);
        await store.write((tx) => tx.lockPersonal([ann]));
        await touch(store, log);
        const forget = () => store.write((tx) => methods.erasePersonalLog(tx, { roomId: log, limit: 9 }));
        assert.deepEqual([await forget(), await forget()], [1, 0]);
        assert.deepEqual(await rowsOf(store, log), []);
      },
    },
    {
      name: 'deletes what is theirs alone, so much at a time, and blanks why somebody was banned',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const { methods } = store;
        const roomId = await makeRoom(store, [ann, bob]);
        for (const [userId, blockedId] of [
          [ann, bob],
          [ann, user('cy')],
          [bob, ann],
        ] as const) {
          await store.write((tx) => methods.blockUser(tx, { userId, blockedId, at }));
        }
        const ban = { roomId, until: null, reason: 'why', createdAt: at };
        await inRoom(store, roomId, async (tx) => {
          await methods.banUser(tx, { ...ban, userId: user('dee'), actorId: ann });
          await methods.banUser(tx, { ...ban, userId: user('eve'), actorId: bob });
        });
        const some = (limit: number) => store.write((tx) => methods.eraseOwnRows(tx, { userId: ann, limit }));
        assert.deepEqual([await some(1), await some(9), await some(9)], [1, 1, 0]);
        const blocks = await store.read((tx) => methods.blocksAmong(tx, { userId: ann, others: [bob, user('cy')] }));
        assert.deepEqual([...blocks], [bob], 'only the block of another is left');
        assert.equal(await store.write((tx) => methods.eraseRemarks(tx, { userId: ann })), 1);
        const { items } = await store.read((tx) =>
          methods.listBans(tx, { roomId, now: at, limit: 9, cursor: undefined }),
        );
        const reasons = new Map(items.map((item) => [item.userId, item.reason]));
        assert.deepEqual([reasons.get(user('dee')), reasons.get(user('eve'))], [null, 'why']);
      },
    },
    {
      name: 'is preceded by reading it all, page by page',
      async run({ store, user }) {
        const [ann, bob, cy] = [user('ann'), user('bob'), user('cy')];
        const { methods } = store;
        const roomId = await makeRoom(store, [ann, bob]);
        const message = await say(store, roomId, ann);
        await say(store, roomId, bob);
        for (const blockedId of [bob, cy]) {
          await store.write((tx) => methods.blockUser(tx, { userId: ann, blockedId, at }));
        }
        const own = (after: readonly unknown[] | undefined) =>
          store.read((tx) => methods.exportOwn(tx, { userId: ann, type: 'block', after, limit: 1 }));
        const first = await own(undefined);
        const second = await own(first.next ?? undefined);
        const third = await own(second.next ?? undefined);
        assert.deepEqual(
          [...first.items, ...second.items, ...third.items],
          [bob, cy].toSorted().map((blockedId) => ({
            type: 'block',
            data: { userId: ann, blockedId, createdAt: at },
          })),
        );
        assert.equal(third.next, null);
        const fromRoom = await store.read((tx) => methods.exportFromRoom(tx, { userId: ann, roomId, afterSeq: 0 }));
        const said = fromRoom.items.filter(({ type }) => type === 'message');
        assert.deepEqual(
          said.map(({ data }) => (data as { id: string }).id),
          [message.id],
        );
        assert.equal(fromRoom.nextSeq, null);
        const log = await store.read((tx) =>
          methods.exportHanging(tx, { type: 'event', where: { roomId }, after: undefined, limit: 2 }),
        );
        assert.equal(log.items.length, 2);
        assert.deepEqual(log.next, [2]);
      },
    },
  ],
};

/** What the methods promise about rooms that keep messages for a time only. */
export const expiryCases: SuiteGroup<StoreBench> = {
  name: 'messages that grow old',
  cases: [
    {
      name: 'are removed oldest first, so many at a time, and logged unless they were gone',
      async run({ store, user }) {
        const ann = user('ann');
        const { methods } = store;
        const roomId = await makeRoom(store, [ann]);
        const ids: string[] = [];
        for (const nth of range(1, 4)) ids.push((await say(store, roomId, ann, { createdAt: later(nth) })).id);
        const [first = '', second = '', third = '', fourth = ''] = ids;
        const deletion = { roomId, messageIds: [second], actorId: ann, at, softDelete: true };
        await inRoom(store, roomId, (tx) => methods.deleteMessages(tx, deletion));
        const expire = (limit: number) =>
          inRoom(store, roomId, (tx) => methods.expireMessages(tx, { roomId, before: later(4), limit, at }));
        assert.deepEqual(await expire(2), [first, second]);
        assert.deepEqual(await expire(9), [third]);
        assert.deepEqual(await expire(9), []);
        const deletions = (await rowsOf(store, roomId)).filter(({ type }) => type === 'message.deleted');
        assert.deepEqual(
          deletions.map(({ data }) => data.messageIds),
          [[second], [first], [third]],
        );
        assert.notEqual(await store.read((tx) => methods.findMessage(tx, { messageId: fourth })), null);
        assert.equal(await store.read((tx) => methods.findMessage(tx, { messageId: second })), null);
        await assertGaplessRoom(store, roomId);
      },
    },
    {
      name: 'are so in the rooms that say so',
      async run({ store, user }) {
        const ann = user('ann');
        const { methods } = store;
        const [one, two] = [await makeRoom(store, [ann]), await makeRoom(store, [ann])].toSorted() as [string, string];
        const set = (roomId: string, days: number | null) =>
          inRoom(store, roomId, (tx) => methods.setRetention(tx, { roomId, days }));
        assert.deepEqual([await set(one, 7), await set(one, 7), await set(two, 3)], ['set', 'unchanged', 'set']);
        const listed = async () => {
          const before = `${one.slice(0, -1)}`;
          const rooms = await store.read((tx) => methods.roomsWithRetention(tx, { afterId: before, limit: 500 }));
          return rooms.filter(({ id }) => id === one || id === two);
        };
        assert.deepEqual(await listed(), [
          { id: one, retentionDays: 7 },
          { id: two, retentionDays: 3 },
        ]);
        await set(one, null);
        assert.deepEqual(await listed(), [{ id: two, retentionDays: 3 }]);
      },
    },
  ],
};
