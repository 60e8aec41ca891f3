import { expect, it } from 'vitest';
import type { PageFacts } from '../../../server/plugins/link-previews/index.js';
import { expectRefusal } from '../../support/client.js';
import { onEachDatabase } from '../databases.js';
import { deferred } from '../suite.js';
import { previewSuite, shown } from './setup.js';

onEachDatabase((place) => {
  const suite = previewSuite(place);

  it('the room is told what is behind the links of a message, and may ask again', async () => {
    const { ada, bob, roomId, say } = await suite.chat.people();
    const messageId = await say('See https://one.test/tea and (https://two.test/cake).');
    const { data, actorId } = await bob.next('linkPreviews.updated');
    const previews = [shown('https://one.test/tea'), shown('https://two.test/cake')];
    expect(data).toEqual({ messageId, previews });
    expect(actorId).toBeUndefined();
    const { items } = await ada.api.chat.linkPreviews.list.query({ roomId, messageIds: [messageId] });
    expect(items).toEqual([{ messageId, previews }]);
  });

  it('at most three links are fetched, each once, and pages that say nothing are not shown', async () => {
    const { bob, say } = await suite.chat.people();
    suite.pages.put('https://mute.test/', () => Promise.resolve({ title: ' \u200b ' }));
    suite.pages.put('https://down.test/', () => Promise.reject(new Error('down')));
    await say('https://mute.test https://down.test https://a.test/x https://a.test/x#y https://b.test/late');
    const { data } = await bob.next('linkPreviews.updated');
    expect(data.previews).toEqual([shown('https://a.test/x')]);
    expect(suite.pages.fetched).not.toContain('https://b.test/late');
    expect(suite.pages.fetched.filter((link) => link.startsWith('https://a.test/x'))).toHaveLength(1);
  });

  it('whoever writes <link>, or says so in `custom`, gets none', async () => {
    const { bob, say } = await suite.chat.people();
    await say('No card: <https://quiet.test/one>');
    await say('No card: https://quiet.test/two', { custom: { linkPreviews: false } });
    const messageId = await say('But one: https://loud.test/');
    expect((await bob.next('linkPreviews.updated')).data.messageId).toBe(messageId);
    expect(suite.pages.fetched.filter((link) => link.includes('quiet.test'))).toEqual([]);
    expect(await suite.chat.look((models) => models.chatLinkPreviewTask.count())).toBe(0);
  });

  it('a page that is linked again is not fetched again', async () => {
    const { bob, say } = await suite.chat.people();
    await say('https://again.test/');
    await bob.next('linkPreviews.updated');
    const second = await say('Look: https://again.test/');
    await bob.next('linkPreviews.updated', ({ data }) => data.messageId === second);
    expect(suite.pages.fetched.filter((link) => link === 'https://again.test/')).toHaveLength(1);
  });

  it('an edit brings previews of new links and takes away those of old ones', async () => {
    const { ada, bob, say } = await suite.chat.people();
    const messageId = await say('https://edit.test/old https://edit.test/kept');
    await bob.next('linkPreviews.updated');
    await ada.api.chat.message.edit.mutate({ messageId, content: 'https://edit.test/kept https://edit.test/new' });
    const kept = shown('https://edit.test/kept');
    expect((await bob.next('linkPreviews.updated')).data.previews).toEqual([kept]);
    expect((await bob.next('linkPreviews.updated')).data.previews).toEqual([kept, shown('https://edit.test/new')]);
    await ada.api.chat.message.edit.mutate({ messageId, content: 'nothing' });
    expect((await bob.next('linkPreviews.updated')).data.previews).toEqual([]);
  });

  it("what is fetched for an earlier wording is dropped, and today's is shown", async () => {
    const { ada, bob, say } = await suite.chat.people();
    const [first, second] = [deferred<PageFacts>(), deferred<PageFacts>()];
    suite.pages.put('https://slow.test/first', () => first.promise);
    suite.pages.put('https://slow.test/second', () => second.promise);
    const messageId = await say('https://slow.test/first');
    await ada.api.chat.message.edit.mutate({ messageId, content: 'https://slow.test/second' });
    first.resolve({ title: 'Too late' });
    const later = await say('https://slow.test/third');
    await bob.next('linkPreviews.updated', ({ data }) => data.messageId === later);
    second.resolve({ title: 'In time' });
    const { data } = await bob.next('linkPreviews.updated');
    expect(data).toEqual({ messageId, previews: [shown('https://slow.test/second', 'In time')] });
    const rows = await suite.chat.look((models) => models.chatLinkPreview.findMany({ where: { messageId } }));
    expect(rows.map(({ url }) => url)).toEqual(['https://slow.test/second']);
  });

  it('the sender dismisses one or all for good, and nobody else may', async () => {
    const { ada, bob, roomId, say } = await suite.chat.people();
    const messageId = await say('https://off.test/one https://off.test/two');
    await bob.next('linkPreviews.updated');
    await expectRefusal(bob.api.chat.linkPreviews.dismiss.mutate({ messageId }), 'PERMISSION_DENIED');
    const { previews } = await ada.api.chat.linkPreviews.dismiss.mutate({ messageId, url: 'https://off.test/one' });
    expect(previews).toEqual([shown('https://off.test/two')]);
    expect((await bob.next('linkPreviews.updated')).data).toEqual({ messageId, previews });
    await ada.api.chat.linkPreviews.dismiss.mutate({ messageId });
    expect((await bob.next('linkPreviews.updated')).data.previews).toEqual([]);
    // Said again, it changes nothing; and it stays so when the message is edited.
    await ada.api.chat.linkPreviews.dismiss.mutate({ messageId });
    await ada.api.chat.message.edit.mutate({ messageId, content: 'Now https://off.test/one https://off.test/three' });
    expect((await bob.next('linkPreviews.updated')).data.previews).toEqual([shown('https://off.test/three')]);
    const { items } = await bob.api.chat.linkPreviews.list.query({ roomId, messageIds: [messageId] });
    expect(items).toEqual([{ messageId, previews: [shown('https://off.test/three')] }]);
  });

  it("who moderates dismisses another's, and what is dismissed before it was fetched never comes", async () => {
    const { ada, bob, roomId, say } = await suite.chat.people();
    const page = deferred<PageFacts>();
    suite.pages.put('https://late.test/', () => page.promise);
    const { id: messageId } = await bob.api.chat.message.send.mutate({ roomId, content: 'https://late.test/' });
    expect(await ada.api.chat.linkPreviews.dismiss.mutate({ messageId })).toEqual({ messageId, previews: [] });
    page.resolve({ title: 'Late' });
    const later = await say('https://on.test/');
    await ada.next('linkPreviews.updated', ({ data }) => data.messageId === later);
    await expect
      .poll(() => suite.chat.look((models) => models.chatLinkPreviewTask.count({ where: { roomId } })))
      .toBe(0);
    expect(ada.events.filter(({ type }) => type === 'linkPreviews.updated')).toHaveLength(1);
  });

  it('a deleted message leaves nothing behind, not even what is fetched just then', async () => {
    const { ada, bob, roomId, say } = await suite.chat.people();
    const page = deferred<PageFacts>();
    suite.pages.put('https://gone.test/slow', () => page.promise);
    const messageId = await say('https://gone.test/');
    await bob.next('linkPreviews.updated');
    const other = await say('https://gone.test/slow');
    await ada.api.chat.message.delete.mutate({ messageIds: [messageId, other] });
    page.resolve({ title: 'Secret' });
    const later = await say('https://there.test/');
    await bob.next('linkPreviews.updated', ({ data }) => data.messageId === later);
    const left = await suite.chat.look(async ({ chatLinkPreview, chatLinkPreviewTask }) => [
      ...(await chatLinkPreview.findMany({ where: { roomId } })),
      ...(await chatLinkPreviewTask.findMany({ where: { roomId } })),
    ]);
    expect(left.map((row) => row.messageId)).toEqual([later]);
  });

  it('a deleted room leaves nothing behind, also when its last member left', async () => {
    const { look, people } = suite.chat;
    const { ada, bob, roomId, say } = await people();
    await say('https://room.test/');
    await bob.next('linkPreviews.updated');
    await ada.api.chat.room.delete.mutate({ roomId });
    expect(await look((models) => models.chatLinkPreview.count({ where: { roomId } }))).toBe(0);
    const two = await people();
    await two.say('https://room.test/');
    await two.bob.next('linkPreviews.updated');
    await two.ada.api.chat.room.leave.mutate({ roomId: two.roomId });
    expect(await look((models) => models.chatLinkPreview.count({ where: { roomId: two.roomId } }))).toBe(1);
    await two.bob.api.chat.room.leave.mutate({ roomId: two.roomId });
    expect(await look((models) => models.chatLinkPreview.count({ where: { roomId: two.roomId } }))).toBe(0);
  });

  it('a replayed event tells what is there today', async () => {
    const { ada, bob, say } = await suite.chat.people();
    bob.offline();
    const first = await say('https://replay.test/one');
    await ada.next('linkPreviews.updated');
    const second = await say('https://replay.test/two');
    await ada.next('linkPreviews.updated', ({ data }) => data.messageId === second);
    await ada.api.chat.message.delete.mutate({ messageIds: [first] });
    bob.online();
    expect((await bob.next('linkPreviews.updated')).data).toEqual({ messageId: first, previews: [] });
    expect((await bob.next('linkPreviews.updated')).data.previews).toEqual([shown('https://replay.test/two')]);
  });

  it('nobody is told of messages they may not see', async () => {
    const { ada, bob, roomId, say } = await suite.chat.people();
    await ada.api.chat.room.update.mutate({ roomId, history: 'sinceJoin' });
    const before = await say('https://hidden.test/');
    await ada.next('linkPreviews.updated');
    const cy = await suite.chat.t.client('cy');
    await ada.api.chat.room.addMembers.mutate({ roomId, userIds: ['cy'] });
    const after = await say('https://seen.test/');
    await cy.next('linkPreviews.updated', ({ data }) => data.messageId === after);
    const messageIds = [before, after];
    const seenBy = async (one: typeof ada) =>
      (await one.api.chat.linkPreviews.list.query({ roomId, messageIds })).items.map((item) => item.messageId);
    expect(await seenBy(cy)).toEqual([after]);
    await bob.api.chat.message.delete.mutate({ messageIds: [after], for: 'me' });
    expect(await seenBy(bob)).toEqual([before]);
    const stranger = await suite.chat.t.client('stranger');
    await expectRefusal(seenBy(stranger), 'NOT_FOUND');
    await expectRefusal(stranger.api.chat.linkPreviews.dismiss.mutate({ messageId: after }), 'NOT_FOUND');
    await expectRefusal(cy.api.chat.linkPreviews.dismiss.mutate({ messageId: before }), 'NOT_FOUND');
  });

  it('a message of a transaction that fails is not looked into', async () => {
    const { ada, roomId } = await suite.chat.people();
    const failing = suite.chat.t.chat.transaction(async ({ chat }) => {
      await chat.as(ada.userId).message.send({ roomId, content: 'https://undone.test/' });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await suite.chat.t.chat.transaction(({ chat }) =>
      chat.as(ada.userId).message.send({ roomId, content: 'https://done.test/' }),
    );
    expect((await ada.next('linkPreviews.updated')).data.previews).toEqual([shown('https://done.test/')]);
    expect(suite.pages.fetched).not.toContain('https://undone.test/');
  });
});
