import { describe, expect, it } from 'vitest';
import type { ModerationRefusal } from '../../../shared/plugins/moderation.js';
import { expectRefusal, refusalOf } from '../../support/client.js';
import { onEachDatabase } from '../databases.js';
import { someone } from '../suite.js';
import { moderationSuite, wordRules } from './setup.js';

const clientId = (): string => someone('client-id-of-a-call');

onEachDatabase((place) => {
  const suite = moderationSuite(place, wordRules);

  async function held(content = 'a heldword') {
    const people = await suite.chat.people();
    const refusal = await refusalOf(people.say(content));
    const { itemId = '' } = refusal.details?.['data'] as ModerationRefusal;
    return { ...people, refusal, itemId };
  }

  it('a held message is not said, its author is told so, and the moderators of the room hear of it', async () => {
    const { ada, bob, cy, roomId, refusal, itemId, history } = await held();
    expect(refusal).toMatchObject({ code: 'MESSAGE_HELD', status: 4121, trpc: 'UNPROCESSABLE_CONTENT' });
    const { data } = await ada.next('moderation.queued');
    expect(data).toEqual({ itemId, roomId, userId: bob.userId, state: 'held', subject: 'message', rule: 'words' });
    expect(await history()).toEqual([]);
    await cy.settled();
    expect(cy.events.map(({ type }) => type)).not.toContain('moderation.queued');
  });

  it('an approved message is said by its author, once, under the client id it was sent with', async () => {
    const { ada, bob, cy, roomId, say } = await suite.chat.people();
    const id = clientId();
    await refusalOf(say('a heldword', id));
    const { itemId } = (await ada.next('moderation.queued')).data;
    const item = await ada.api.chat.moderation.approve.mutate({ itemId });
    const { data } = await cy.next('message.created');
    expect(data.message).toMatchObject({ senderId: bob.userId, content: 'a heldword', clientId: id });
    expect(item).toMatchObject({ state: 'approved', messageId: data.message.id, decidedBy: ada.userId });
    const decided = await bob.next('moderation.decided');
    expect(decided.data).toMatchObject({ itemId, decision: 'approved', messageId: data.message.id, clientId: id });
    expect(decided.actorId).toBeUndefined();
    expect((await say('a heldword', id)).id).toBe(data.message.id);
    await ada.api.chat.moderation.approve.mutate({ itemId });
    expect((await cy.api.chat.message.list.query({ roomId })).items).toHaveLength(1);
  });

  it('a rejected message is never said, and its author reads why', async () => {
    const { ada, bob, cy, roomId, say } = await suite.chat.people();
    const id = clientId();
    await refusalOf(say('a heldword', id));
    const { itemId } = (await ada.next('moderation.queued')).data;
    await ada.api.chat.moderation.reject.mutate({ itemId, note: 'Not here, please.' });
    await bob.next('moderation.decided', ({ data }) => data.decision === 'rejected');
    const { items } = await bob.api.chat.moderation.mine.query({ roomId });
    expect(items).toMatchObject([{ id: itemId, state: 'rejected', note: 'Not here, please.', content: 'a heldword' }]);
    expect((await refusalOf(say('a heldword', id))).code).toBe('MESSAGE_BLOCKED');
    expect((await cy.api.chat.message.list.query({ roomId })).items).toEqual([]);
  });

  it('a call that is tried again is the same case, and other words under its client id are a conflict', async () => {
    const { ada, roomId, say } = await suite.chat.people();
    const id = clientId();
    const first = await refusalOf(say('a heldword', id));
    expect((await refusalOf(say('a heldword', id))).details).toEqual(first.details);
    await expectRefusal(say('another heldword', id), 'CONFLICT');
    expect(await ada.api.chat.moderation.counts.query({ roomId })).toEqual({ held: 1, flagged: 0 });
  });

  it('two moderators who decide at once decide once', async () => {
    const { ada, bob, cy, roomId, itemId } = await held();
    await ada.api.chat.room.setRole.mutate({ roomId, userIds: [cy.userId], role: 'admin' });
    const decide = (who: typeof ada) => who.api.chat.moderation.approve.mutate({ itemId });
    await Promise.all([decide(ada), decide(cy)]);
    expect((await bob.api.chat.message.list.query({ roomId })).items).toHaveLength(1);
    await expectRefusal(ada.api.chat.moderation.reject.mutate({ itemId }), 'CONFLICT');
  });

  it("in a transaction of the host's, a held message is kept if the host goes on, and not if it does not", async () => {
    const { ada, bob, roomId } = await suite.chat.people();
    const { chat } = suite.chat.t;
    const say = { roomId, content: 'a heldword' };
    await chat.transaction(async ({ chat: inside }) => {
      await inside
        .as(bob.userId)
        .message.send(say)
        .catch(() => undefined);
    });
    await chat.transaction(({ chat: inside }) => inside.as(bob.userId).message.send(say)).catch(() => undefined);
    expect(await ada.api.chat.moderation.counts.query({ roomId })).toEqual({ held: 1, flagged: 0 });
  });

  it('the queue is for moderators, and to others a case is not there', async () => {
    const { ada, bob, cy, roomId, itemId } = await held();
    await expectRefusal(cy.api.chat.moderation.queue.query({ roomId }), 'PERMISSION_DENIED');
    await expectRefusal(cy.api.chat.moderation.get.query({ itemId }), 'NOT_FOUND');
    await expectRefusal(bob.api.chat.moderation.approve.mutate({ itemId }), 'NOT_FOUND');
    await expectRefusal(ada.api.chat.moderation.queue.query({}), 'PERMISSION_DENIED');
    await ada.api.chat.room.grant.mutate({ roomId, userIds: [cy.userId], permissions: ['message.moderate'] });
    expect((await cy.api.chat.moderation.queue.query({ roomId })).items).toMatchObject([
      { id: itemId, reason: 'heldword' },
    ]);
  });

  it("the host's own moderators and the system decide in rooms they are not in", async () => {
    const { cy, roomId, itemId, say } = await held();
    const host = await suite.chat.t.client(someone('host-moderator'));
    expect((await host.api.chat.moderation.queue.query({})).items.map(({ id }) => id)).toContain(itemId);
    await host.api.chat.moderation.approve.mutate({ itemId });
    await cy.next('message.created');
    await refusalOf(say('one more heldword'));
    const { items } = await suite.chat.t.system.moderation.queue({ roomId });
    await suite.chat.t.system.moderation.approve({ itemId: items[0]?.id ?? '' });
    await cy.next('message.created', ({ data }) => data.message.content === 'one more heldword');
  });

  it('pages of the queue follow each other, the longest wait first', async () => {
    const { ada, roomId, say } = await suite.chat.people();
    for (const word of ['one', 'two', 'three']) await refusalOf(say(`heldword ${word}`));
    const first = await ada.api.chat.moderation.queue.query({ roomId, limit: 2 });
    const cursor = first.nextCursor ?? undefined;
    const second = await ada.api.chat.moderation.queue.query({ roomId, limit: 2, cursor });
    const said = [...first.items, ...second.items].map(({ content }) => content);
    expect(said).toEqual(['heldword one', 'heldword two', 'heldword three']);
    expect(second.nextCursor).toBeNull();
  });

  it('what was held of somebody who left is void', async () => {
    const { ada, bob, cy, roomId, itemId } = await held();
    await bob.api.chat.room.leave.mutate({ roomId });
    expect(await ada.api.chat.moderation.approve.mutate({ itemId })).toMatchObject({ state: 'void', messageId: null });
    expect((await cy.api.chat.message.list.query({ roomId })).items).toEqual([]);
  });

  it('a held edit changes nothing until it is approved, and a later one takes its place', async () => {
    const { ada, bob, cy, say } = await suite.chat.people();
    const { id: messageId } = await say('fine');
    const edit = (content: string) => bob.api.chat.message.edit.mutate({ messageId, content });
    expect((await refusalOf(edit('heldword one'))).code).toBe('MESSAGE_HELD');
    expect((await refusalOf(edit('heldword two'))).code).toBe('MESSAGE_HELD');
    const [one, two] = [await ada.next('moderation.queued'), await ada.next('moderation.queued')];
    await expectRefusal(ada.api.chat.moderation.approve.mutate({ itemId: one.data.itemId }), 'CONFLICT');
    expect((await cy.api.chat.message.get.query({ messageId })).content).toBe('fine');
    await ada.api.chat.moderation.approve.mutate({ itemId: two.data.itemId });
    const { data } = await cy.next('message.updated');
    expect(data.message).toMatchObject({ id: messageId, content: 'heldword two' });
  });

  it('a flagged message is said, and rejecting it deletes it for everyone', async () => {
    const { ada, cy, roomId, say } = await suite.chat.people();
    const { id: messageId } = await say('a flagword');
    const { data } = await ada.next('moderation.queued');
    expect(data).toMatchObject({ state: 'flagged', rule: 'words' });
    expect(await ada.api.chat.moderation.get.query({ itemId: data.itemId })).toMatchObject({ messageId });
    const item = await ada.api.chat.moderation.reject.mutate({ itemId: data.itemId });
    expect(item).toMatchObject({ state: 'rejected', content: null });
    expect((await cy.next('message.deleted')).data.messageIds).toEqual([messageId]);
    expect(await ada.api.chat.moderation.counts.query({ roomId })).toEqual({ held: 0, flagged: 0 });
  });

  it('members report a message, each once, and all of it is one case', async () => {
    const { ada, bob, cy, roomId, say } = await suite.chat.people();
    const { id: messageId } = await say('something odd');
    await cy.api.chat.moderation.flag.mutate({ messageId, reason: 'odd' });
    await cy.api.chat.moderation.flag.mutate({ messageId, reason: 'odd' });
    await ada.api.chat.moderation.flag.mutate({ messageId });
    const { items } = await ada.api.chat.moderation.queue.query({ roomId });
    expect(items).toMatchObject([{ messageId, rule: 'report', state: 'flagged', content: 'something odd' }]);
    expect(items[0]?.reports.map(({ userId }) => userId)).toEqual([cy.userId, ada.userId]);
    expect((await bob.api.chat.moderation.mine.query({})).items).toEqual([]);
    const stranger = await suite.chat.t.client(someone('dan'));
    await expectRefusal(stranger.api.chat.moderation.flag.mutate({ messageId }), 'NOT_FOUND');
  });

  it('what is deleted is not kept in the queue either', async () => {
    const { ada, bob, roomId, say } = await suite.chat.people();
    const { id: messageId } = await say('a flagword');
    await bob.api.chat.message.delete.mutate({ messageIds: [messageId] });
    const { items } = await ada.api.chat.moderation.queue.query({ roomId, state: 'void' });
    expect(items).toMatchObject([{ messageId, content: null }]);
    await refusalOf(say('a heldword'));
    await ada.api.chat.room.delete.mutate({ roomId });
    expect(await suite.chat.look((models) => models.chatModerationItem.count({ where: { roomId } }))).toBe(0);
  });
});

