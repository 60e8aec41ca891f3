import assert from 'node:assert/strict';
import type { Message } from '@confab/shared';
import type { ChatStore } from '../../store/port.js';
import type { SuiteGroup } from '../suite/runner.js';
import { at, inRoom, later, makeRoom, plainSend, remove, say } from './bench.js';
import type { StoreBench } from './bench.js';
import { assertOrder, itemsOf } from './pages.js';

interface Where {
  readonly roomId?: string;
  readonly senderId?: string;
  readonly limit?: number;
}

function found(store: ChatStore, viewerId: string | null, query: string, { limit = 9, ...where }: Where = {}) {
  return itemsOf(limit, (page) =>
    store.read((tx) => store.methods.searchMessages(tx, { query, viewerId, ...where, ...page })),
  );
}

async function idsOf(messages: Promise<readonly Message[]>): Promise<readonly string[]> {
  return (await messages).map(({ id }) => id);
}

/** What the methods about searching promise. */
export const searchCases: SuiteGroup<StoreBench> = {
  name: 'searches',
  cases: [
    {
      name: 'can be made, or there is a sentence for whoever runs the server',
      async run({ store }) {
        assert.equal(await store.read((tx) => store.methods.findSearchFault(tx)), null);
      },
    },
    {
      name: 'find what holds all words, newest first, page by page, and narrowed to a room or a sender',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const [here, there] = [await makeRoom(store, [ann, bob]), await makeRoom(store, [ann, bob])];
        const first = await say(store, here, ann, { content: 'red fox' });
        const second = await say(store, there, bob, { content: 'FOX, réd', createdAt: later(1) });
        const sent = plainSend(here, bob, { content: 'a fox that is red', createdAt: later(2) });
        assert.equal((await store.sendPlain(sent)).outcome, 'sent');
        await say(store, here, ann, { content: 'fox', createdAt: later(3) });
        const third = sent.message.id;
        assertOrder(await idsOf(found(store, ann, 'red fox', { limit: 2 })), [third, second.id, first.id]);
        assertOrder(await idsOf(found(store, ann, 'red fox', { limit: 1 })), [third, second.id, first.id]);
        assertOrder(await idsOf(found(store, ann, 'red fox', { roomId: there })), [second.id]);
        assertOrder(await idsOf(found(store, ann, 'red fox', { senderId: bob })), [third, second.id]);
        assert.deepEqual(await found(store, ann, 'FOX, réd', { roomId: there }), [second]);
      },
    },
    {
      name: 'take a query for text: the last word may go on, nothing in it is an operator, and nothing is found by signs',
      async run({ store, user }) {
        const ann = user('ann');
        const roomId = await makeRoom(store, [ann]);
        const message = await say(store, roomId, ann, { content: 'nearly "there", 今日は良い天気です' });
        for (const query of ['"nearly" there', 'there near', "'th:*", '天気', 'nearly 良い']) {
          assert.deepEqual([query, await idsOf(found(store, ann, query, { roomId }))], [query, [message.id]]);
        }
        for (const query of ['near there', 'nearly OR there', '*', '"', '§', '気天', roomId]) {
          assert.deepEqual([query, await idsOf(found(store, ann, query, { roomId }))], [query, []]);
        }
      },
    },
    {
      name: 'find what the reader may see: of rooms they are in, from their floor on, not hidden, not deleted, as it reads now',
      async run({ store, user }) {
        const [ann, bob, eve] = [user('ann'), user('bob'), user('eve')];
        const word = `owl${ann.replaceAll(/[^a-z0-9]/g, '')}`;
        const roomId = await makeRoom(store, [ann, bob]);
        const { methods } = store;
        const said = [];
        for (let nth = 1; nth <= 5; nth += 1) {
          said.push(await say(store, roomId, ann, { content: `${word} ${nth}`, createdAt: later(nth) }));
        }
        const [seen, hidden, buried, removed, edited] = said as [Message, Message, Message, Message, Message];
        await inRoom(store, roomId, async (tx) => {
          await methods.hideMessages(tx, { roomId, userId: bob, messages: [hidden], at });
          const deletion = { roomId, actorId: ann, at };
          await methods.deleteMessages(tx, { ...deletion, messageIds: [buried.id], softDelete: true });
          await methods.deleteMessages(tx, { ...deletion, messageIds: [removed.id], softDelete: false });
          const row = await methods.findMessage(tx, { messageId: edited.id });
          assert.ok(row);
          const change = { content: 'something else' };
          await methods.editMessage(tx, { message: row, change, actorId: ann, at, viewerId: ann });
        });
        assertOrder(await idsOf(found(store, ann, word)), [hidden.id, seen.id]);
        assertOrder(await idsOf(found(store, bob, word)), [seen.id]);
        assertOrder(await idsOf(found(store, null, word)), [hidden.id, seen.id]);
        assert.deepEqual(await found(store, eve, word), []);
        await remove(store, roomId, bob);
        assert.deepEqual(await found(store, bob, word), []);

        const floored = await makeRoom(store, [ann], { history: 'sinceJoin' });
        await say(store, floored, ann, { content: `${word} early` });
        const joining = { roomId: floored, userIds: [bob], actorId: ann, at };
        await inRoom(store, floored, (tx) => methods.addMembers(tx, joining));
        const late = await say(store, floored, ann, { content: `${word} late` });
        assertOrder(await idsOf(found(store, bob, word)), [late.id]);
      },
    },
  ],
};
