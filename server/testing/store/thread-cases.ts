import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Message, ThreadStanding } from '@confab/shared';
import { personalRoom } from '../../events/log.js';
import type { ChatStore } from '../../store/port.js';
import { assertMatch } from '../suite/expectations.js';
import type { SuiteGroup } from '../suite/runner.js';
import { at, inRoom, later, makeRoom, remove, say, sayLocked } from './bench.js';
import type { Saying, StoreBench } from './bench.js';
import { eventsOf, rowsOf } from './log-book.js';
import { itemsOf } from './pages.js';

/** Says something in the thread of a message, which these users follow from then on. */
function reply(
  store: ChatStore,
  root: Message,
  senderId: string,
  { followers = [], ...saying }: Saying & { readonly followers?: readonly string[] } = {},
): Promise<Message> {
  const { id: threadId, roomId } = root;
  return inRoom(store, roomId, async (tx) => {
    const before = await store.methods.threadStandings(tx, { threadId, userIds: followers });
    const message = await sayLocked(store, tx, roomId, senderId, { ...saying, threadId });
    await store.methods.noteReply(tx, {
      ...{ root, seq: message.seq, at: saying.createdAt ?? at, actorId: senderId },
      followers: followers.map((userId) => ({ userId, before: before.get(userId) ?? null })),
    });
    return message;
  });
}

function stand(store: ChatStore, { id: threadId, roomId }: Message, userId: string, standing: ThreadStanding) {
  return inRoom(store, roomId, (tx) => store.methods.setThreadStanding(tx, { threadId, roomId, userId, standing, at }));
}

function threadsOf(store: ChatStore, userId: string, { roomId, unread = false, limit = 9 }: Listing = {}) {
  return itemsOf(limit, (page) => {
    return store.read((tx) => store.methods.listThreads(tx, { userId, roomId, unread, ...page }));
  });
}

interface Listing {
  readonly roomId?: string;
  readonly unread?: boolean;
  readonly limit?: number;
}

function unreadOf(store: ChatStore, userId: string, { id }: Message) {
  return store
    .read((tx) => store.methods.threadUnread(tx, { userId, threadIds: [id, randomUUID()] }))
    .then((counts) => counts.get(id));
}

function erase(store: ChatStore, { id, roomId, senderId }: Message, softDelete: boolean) {
  const deletion = { roomId, messageIds: [id], actorId: senderId, at: later(9), softDelete };
  return inRoom(store, roomId, (tx) => store.methods.deleteMessages(tx, deletion));
}

const history = { floorSeq: 1, place: { kind: 'newest' }, limit: 9 } as const;

