import assert from 'node:assert/strict';
import type { Message } from '@confab/shared';
import type { ChatStore } from '../../store/port.js';
import { range } from '../suite/expectations.js';
import type { SuiteGroup } from '../suite/runner.js';
import { at, inRoom, later, makeRoom, say } from './bench.js';
import type { StoreBench } from './bench.js';
import { itemsOf } from './pages.js';

type Change = Parameters<ChatStore['methods']['editMessage']>[1]['change'];

async function edit(store: ChatStore, { id, roomId, senderId }: Message, change: Change, when = at): Promise<void> {
  await inRoom(store, roomId, async (tx) => {
    const message = await store.methods.findMessage(tx, { messageId: id });
    assert.ok(message);
    const edited = { message, change, actorId: senderId, at: when, viewerId: senderId };
    return store.methods.editMessage(tx, edited);
  });
}

function versionsOf(store: ChatStore, { id: messageId }: Message, limit = 9) {
  return itemsOf(limit, (page) => store.read((tx) => store.methods.listVersions(tx, { messageId, ...page })));
}

/** What the methods promise about how messages read before they were edited. */
export const versionCases: SuiteGroup<StoreBench> = {
  name: 'earlier versions',
  cases: [
    {
      name: 'are what each edit replaced, with when it was worded so',
      async run({ store, user }) {
        const ann = user('ann');
        const roomId = await makeRoom(store, [ann]);
        const message = await say(store, roomId, ann, { content: 'frist', createdAt: later(1) });
        const other = await say(store, roomId, ann);
        assert.deepEqual(await versionsOf(store, message), [], 'of a message as it was said');
        const attachments = [
          { url: 'https://a.b/c', type: 'image', mime: 'image/png', size: 3, caption: 'ï', metadata: { a: [null] } },
        ] as const;
        await edit(store, message, { content: 'first', attachments, custom: { n: 1 } }, later(2));
        await edit(store, message, { content: null, attachments: [] }, later(3));
        await edit(store, message, { content: 'last' }, later(4));
        assert.deepEqual(await versionsOf(store, message), [
          { version: 1, content: 'frist', attachments: [], custom: {}, createdAt: later(1) },
          { version: 2, content: 'first', attachments, custom: { n: 1 }, createdAt: later(2) },
          { version: 3, content: null, attachments: [], custom: { n: 1 }, createdAt: later(3) },
        ]);
        assert.deepEqual(await versionsOf(store, other), []);
      },
    },
    {
      name: 'are listed oldest first, page by page',
      async run({ store, user }) {
        const ann = user('ann');
        const roomId = await makeRoom(store, [ann]);
        const message = await say(store, roomId, ann, { content: '1' });
        // All at the same moment: it is their number that counts.
        for (const nth of range(2, 6)) await edit(store, message, { content: String(nth) });
        const versions = await versionsOf(store, message, 2);
        assert.deepEqual(
          versions.map(({ version, content }) => [version, content]),
          range(1, 5).map((nth) => [nth, String(nth)]),
        );
      },
    },
    {
      name: 'go with the message, whichever way it is deleted',
      async run({ store, user }) {
        const ann = user('ann');
        const roomId = await makeRoom(store, [ann]);
        const said = [await say(store, roomId, ann), await say(store, roomId, ann), await say(store, roomId, ann)];
        for (const message of said) await edit(store, message, { content: 'better' });
        const [soft, hard, kept] = said as [Message, Message, Message];
        await inRoom(store, roomId, async (tx) => {
          const deletion = { roomId, actorId: ann, at };
          await store.methods.deleteMessages(tx, { ...deletion, messageIds: [soft.id], softDelete: true });
          await store.methods.deleteMessages(tx, { ...deletion, messageIds: [hard.id], softDelete: false });
        });
        const left = [];
        for (const message of [soft, hard, kept]) left.push((await versionsOf(store, message)).length);
        assert.deepEqual(left, [0, 0, 1]);
      },
    },
  ],
};
