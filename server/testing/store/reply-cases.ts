import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Message } from '@confab/shared';
import type { ChatStore } from '../../store/port.js';
import { assertMatch } from '../suite/expectations.js';
import type { SuiteGroup } from '../suite/runner.js';
import { at, inRoom, later, makeRoom, profile, say } from './bench.js';
import type { StoreBench } from './bench.js';
import { eventsOf } from './log-book.js';

/** A message as the history shows it today, by itself. */
async function shown(store: ChatStore, { id }: Message, viewerId: string): Promise<Message | undefined> {
  return store.read(async (tx) => {
    const row = await store.methods.findMessage(tx, { messageId: id });
    assert.ok(row);
    return (await store.methods.presentMessages(tx, { rows: [row], viewerId }))[0];
  });
}

/** What the methods promise about messages that carry something of others. */
export const replyCases: SuiteGroup<StoreBench> = {
  name: 'replies and forwards',
  cases: [
    {
      name: 'tell what they answer, wherever they are shown',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const roomId = await makeRoom(store, [ann, bob]);
        const profiles = [{ id: ann, name: 'Ann', image: null }];
        await store.write((tx) => store.methods.saveProfiles(tx, { profiles, at }));
        const question = await say(store, roomId, ann, { content: 'tea?' });
        const reply = await say(store, roomId, bob, { content: 'yes', replyToId: question.id });
        assert.equal(question.replyTo, null);
        const { id, seq } = question;
        const replyTo = { id, seq, senderId: ann, sender: profiles[0], content: 'tea?', deletedAt: null };
        assert.deepEqual(reply.replyTo, replyTo, 'in the answer');
        assert.deepEqual((await shown(store, reply, ann))?.replyTo, replyTo, 'by itself');
        const page = { roomId, viewerId: ann, floorSeq: 1, place: { kind: 'newest' }, limit: 9 } as const;
        const { items } = await store.read((tx) => store.methods.listMessages(tx, page));
        assertMatch(
          items,
          [
            { id, replyTo: null },
            { id: reply.id, replyTo },
          ],
          'in a page with what they answer',
        );
        assertMatch((await eventsOf(store, roomId)).at(-1), { data: { message: { replyTo } } }, 'in the event');
      },
    },
    {
      name: 'tell what they answer as it reads now, and nothing of it once it was deleted',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const roomId = await makeRoom(store, [ann, bob]);
        const { methods } = store;
        const said = [await say(store, roomId, ann, { content: 'secret' }), await say(store, roomId, ann)];
        const [soft, hard] = said as [Message, Message];
        const replies = [];
        for (const { id } of said) replies.push(await say(store, roomId, bob, { replyToId: id }));
        const [toSoft, toHard] = replies as [Message, Message];
        await inRoom(store, roomId, async (tx) => {
          const message = await methods.findMessage(tx, { messageId: soft.id });
          assert.ok(message);
          const edited = { message, change: { content: 'better' }, actorId: ann, at, viewerId: ann };
          await methods.editMessage(tx, edited);
        });
        assertMatch((await shown(store, toSoft, bob))?.replyTo, { id: soft.id, content: 'better' }, 'what was edited');
        await inRoom(store, roomId, async (tx) => {
          const deletion = { roomId, actorId: ann, at: later(5) };
          await methods.deleteMessages(tx, { ...deletion, messageIds: [soft.id], softDelete: true });
          await methods.deleteMessages(tx, { ...deletion, messageIds: [hard.id], softDelete: false });
        });
        const gone = { senderId: ann, sender: profile(ann), content: null, deletedAt: later(5) };
        const { id, seq } = soft;
        assert.deepEqual((await shown(store, toSoft, bob))?.replyTo, { id, seq, ...gone }, 'a tombstone');
        const removed = { id: hard.id, seq: hard.seq, ...gone };
        assert.deepEqual((await shown(store, toHard, bob))?.replyTo, removed, 'what was removed');
        assert.ok(!JSON.stringify(await eventsOf(store, roomId)).includes('secret'));
      },
    },
    {
      name: 'answer nothing where there is no such message any more',
      async run({ store, user }) {
        const ann = user('ann');
        const roomId = await makeRoom(store, [ann]);
        const reply = await say(store, roomId, ann, { replyToId: randomUUID() });
        assert.equal(reply.replyTo, null);
        assert.equal((await shown(store, reply, ann))?.replyTo, null);
      },
    },
    {
      name: 'tell who said first what is forwarded, and when',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const roomId = await makeRoom(store, [bob]);
        const profiles = [{ id: ann, name: 'Ann', image: null }];
        await store.write((tx) => store.methods.saveProfiles(tx, { profiles, at }));
        const forward = await say(store, roomId, bob, { forwarded: { senderId: ann, at: later(-1_000) } });
        const forwardedFrom = { senderId: ann, sender: profiles[0], createdAt: later(-1_000) };
        assertMatch(forward, { senderId: bob, sender: profile(bob), forwardedFrom, createdAt: at }, 'the answer');
        assert.deepEqual((await shown(store, forward, bob))?.forwardedFrom, forwardedFrom, 'by itself');
        const data = { message: { forwardedFrom } };
        assertMatch((await eventsOf(store, roomId)).at(-1), { data }, 'in the event');
        assert.equal((await say(store, roomId, bob)).forwardedFrom, null, 'of one that says its own');
      },
    },
    {
      name: 'stay what they are when they are edited',
      async run({ store, user }) {
        const ann = user('ann');
        const roomId = await makeRoom(store, [ann]);
        const question = await say(store, roomId, ann);
        const saying = { replyToId: question.id, forwarded: { senderId: ann, at: later(-1_000) } };
        const { id, replyTo, forwardedFrom } = await say(store, roomId, ann, saying);
        const edited = await inRoom(store, roomId, async (tx) => {
          const message = await store.methods.findMessage(tx, { messageId: id });
          assert.ok(message);
          const change = { message, change: { content: 'better' }, actorId: ann, at, viewerId: ann };
          return store.methods.editMessage(tx, change);
        });
        assert.deepEqual([edited.replyTo, edited.forwardedFrom], [replyTo, forwardedFrom]);
        assert.ok(replyTo !== null && forwardedFrom !== null);
      },
    },
  ],
};