/** What the methods promise about threads. */
export const threadCases: SuiteGroup<StoreBench> = {
  name: 'threads',
  cases: [
    {
      name: 'are no part of their room: not of its history, its last message, its activity or what is unread in it',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const roomId = await makeRoom(store, [ann, bob]);
        const { methods } = store;
        const root = await say(store, roomId, ann);
        const said = await reply(store, root, bob, { mentions: [ann], createdAt: later(7) });
        assertMatch(said, { threadId: root.id, threadCount: 0, seq: root.seq + 1 }, 'the answer');
        await store.read(async (tx) => {
          const ids = async (threadId?: string) =>
            (
              await methods.listMessages(tx, { roomId, viewerId: ann, ...history, ...(threadId && { threadId }) })
            ).items.map(({ id }) => id);
          assert.deepEqual(await ids(), [root.id], 'the room');
          assert.deepEqual(await ids(root.id), [said.id], 'the thread');
          const last = await methods.lastMessages(tx, { userId: ann, roomIds: [roomId] });
          assertMatch(last.get(roomId), { id: root.id, threadCount: 1 }, 'the last message');
          assert.deepEqual(await methods.unreadOf(tx, { userId: ann }), { total: 0, mentions: 0, rooms: [] });
          assert.deepEqual(await methods.pendingNotifications(tx, { userId: ann, limit: 9 }), []);
          assertMatch(await methods.findRoom(tx, { roomId }), { lastActivityAt: at, lastSeq: said.seq }, 'the room');
        });
      },
    },
    {
      name: 'tell how much they hold with the message they hang on and with each event that changes it',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const roomId = await makeRoom(store, [ann, bob]);
        const root = await say(store, roomId, ann);
        const said = [await reply(store, root, bob), await reply(store, root, ann), await reply(store, root, bob)];
        const [soft, hard] = said as [Message, Message];
        await erase(store, soft, true);
        await erase(store, hard, false);
        const thread = { threadId: root.id, count: 1 };
        const [created, ...events] = (await eventsOf(store, roomId)).slice(1);
        assertMatch(created?.data, { message: { id: root.id, threadCount: 1 } }, 'the message');
        assertMatch(
          events.map(({ data }) => data),
          [
            { message: { id: soft.id, threadId: root.id, content: null }, thread },
            { message: { id: hard.id, threadId: root.id, content: null }, thread },
            { message: { threadId: root.id }, thread },
            { messageIds: [soft.id], threads: [{ ...thread, messageIds: [soft.id] }] },
            { messageIds: [hard.id], threads: [{ ...thread, messageIds: [hard.id] }] },
          ],
          'the events',
        );
        const places = await store.read((tx) => store.methods.locateMessages(tx, { messageIds: [hard.id] }));
        assertMatch(places, [{ threadId: root.id }], 'where the removed one was');
      },
    },
    {
      name: 'are followed until one wants to hear of them no more, which only one’s own devices are told',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const roomId = await makeRoom(store, [ann, bob]);
        const root = await say(store, roomId, ann);
        const { id: threadId } = root;
        const { seq } = await reply(store, root, bob, { followers: [ann, bob] });
        await stand(store, root, ann, { following: false, readSeq: seq });
        await stand(store, root, ann, { following: false, readSeq: seq + 1 });
        const events = await eventsOf(store, personalRoom(ann));
        const data = { roomId, threadId };
        assertMatch(
          events,
          [
            { type: 'thread.updated', seq: 1, actorId: bob, data: { ...data, following: true, readSeq: seq - 1 } },
            { type: 'thread.updated', seq: 2, actorId: ann, data: { ...data, following: false, readSeq: seq } },
            { seq: 3, data: { ...data, following: false, readSeq: seq + 1 } },
          ],
          'what the devices were told',
        );
        assert.equal((await rowsOf(store, personalRoom(bob))).length, 1, 'the other was told');
        const standings = await store.read((tx) => {
          return store.methods.threadStandings(tx, { threadId, userIds: [ann, bob, user('cy')] });
        });
        assert.deepEqual([...standings].toSorted(byUser), [
          [ann, { following: false, readSeq: seq + 1 }],
          [bob, { following: true, readSeq: seq - 1 }],
        ]);
        assert.deepEqual(await threadsOf(store, ann), []);
        assert.equal((await threadsOf(store, bob)).length, 1);
        await reply(store, root, bob, { followers: [ann] });
        assertMatch(await threadsOf(store, ann), [{ following: true, readSeq: seq + 1 }], 'a mark went back');
        const again = await reply(store, await say(store, roomId, ann), bob, { followers: [ann] });
        const [latest] = await threadsOf(store, ann, { unread: true });
        assertMatch(latest, { id: again.threadId, readSeq: again.seq - 1, unread: 1 }, 'what brought them is unread');
      },
    },
    {
      name: 'are there once something was said in them',
      async run({ store, user }) {
        const ann = user('ann');
        const roomId = await makeRoom(store, [ann]);
        const root = await say(store, roomId, ann);
        const isThere = () => store.read((tx) => store.methods.hasThread(tx, { threadId: root.id }));
        await stand(store, root, ann, { following: true, readSeq: 2 });
        assert.equal(await isThere(), false);
        assert.deepEqual(await threadsOf(store, ann), []);
        const said = await reply(store, root, ann, { createdAt: later(4) });
        assert.equal(await isThere(), true);
        const [thread] = await threadsOf(store, ann);
        assert.deepEqual(thread, {
          ...{ id: root.id, roomId, following: true, readSeq: 2, unread: 0, mentions: 0, lastReplyAt: later(4) },
          ...{ root: { ...root, threadCount: 1 }, lastReply: said },
        });
      },
    },
    {
      name: 'count what others said above the mark and since one joined, and is neither deleted nor hidden',
      async run({ store, user }) {
        const [ann, bob, cy] = [user('ann'), user('bob'), user('cy')];
        const roomId = await makeRoom(store, [ann, bob]);
        const root = await say(store, roomId, ann);
        const first = await reply(store, root, bob, { followers: [ann], mentions: [ann] });
        const hidden = await reply(store, root, bob);
        const buried = await reply(store, root, bob, { mentionsRoom: true });
        await reply(store, root, ann);
        await reply(store, root, bob, { kind: 'system' });
        await reply(store, root, bob, { mentionsRoom: true });
        const joining = { roomId, userIds: [cy], actorId: ann, at };
        await inRoom(store, roomId, (tx) => store.methods.addMembers(tx, joining));
        await reply(store, root, bob);
        assert.deepEqual(await unreadOf(store, ann, root), { unread: 5, mentions: 3 });
        assert.deepEqual(await unreadOf(store, cy, root), { unread: 1, mentions: 0 });
        await erase(store, buried, true);
        const { id, seq } = hidden;
        const hiding = { roomId, userId: ann, messages: [{ id, seq }], at };
        await inRoom(store, roomId, (tx) => store.methods.hideMessages(tx, hiding));
        assert.deepEqual(await unreadOf(store, ann, root), { unread: 3, mentions: 2 });
        await stand(store, root, ann, { following: true, readSeq: first.seq });
        assert.deepEqual(await unreadOf(store, ann, root), { unread: 2, mentions: 1 });
        await remove(store, roomId, ann);
        assert.equal(await unreadOf(store, ann, root), undefined);
      },
    },
    {
      name: 'are listed from the one that was answered last, in one room or all, page by page',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const [roomId, elsewhere] = [await makeRoom(store, [ann, bob]), await makeRoom(store, [ann, bob])];
        const roots: Message[] = [];
        for (const [index, where] of [roomId, elsewhere, roomId].entries()) {
          const root = await say(store, where, ann);
          await reply(store, root, bob, { followers: [ann], createdAt: later(index) });
          roots.push(root);
        }
        const [one, two, three] = roots as [Message, Message, Message];
        const ids = async (listing: Listing) => (await threadsOf(store, ann, listing)).map(({ id }) => id);
        assert.deepEqual(await ids({ limit: 2 }), [three.id, two.id, one.id]);
        assert.deepEqual(await ids({ roomId }), [three.id, one.id]);
        await stand(store, three, ann, { following: true, readSeq: 99 });
        assert.deepEqual(await ids({ unread: true }), [two.id, one.id]);
        await reply(store, one, bob, { createdAt: later(5) });
        assert.deepEqual(await ids({ roomId }), [one.id, three.id]);
        await remove(store, roomId, ann);
        assert.deepEqual(await ids({}), [two.id]);
      },
    },
    {
      name: 'are not shown where the message they hang on is not to be seen',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const roomId = await makeRoom(store, [ann, bob], { history: 'sinceJoin' });
        const early = await say(store, roomId, ann);
        await reply(store, early, ann, { followers: [bob] });
        await remove(store, roomId, bob);
        const joining = { roomId, userIds: [bob], actorId: ann, at };
        await inRoom(store, roomId, (tx) => store.methods.addMembers(tx, joining));
        const standing = (root: Message) =>
          store
            .read((tx) => store.methods.threadStandings(tx, { threadId: root.id, userIds: [bob] }))
            .then((found) => found.get(bob)?.following);
        assert.equal(await standing(early), false, 'a membership that is over follows nothing');
        await stand(store, early, bob, { following: true, readSeq: 0 });
        const hidden = await say(store, roomId, ann);
        await reply(store, hidden, ann, { followers: [bob] });
        assert.deepEqual(
          (await threadsOf(store, bob)).map(({ id }) => id),
          [hidden.id],
        );
        const hiding = { roomId, userId: bob, messages: [hidden], at };
        await inRoom(store, roomId, (tx) => store.methods.hideMessages(tx, hiding));
        assert.deepEqual(await threadsOf(store, bob), []);
      },
    },
    {
      name: 'outlive the message they hang on, and go with the last that is left of them',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const roomId = await makeRoom(store, [ann, bob]);
        const root = await say(store, roomId, ann);
        const said = await reply(store, root, bob, { followers: [ann] });
        await erase(store, root, false);
        const gone = { id: root.id, content: null, deletedAt: later(9), threadCount: 1 };
        assertMatch(await threadsOf(store, ann), [{ root: gone, lastReply: { id: said.id } }], 'without its message');
        await erase(store, said, false);
        assert.deepEqual(await threadsOf(store, ann), []);
        await store.read(async (tx) => {
          assert.equal(await store.methods.hasThread(tx, { threadId: root.id }), false);
          const left = await store.methods.threadStandings(tx, { threadId: root.id, userIds: [ann] });
          assert.equal(left.size, 0);
        });
      },
    },
  ],
};

function byUser([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}
