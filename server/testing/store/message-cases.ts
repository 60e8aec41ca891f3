import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Message } from '@confab/shared';
import { personalRoom } from '../../events/log.js';
import { assertMatch, range } from '../suite/expectations.js';
import type { SuiteGroup } from '../suite/runner.js';
import { at, later, makeRoom, profile, remove, say } from './bench.js';
import type { StoreBench } from './bench.js';
import { eventsOf } from './log-book.js';

/** What the methods about messages promise. */
export const messageCases: SuiteGroup<StoreBench> = {
  name: 'messages',
  cases: [
    {
      name: 'are kept as they were said and found again',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const roomId = await makeRoom(store, [ann, bob]);
        const clientId = randomUUID();
        const saying = { content: 'Zoë\n😀', mentions: [bob], mentionsRoom: true, clientId, createdAt: later(2) };
        const sent = await say(store, roomId, ann, saying);
        const message = { roomId, seq: 2, senderId: ann, content: 'Zoë\n😀', mentions: [bob, '@room'], clientId };
        assertMatch(sent, { ...message, sender: profile(ann), reactions: [], createdAt: later(2) }, 'the answer');
        const { methods } = store;
        await store.read(async (tx) => {
          const row = await methods.findMessage(tx, { messageId: sent.id });
          assertMatch(row, { ...message, mentionsRoom: true, deletedAt: null }, 'the row');
          assert.ok(row);
          assert.deepEqual(await methods.presentMessages(tx, { rows: [row, row], viewerId: bob }), [sent, sent]);
          assert.equal(await methods.findMessage(tx, { messageId: randomUUID() }), null);
          const place = { id: sent.id, roomId, seq: 2, senderId: ann, deletedAt: null };
          const messageIds = [randomUUID(), sent.id];
          assertMatch(await methods.locateMessages(tx, { messageIds }), [place], 'the place');
          const found = await methods.findSent(tx, { roomId, senderId: ann, clientId });
          assertMatch(found, { bodyHash: 'hash', message: { id: sent.id } }, 'what was sent under the client id');
          assert.equal(await methods.findSent(tx, { roomId, senderId: bob, clientId }), null);
          assert.deepEqual(await methods.lastSentAt(tx, { roomId, senderId: ann }), later(2));
          assert.equal(await methods.lastSentAt(tx, { roomId, senderId: bob }), null);
        });
        const room = await store.read((tx) => methods.findRoom(tx, { roomId }));
        assertMatch(room, { lastActivityAt: later(2) }, 'the room');
      },
    },
    {
      name: 'are reached by members only: who is in and who is not',
      async run({ store, user }) {
        const [ann, bob, cy] = [user('ann'), user('bob'), user('cy')];
        const [one, two] = [await makeRoom(store, [ann, bob]), await makeRoom(store, [bob])];
        await remove(store, one, bob);
        await store.read(async (tx) => {
          const rooms = await store.methods.membershipsOf(tx, { userId: bob, roomIds: [one, two] });
          assert.deepEqual([...rooms.keys()], [two]);
          assertMatch(rooms.get(two), { userId: bob, status: 'in', role: 'owner' }, 'the membership');
          const members = await store.methods.membersAmong(tx, { roomId: one, userIds: [ann, bob, cy] });
          assert.deepEqual([...members.keys()], [ann]);
          assert.equal((await store.methods.membersAmong(tx, { roomId: one, userIds: [] })).size, 0);
        });
      },
    },
    {
      name: 'are seen by who came before them, as long as nobody deleted or hid them',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const { methods } = store;
        const [roomId, elsewhere] = [await makeRoom(store, [ann, bob]), await makeRoom(store, [ann])];
        const said = [];
        for (let nth = 2; nth <= 5; nth += 1) said.push(await say(store, roomId, ann));
        const [early, seen, hidden, deleted] = said as [Message, Message, Message, Message];
        const other = await say(store, elsewhere, ann);
        await store.write(async (tx) => {
          await tx.lock([roomId]);
          await methods.hideMessages(tx, { roomId, userId: bob, messages: [hidden], at });
          const deletion = { roomId, messageIds: [deleted.id], actorId: ann, at, softDelete: true };
          await methods.deleteMessages(tx, deletion);
        });
        const messageIds = [other, ...said.toReversed(), seen].map(({ id }) => id);
        const look = async (viewerId: string, floorSeq: number) =>
          (await store.read((tx) => methods.seenMessages(tx, { roomId, viewerId, floorSeq, messageIds }))).map(
            ({ id }) => id,
          );
        assert.deepEqual(await look(ann, 1), [early.id, seen.id, hidden.id]);
        assert.deepEqual(await look(bob, 3), [seen.id]);
      },
    },
    {
      name: 'change and say so',
      async run({ store, user }) {
        const ann = user('ann');
        const roomId = await makeRoom(store, [ann]);
        const { id } = await say(store, roomId, ann);
        const { methods } = store;
        const edited = await store.write(async (tx) => {
          await tx.lock([roomId]);
          const message = await methods.findMessage(tx, { messageId: id });
          assert.ok(message);
          const change = { content: 'better', custom: { n: 2 } };
          return methods.editMessage(tx, { message, change, actorId: ann, at: later(8), viewerId: ann });
        });
        const expected = { id, seq: 2, content: 'better', custom: { n: 2 }, attachments: [], editedAt: later(8) };
        assertMatch(edited, expected, 'the answer');
        assertMatch(await store.read((tx) => methods.findMessage(tx, { messageId: id })), expected, 'the row');
        const event = (await eventsOf(store, roomId)).at(-1);
        assertMatch(event, { type: 'message.updated', seq: 3, data: { message: expected } }, 'the event');
      },
    },
    {
      name: 'are deleted for everyone, as tombstones or without a trace but their ids',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const roomId = await makeRoom(store, [ann, bob]);
        const { methods } = store;
        const clientId = randomUUID();
        const [soft, hard] = [
          await say(store, roomId, ann, { content: 'secret', mentions: [bob], createdAt: later(1) }),
          await say(store, roomId, ann, { content: 'secret', clientId, createdAt: later(2) }),
        ];
        await store.write(async (tx) => {
          await tx.lock([roomId]);
          const deletion = { roomId, actorId: ann, at: later(5) };
          await methods.deleteMessages(tx, { ...deletion, messageIds: [], softDelete: true });
          assert.equal(tx.room(roomId).lastSeq, 3, 'nothing was deleted, and something was logged');
          await methods.deleteMessages(tx, { ...deletion, messageIds: [soft.id], softDelete: true });
          await methods.deleteMessages(tx, { ...deletion, messageIds: [hard.id], softDelete: false });
        });
        const tombstone = { content: null, attachments: [], mentions: [], reactions: [], deletedAt: later(5) };
        await store.read(async (tx) => {
          const row = await methods.findMessage(tx, { messageId: soft.id });
          assertMatch(row, { content: null, mentionsRoom: false, deletedAt: later(5) }, 'the tombstone');
          assert.equal(await methods.findMessage(tx, { messageId: hard.id }), null);
          const places = await methods.locateMessages(tx, { messageIds: [soft.id, hard.id] });
          assert.deepEqual(places.map(({ seq, deletedAt }) => [seq, deletedAt]).toSorted(), [
            [2, later(5)],
            [3, later(5)],
          ]);
          const sent = await methods.findSent(tx, { roomId, senderId: ann, clientId });
          assertMatch(sent, { bodyHash: 'hash', message: { id: hard.id, ...tombstone } }, 'what was sent');
          assert.deepEqual(await methods.lastSentAt(tx, { roomId, senderId: ann }), later(2));
          const page = { roomId, viewerId: bob, floorSeq: 1, place: { kind: 'newest' }, limit: 9 } as const;
          const { items } = await methods.listMessages(tx, page);
          assertMatch(items, [{ id: soft.id, ...tombstone }], 'the history');
        });
        const room = await store.read((tx) => methods.findRoom(tx, { roomId }));
        assert.ok((room?.authzVersion ?? 0) > 0, 'a client id that no message holds any more is not fenced');
        assert.ok(!JSON.stringify(await eventsOf(store, roomId)).includes('secret'));
      },
    },
    {
      name: 'are hidden from one user, who is told once, in a log of their own',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const roomId = await makeRoom(store, [ann, bob]);
        const { methods } = store;
        const messages = [await say(store, roomId, ann), await say(store, roomId, ann)];
        const hide = (some: typeof messages) =>
          store.write(async (tx) => {
            await tx.lock([roomId]);
            await methods.hideMessages(tx, { roomId, userId: bob, messages: some, at });
          });
        await hide(messages.slice(0, 1));
        await hide(messages);
        await hide(messages);
        const [first, second] = messages.map(({ id }) => id);
        const events = await eventsOf(store, personalRoom(bob));
        assertMatch(
          events.map(({ type, seq, data }) => ({ type, seq, data })),
          [
            { type: 'message.hidden', seq: 1, data: { roomId, messageIds: [first] } },
            { type: 'message.hidden', seq: 2, data: { roomId, messageIds: [second] } },
          ],
          'what the user was told',
        );
        await store.read(async (tx) => {
          assert.equal(await methods.isHidden(tx, { messageId: first ?? '', userId: bob }), true);
          assert.equal(await methods.isHidden(tx, { messageId: first ?? '', userId: ann }), false);
          const page = { roomId, floorSeq: 1, place: { kind: 'newest' }, limit: 9 } as const;
          const held = async (viewerId: string) => (await methods.listMessages(tx, { ...page, viewerId })).items.length;
          assert.deepEqual([await held(ann), await held(bob)], [2, 0]);
        });
      },
    },
    {
      name: 'are paged through from any place, oldest first, from what the reader may see on',
      async run({ store, user }) {
        const ann = user('ann');
        const roomId = await makeRoom(store, [ann]);
        for (let nth = 2; nth <= 11; nth += 1) await say(store, roomId, ann);
        const page = async (
          kind: 'newest' | 'before' | 'after' | 'around',
          seq: number,
          limit: number,
          floorSeq = 1,
        ) => {
          const place = kind === 'newest' ? { kind } : { kind, seq };
          const { items, hasBefore, hasAfter } = await store.read((tx) =>
            store.methods.listMessages(tx, { roomId, viewerId: ann, floorSeq, place, limit }),
          );
          return [items.map((message) => message.seq), hasBefore, hasAfter];
        };
        assert.deepEqual(await page('newest', 0, 3), [[9, 10, 11], true, false]);
        assert.deepEqual(await page('newest', 0, 50), [range(2, 11), false, false]);
        assert.deepEqual(await page('before', 5, 2), [[3, 4], true, true]);
        assert.deepEqual(await page('before', 4, 5), [[2, 3], false, true]);
        assert.deepEqual(await page('after', 5, 2), [[6, 7], true, true]);
        assert.deepEqual(await page('after', 9, 5), [[10, 11], true, false]);
        assert.deepEqual(await page('around', 6, 3), [[5, 6, 7], true, true]);
        assert.deepEqual(await page('around', 2, 3), [[2, 3, 4], false, true]);
        assert.deepEqual(await page('around', 11, 3), [[9, 10, 11], true, false]);
        assert.deepEqual(await page('newest', 0, 50, 8), [range(8, 11), false, false]);
      },
    },
    {
      name: 'are reacted to once by each with the same, and only so many ways',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const roomId = await makeRoom(store, [ann, bob]);
        const { methods } = store;
        const { id: messageId } = await say(store, roomId, ann);
        const react = (userId: string, emoji: string, { isOnlyOne = true, maxEmoji = 2 } = {}) =>
          store.write(async (tx) => {
            await tx.lock([roomId]);
            const notification = {
              ...{ id: randomUUID(), userId: ann, kind: 'reaction' as const, roomId, messageId },
              ...{ actorId: userId, createdAt: at },
            };
            const input = { roomId, messageId, userId, emoji, actorId: userId, at, isOnlyOne, maxEmoji };
            return methods.reactToMessage(tx, { ...input, notification: userId === ann ? null : notification });
          });
        assert.equal(await react(bob, '👍'), 'notified');
        assert.equal(await react(bob, '👍'), 'unchanged');
        assert.equal(await react(bob, '🎉'), 'added');
        assert.equal(await react(ann, '👍', { isOnlyOne: false }), 'added');
        assert.equal(await react(ann, '🎉', { isOnlyOne: false }), 'added');
        assert.equal(await react(bob, '🙈'), 'full');
        const read = (viewerId: string) => store.read((tx) => methods.reactionsOf(tx, { messageId, viewerId }));
        assert.deepEqual(
          (await read(bob)).toSorted(byEmoji),
          [
            { emoji: '🎉', count: 2, mine: true },
            { emoji: '👍', count: 1, mine: false },
          ].toSorted(byEmoji),
        );
        const unreact = () =>
          store.write(async (tx) => {
            await tx.lock([roomId]);
            return methods.unreactToMessage(tx, { roomId, messageId, userId: bob, emoji: '🎉', actorId: bob, at });
          });
        assert.deepEqual([await unreact(), await unreact()], ['removed', 'unchanged']);
        assert.deepEqual(
          (await read(bob)).map(({ count, mine }) => [count, mine]),
          [
            [1, false],
            [1, false],
          ],
        );
        const events = (await eventsOf(store, roomId)).slice(2);
        assertMatch(
          events.map(({ type, seq, actorId, data }) => ({ type, seq, actorId, data })),
          [
            { type: 'message.reaction', seq: 3, actorId: bob, data: { emoji: '👍', action: 'add' } },
            { seq: 4, data: { emoji: '🎉', action: 'add', replaced: '👍' } },
            { seq: 5, actorId: ann, data: { userId: ann, emoji: '👍', action: 'add' } },
            { seq: 6, data: { emoji: '🎉' } },
            { seq: 7, actorId: bob, data: { userId: bob, emoji: '🎉', action: 'remove' } },
          ],
          'the events',
        );
        assert.equal((await eventsOf(store, personalRoom(ann))).length, 1, 'the author was told more than once');
      },
    },
    {
      name: 'aim at people, who are told in logs of their own and may say that they saw it',
      async run({ store, user }) {
        const [ann, bob, cy] = [user('ann'), user('bob'), user('cy')];
        const roomId = await makeRoom(store, [ann, bob, cy]);
        const { methods } = store;
        const { id: messageId } = await say(store, roomId, ann, { mentions: [bob, cy] });
        const aimed = [bob, cy].map((userId) => ({
          ...{
            id: randomUUID(),
            userId,
            kind: 'mention' as const,
            roomId,
            messageId,
            actorId: ann,
            createdAt: later(1),
          },
        }));
        await store.write(async (tx) => {
          await tx.lock([roomId]);
          await methods.notify(tx, { notifications: [] });
          await methods.notify(tx, { notifications: aimed });
        });
        for (const { userId, ...notification } of aimed) {
          const { id, kind, actorId, createdAt } = notification;
          const told = { id, kind, roomId, messageId, actorId, createdAt };
          const events = await eventsOf(store, personalRoom(userId));
          assertMatch(
            events,
            [{ type: 'notification', seq: 1, actorId: ann, data: { notification: told } }],
            'the log',
          );
        }
        const ids = aimed.map(({ id }) => id);
        await store.write((tx) => methods.ackNotifications(tx, { userId: bob, ids: [...ids, randomUUID()], at }));
      },
    },
  ],
};

function byEmoji(one: { readonly emoji: string }, other: { readonly emoji: string }): number {
  return one.emoji < other.emoji ? -1 : 1;
}
