import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Draft } from '@confab/shared';
import { personalRoom } from '../../events/log.js';
import type { ChatStore } from '../../store/port.js';
import { assertMatch } from '../suite/expectations.js';
import type { SuiteGroup } from '../suite/runner.js';
import { at, inRoom, later, makeRoom, remove } from './bench.js';
import type { StoreBench } from './bench.js';
import { eventsOf } from './log-book.js';
import { itemsOf } from './pages.js';

function newDraft(roomId: string, content: string, more: Partial<Draft> = {}): Draft {
  const plain = { threadId: null, format: 'text', attachments: [], mentions: [], replyToId: null } as const;
  return { ...plain, roomId, content, custom: {}, updatedAt: at, ...more };
}

function save(store: ChatStore, userId: string, draft: Draft, { joinSeq = 1, most = 9 } = {}) {
  return store.write(async (tx) => {
    await tx.lockPersonal([userId]);
    return store.methods.saveDraft(tx, { userId, joinSeq, draft, most });
  });
}

function draftIn(
  store: ChatStore,
  userId: string,
  roomId: string,
  { threadId = null as string | null, joinSeq = 1 } = {},
) {
  return store.read((tx) => store.methods.findDraft(tx, { userId, roomId, threadId, joinSeq }));
}

function draftsOf(store: ChatStore, userId: string, limit = 9) {
  return itemsOf(limit, (page) => store.read((tx) => store.methods.listDrafts(tx, { userId, ...page })));
}

/** What the methods about drafts promise. */
export const draftCases: SuiteGroup<StoreBench> = {
  name: 'drafts',
  cases: [
    {
      name: 'are kept whole, one for each room and thread, and told in the user’s own log as they are now',
      async run({ store, user }) {
        const ann = user('ann');
        const roomId = await makeRoom(store, [ann]);
        const threadId = randomUUID();
        const attachment = { url: 'https://example.org/a', type: 'file', mime: 'text/plain', size: null } as const;
        const whole = newDraft(roomId, 'whole', {
          ...{ threadId, format: 'markdown', mentions: [ann, '@room'], replyToId: randomUUID(), custom: { a: [1] } },
          attachments: [{ ...attachment, caption: 'c', metadata: { b: 2 } }],
        });
        assert.equal(await save(store, ann, newDraft(roomId, 'first')), 'saved');
        assert.equal(await save(store, ann, whole), 'saved');
        const second = newDraft(roomId, 'second', { updatedAt: later(1) });
        assert.equal(await save(store, ann, second), 'saved');
        assert.deepEqual(await draftIn(store, ann, roomId), second);
        assert.deepEqual(await draftIn(store, ann, roomId, { threadId }), whole);
        assertMatch(
          await eventsOf(store, personalRoom(ann)),
          [
            { type: 'draft.updated', actorId: ann, at, data: { roomId, threadId: null, draft: second } },
            { data: { roomId, threadId, draft: whole } },
            { at: later(1), data: { roomId, threadId: null, draft: second } },
          ],
          'the events',
        );
      },
    },
    {
      name: 'are dropped, which is told once',
      async run({ store, user }) {
        const ann = user('ann');
        const roomId = await makeRoom(store, [ann]);
        await save(store, ann, newDraft(roomId, 'soon'));
        const clear = () =>
          store.write(async (tx) => {
            await tx.lockPersonal([ann]);
            return store.methods.clearDraft(tx, { userId: ann, roomId, threadId: null, at: later(1) });
          });
        assert.equal(await clear(), 'cleared');
        assert.equal(await clear(), 'unchanged');
        assert.equal(await draftIn(store, ann, roomId), null);
        const events = await eventsOf(store, personalRoom(ann));
        assertMatch(events, [{ data: { draft: null } }, { at: later(1), data: { roomId, draft: null } }], 'the events');
      },
    },
    {
      name: 'are as many as a user may have, and what is there may still be written over',
      async run({ store, user }) {
        const ann = user('ann');
        const [one, two] = [await makeRoom(store, [ann]), await makeRoom(store, [ann])];
        assert.equal(await save(store, ann, newDraft(one, 'a'), { most: 1 }), 'saved');
        assert.equal(await save(store, ann, newDraft(two, 'b'), { most: 1 }), 'full');
        assert.equal(await save(store, ann, newDraft(one, 'c'), { most: 1 }), 'saved');
        assert.equal((await draftIn(store, ann, one))?.content, 'c');
        assert.equal(await draftIn(store, ann, two), null);
      },
    },
    {
      name: 'are listed from the one written last, page by page, of nobody else',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const rooms = [];
        for (let nth = 1; nth <= 5; nth += 1) {
          const roomId = await makeRoom(store, [ann, bob]);
          rooms.push(roomId);
          await save(store, ann, newDraft(roomId, String(nth), { updatedAt: later(nth) }));
          await save(store, bob, newDraft(roomId, 'mine'));
        }
        await save(store, ann, newDraft(rooms[1] ?? '', 'again', { updatedAt: later(9) }));
        const contents = (await draftsOf(store, ann, 2)).map(({ content }) => content);
        assert.deepEqual(contents, ['again', '5', '4', '3', '1']);
      },
    },
    {
      name: 'belong to one membership and are gone with it',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const roomId = await makeRoom(store, [ann, bob]);
        await save(store, bob, newDraft(roomId, 'unsaid'));
        await remove(store, roomId, bob);
        assert.deepEqual(await draftsOf(store, bob), []);
        assert.equal(await draftIn(store, bob, roomId), null);
        const joining = { roomId, userIds: [bob], actorId: ann, at };
        await inRoom(store, roomId, (tx) => store.methods.addMembers(tx, joining));
        // Written by someone who was being removed at that moment.
        await save(store, bob, newDraft(roomId, 'too late'), { joinSeq: 1 });
        assert.deepEqual(await draftsOf(store, bob), []);
        assert.equal(await draftIn(store, bob, roomId, { joinSeq: 3 }), null);
        const told = await eventsOf(store, personalRoom(bob));
        assertMatch(told.at(-1), { type: 'draft.updated', data: { roomId, draft: null } }, 'the last event');
      },
    },
  ],
};
