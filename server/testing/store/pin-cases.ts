import assert from 'node:assert/strict';
import type { Message } from '@confab/shared';
import type { ChatStore } from '../../store/port.js';
import { assertMatch } from '../suite/expectations.js';
import type { SuiteGroup } from '../suite/runner.js';
import { at, inRoom, later, makeRoom, say } from './bench.js';
import type { StoreBench } from './bench.js';
import { eventsOf } from './log-book.js';
import { assertOrder, itemsOf } from './pages.js';

function pin(store: ChatStore, { id, roomId, senderId }: Message, when: Date, pinned = true) {
  return inRoom(store, roomId, async (tx) => {
    const message = await store.methods.findMessage(tx, { messageId: id });
    assert.ok(message);
    return store.methods.pinMessage(tx, { message, pinned, actorId: senderId, at: when });
  });
}

function pinsOf(store: ChatStore, roomId: string, viewerId: string, { floorSeq = 1, limit = 9 } = {}) {
  return itemsOf(limit, (page) =>
    store.read((tx) => store.methods.listPins(tx, { roomId, viewerId, floorSeq, ...page })),
  );
}

async function idsOf(pins: Promise<readonly Message[]>): Promise<readonly string[]> {
  return (await pins).map(({ id }) => id);
}

/** What the methods about pinned messages promise. */
export const pinCases: SuiteGroup<StoreBench> = {
  name: 'pins',
  cases: [
    {
      name: 'are set and taken out, which is told and is no edit',
      async run({ store, user }) {
        const ann = user('ann');
        const roomId = await makeRoom(store, [ann]);
        const message = await say(store, roomId, ann);
        const { id: messageId } = message;
        const row = () => store.read((tx) => store.methods.findMessage(tx, { messageId }));
        const pinned = { id: messageId, content: 'hello', pinnedAt: later(1), editedAt: null };
        assertMatch(await pin(store, message, later(1)), pinned, 'the answer');
        assertMatch(await row(), pinned, 'the row');
        assertMatch(await pin(store, message, later(2), false), { ...pinned, pinnedAt: null }, 'the second answer');
        assertMatch(await row(), { ...pinned, pinnedAt: null }, 'the row in the end');
        const events = (await eventsOf(store, roomId)).slice(2);
        assertMatch(
          events,
          [
            { type: 'message.pinned', seq: 3, actorId: ann, at: later(1), data: { messageId, pinned: true } },
            { type: 'message.pinned', seq: 4, actorId: ann, at: later(2), data: { messageId, pinned: false } },
          ],
          'the events',
        );
      },
    },
    {
      name: 'are listed from the one that was set last, page by page',
      async run({ store, user }) {
        const ann = user('ann');
        const [roomId, elsewhere] = [await makeRoom(store, [ann]), await makeRoom(store, [ann])];
        const said = [];
        for (let nth = 1; nth <= 5; nth += 1) said.push(await say(store, roomId, ann));
        const [first, second, third, fourth] = said as [Message, Message, Message, Message];
        await pin(store, first, later(4));
        // Two at the same moment: a page may end between them.
        await pin(store, second, later(3));
        await pin(store, third, later(3));
        await pin(store, fourth, later(2));
        await pin(store, await say(store, elsewhere, ann), later(5));
        const pins = pinsOf(store, roomId, ann, { limit: 2 });
        assertOrder(await idsOf(pins), [first.id, [second.id, third.id], fourth.id]);
      },
    },
    {
      name: 'are shown as the messages they are, with what the reader thought of them',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const roomId = await makeRoom(store, [ann, bob]);
        const message = await say(store, roomId, ann, { mentions: [bob] });
        await pin(store, message, later(1));
        const reaction = { roomId, messageId: message.id, userId: bob, emoji: '👍', actorId: bob, at };
        const limits = { isOnlyOne: true, maxEmoji: 9, notification: null };
        await inRoom(store, roomId, (tx) => store.methods.reactToMessage(tx, { ...reaction, ...limits }));
        const shown = (mine: boolean) => {
          return [{ ...message, pinnedAt: later(1), reactions: [{ emoji: '👍', count: 1, mine }] }];
        };
        assert.deepEqual(await pinsOf(store, roomId, ann), shown(false));
        assert.deepEqual(await pinsOf(store, roomId, bob), shown(true));
      },
    },
    {
      name: 'are shown to those who may see the message: not of before them, hidden or deleted',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const roomId = await makeRoom(store, [ann, bob]);
        const { methods } = store;
        const said = [];
        for (let nth = 1; nth <= 5; nth += 1) {
          const message = await say(store, roomId, ann);
          await pin(store, message, later(nth));
          said.push(message);
        }
        const [early, seen, hidden, buried, removed] = said as [Message, Message, Message, Message, Message];
        await inRoom(store, roomId, async (tx) => {
          await methods.hideMessages(tx, { roomId, userId: bob, messages: [hidden], at });
          const deletion = { roomId, actorId: ann, at };
          await methods.deleteMessages(tx, { ...deletion, messageIds: [buried.id], softDelete: true });
          await methods.deleteMessages(tx, { ...deletion, messageIds: [removed.id], softDelete: false });
        });
        assert.deepEqual(await idsOf(pinsOf(store, roomId, ann)), [hidden.id, seen.id, early.id]);
        const joined = { floorSeq: early.seq + 1 };
        assert.deepEqual(await idsOf(pinsOf(store, roomId, bob, joined)), [seen.id]);
      },
    },
  ],
};