describe('after a long time', () => {
  onEachDatabase((place) => {
    const suite = moderationSuite(place, { ...wordRules, keepDays: 1 });

    it('decided cases go, and what waits stays', async () => {
      const { roomId, say } = await suite.chat.people();
      await refusalOf(say('a badword'));
      await refusalOf(say('a heldword'));
      const states = () =>
        suite.chat.look(async ({ chatModerationItem: items }) =>
          (await items.findMany({ where: { roomId } })).map(({ state }) => state).sort(),
        );
      expect(await states()).toEqual(['blocked', 'held']);
      await suite.chat.t.clock.advance(2 * 86_400_000);
      await expect.poll(states, { timeout: 10_000 }).toEqual(['held']);
    });
  });
});

describe('on two nodes', () => {
  onEachDatabase((place) => {
    const suite = moderationSuite(place, wordRules);

    it('a call that comes to two nodes at once is one case', async () => {
      const { ada, bob, roomId } = await suite.chat.people();
      await using node = await suite.chat.t.node();
      const id = clientId();
      const calls = [suite.chat.t, node].map(async (where) => {
        const client = await where.client(bob.userId);
        return refusalOf(client.api.chat.message.send.mutate({ roomId, content: 'a heldword', clientId: id }));
      });
      const [one, other] = await Promise.all(calls);
      expect(one?.details).toEqual(other?.details);
      expect(await ada.api.chat.moderation.counts.query({ roomId })).toEqual({ held: 1, flagged: 0 });
    });
  });
});
