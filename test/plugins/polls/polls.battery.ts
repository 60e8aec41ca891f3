import { expect, it } from 'vitest';
import { onEachDatabase } from '../databases.js';
import { clientId, expectCode, pollSuite } from './setup.js';

onEachDatabase((place) => {
  const suite = pollSuite(place);

  it('a poll is a message that says it in words, and an event that says it in full', async () => {
    const { ada, bob, roomId, ask } = await suite.chat.people();
    const { message, poll } = await ask();
    expect(message).toMatchObject({ content: 'Tea or cake?\n• Tea\n• Cake\n• Both', senderId: ada.userId });
    expect(poll).toMatchObject({
      ...{ messageId: message.id, roomId, creatorId: ada.userId, question: 'Tea or cake?', voterCount: 0, maxVotes: 1 },
      ...{ anonymous: false, suggestions: false, results: 'always', closesAt: null, closedAt: null, mine: [] },
    });
    expect(poll.options.map(({ text, votes }) => [text, votes])).toEqual([
      ['Tea', 0],
      ['Cake', 0],
      ['Both', 0],
    ]);
    const said = await bob.next('message.created');
    const told = await bob.next('polls.created');
    const { mine: _mine, ...state } = poll;
    expect(told).toMatchObject({ actorId: ada.userId, roomId, data: { messageId: message.id, poll: state } });
    expect(told.seq).toBe((said.seq ?? 0) + 1);
  });

  it('a repeated call answers with what was posted, and posts nothing', async () => {
    const { ada, bob, roomId, ask } = await suite.chat.people();
    const id = clientId();
    const first = await ask({ clientId: id });
    expect(await ask({ clientId: id })).toEqual(first);
    // Also when the first answer was lost on the way, and the caller lost the right to post since.
    await ada.api.chat.room.setRole.mutate({ roomId, userIds: [bob.userId], role: 'admin' });
    const byBob = suite.chat.asking(bob, roomId);
    const posted = await byBob({ clientId: id, closesAt: new Date(suite.chat.t.clock.now().getTime() + 5_500) });
    await ada.api.chat.room.setRole.mutate({ roomId, userIds: [bob.userId], role: 'member' });
    await ada.api.chat.room.update.mutate({ roomId, locked: true });
    const { closesAt } = posted.poll;
    expect(await byBob({ clientId: id, closesAt })).toMatchObject({ messageId: posted.messageId });
    await ada.settled();
    expect(ada.events.filter(({ type }) => type === 'polls.created')).toHaveLength(2);
  });

  it('the same call at the same time posts one poll', async () => {
    const { ada, ask } = await suite.chat.people();
    const id = clientId();
    const posted = await Promise.all(Array.from({ length: 6 }, () => ask({ clientId: id })));
    expect(new Set(posted.map(({ messageId }) => messageId)).size).toBe(1);
    await ada.settled();
    expect(ada.events.filter(({ type }) => type === 'polls.created')).toHaveLength(1);
  });

  it('a clientId that was used for something else is a conflict', async () => {
    const { ada, roomId, ask } = await suite.chat.people();
    const id = clientId();
    await ask({ clientId: id });
    await expectCode(ask({ clientId: id, question: 'Another?' }), 'CONFLICT');
    await expectCode(ask({ clientId: id, anonymous: true }), 'CONFLICT');
    const said = clientId();
    await ada.api.chat.message.send.mutate({ roomId, content: 'Tea or cake?\n• Tea\n• Cake\n• Both', clientId: said });
    await expectCode(ask({ clientId: said }), 'CONFLICT');
  });

  it('a repeated call for a poll that was deleted since answers with its tombstone', async () => {
    const { ada, roomId, ask } = await suite.chat.people();
    const id = clientId();
    const { messageId } = await ask({ clientId: id });
    await ada.api.chat.message.delete.mutate({ messageIds: [messageId] });
    const draft = { roomId, question: 'Tea or cake?', options: ['Tea', 'Cake', 'Both'], clientId: id };
    const { message, poll } = await ada.api.chat.polls.create.mutate(draft);
    expect(message).toMatchObject({ id: messageId, content: null });
    expect(poll).toBeNull();
  });

  it('what is no poll is refused, and nothing is posted', async () => {
    const { ada, roomId, ask } = await suite.chat.people();
    const soon = (ms: number) => new Date(suite.chat.t.clock.now().getTime() + ms);
    for (const wrong of [
      { options: ['One'] },
      { options: Array.from({ length: 11 }, (_, index) => `No. ${index}`) },
      { options: ['Same', ' Same '] },
      { options: ['Seen', '\u200b'] },
      { options: ['One', 'Two\nlines'] },
      { question: ' ' },
      { question: 'x'.repeat(301) },
      { maxVotes: 4 },
      { maxVotes: 0 },
      { closesAt: soon(1_000) },
      { closesAt: soon(400 * 86_400_000) },
    ]) {
      await expectCode(ask(wrong), 'VALIDATION');
    }
    expect((await ada.api.chat.message.list.query({ roomId })).items).toEqual([]);
    expect(await suite.chat.look((models) => models.chatPoll.count({ where: { roomId } }))).toBe(0);
  });

  it('who may not say something may not ask either, and an outsider learns nothing', async () => {
    const { ada, bob, roomId, ask } = await suite.chat.people();
    const { messageId, tea } = await ask();
    await ada.api.chat.room.update.mutate({ roomId, locked: true });
    await expectCode(suite.chat.asking(bob, roomId)(), 'PERMISSION_DENIED');
    const stranger = await suite.chat.t.client('stranger');
    const { polls } = stranger.api.chat;
    await expectCode(suite.chat.asking(stranger, roomId)(), 'NOT_FOUND');
    await expectCode(polls.get.query({ messageId }), 'NOT_FOUND');
    await expectCode(polls.list.query({ roomId }), 'NOT_FOUND');
    await expectCode(polls.forMessages.query({ roomId, messageIds: [messageId] }), 'NOT_FOUND');
    await expectCode(polls.voters.query({ messageId }), 'NOT_FOUND');
    await expectCode(polls.vote.mutate({ messageId, optionIds: [tea] }), 'NOT_FOUND');
    await expectCode(polls.unvote.mutate({ messageId }), 'NOT_FOUND');
    await expectCode(polls.suggest.mutate({ messageId, text: 'Wine' }), 'NOT_FOUND');
    await expectCode(polls.close.mutate({ messageId }), 'NOT_FOUND');
    expect((await suite.chat.t.chat.can(bob.userId, 'polls.create', { roomId })).allowed).toBe(false);
    expect((await suite.chat.t.chat.can(bob.userId, 'polls.vote', { roomId })).allowed).toBe(true);
  });

  it('a message that is no poll is not there as one', async () => {
    const { ada, roomId } = await suite.chat.people();
    const { id: messageId } = await ada.api.chat.message.send.mutate({ roomId, content: 'Tea?' });
    await expectCode(ada.api.chat.polls.get.query({ messageId }), 'NOT_FOUND');
    await expectCode(ada.api.chat.polls.close.mutate({ messageId }), 'NOT_FOUND');
    await expectCode(ada.api.chat.polls.voters.query({ messageId }), 'NOT_FOUND');
  });

  it('the polls of a page of messages, and those of a room, are listed', async () => {
    const { ada, roomId, ask } = await suite.chat.people();
    const { api } = ada;
    const first = await ask({ question: 'First?' });
    const { id: plain } = await api.chat.message.send.mutate({ roomId, content: 'Hm.' });
    const second = await ask({ question: 'Second?' });
    const third = await ask({ question: 'Third?' });
    await api.chat.polls.close.mutate({ messageId: second.messageId });
    const page = await api.chat.polls.forMessages.query({
      roomId,
      messageIds: [third.messageId, plain, first.messageId],
    });
    expect(page.items.map(({ question }) => question)).toEqual(['First?', 'Third?']);
    const asked = async (state?: 'open' | 'closed') =>
      (await api.chat.polls.list.query({ roomId, ...(state && { state }) })).items.map(({ question }) => question);
    expect(await asked()).toEqual(['Third?', 'Second?', 'First?']);
    expect(await asked('open')).toEqual(['Third?', 'First?']);
    expect(await asked('closed')).toEqual(['Second?']);
    const top = await api.chat.polls.list.query({ roomId, limit: 2 });
    expect(top.items.map(({ question }) => question)).toEqual(['Third?', 'Second?']);
    const rest = await api.chat.polls.list.query({ roomId, limit: 2, cursor: top.nextCursor ?? '' });
    expect(rest.items.map(({ question }) => question)).toEqual(['First?']);
    expect(rest.nextCursor).toBeNull();
    await expectCode(api.chat.polls.list.query({ roomId, cursor: 'x' }), 'VALIDATION');
  });

  it('polls from before one joined, and those one hid, are not listed', async () => {
    const { ada, bob, roomId, ask } = await suite.chat.people();
    await ada.api.chat.room.update.mutate({ roomId, history: 'sinceJoin' });
    const before = await ask({ question: 'Before?' });
    const cy = await suite.chat.t.client('cy');
    await ada.api.chat.room.addMembers.mutate({ roomId, userIds: ['cy'] });
    const after = await ask({ question: 'After?' });
    await bob.api.chat.message.delete.mutate({ messageIds: [after.messageId], for: 'me' });
    const seenBy = async (one: typeof ada) =>
      (await one.api.chat.polls.list.query({ roomId })).items.map(({ question }) => question);
    expect(await seenBy(cy)).toEqual(['After?']);
    expect(await seenBy(bob)).toEqual(['Before?']);
    await expectCode(cy.api.chat.polls.get.query({ messageId: before.messageId }), 'NOT_FOUND');
    await expectCode(
      cy.api.chat.polls.vote.mutate({ messageId: before.messageId, optionIds: [before.tea] }),
      'NOT_FOUND',
    );
  });

  it('what was asked does not change any more, but what goes with the message may', async () => {
    const { ada, ask } = await suite.chat.people();
    const { messageId } = await ask({ custom: { color: 'red' } });
    await expectCode(ada.api.chat.message.edit.mutate({ messageId, content: 'Wine?' }), 'POLL_FIXED');
    expect(await ada.api.chat.message.edit.mutate({ messageId, custom: { color: 'blue' } })).toMatchObject({
      custom: { color: 'blue' },
    });
  });

  it('a poll goes with its message and leaves nothing behind, not even in a replay', async () => {
    const { ada, bob, roomId, ask } = await suite.chat.people();
    bob.offline();
    const { messageId, tea } = await ask();
    await ada.api.chat.polls.vote.mutate({ messageId, optionIds: [tea] });
    await ada.api.chat.message.delete.mutate({ messageIds: [messageId] });
    const left = await suite.chat.look(async ({ chatPoll, chatPollOption, chatPollVote }) => [
      await chatPoll.count({ where: { roomId } }),
      await chatPollOption.count({ where: { messageId } }),
      await chatPollVote.count({ where: { messageId } }),
    ]);
    expect(left).toEqual([0, 0, 0]);
    await expectCode(ada.api.chat.polls.get.query({ messageId }), 'NOT_FOUND');
    await expectCode(ada.api.chat.polls.vote.mutate({ messageId, optionIds: [tea] }), 'NOT_FOUND');
    bob.online();
    expect((await bob.next('polls.created')).data).toEqual({ messageId, poll: null });
    expect((await bob.next('polls.updated')).data).toEqual({ messageId, poll: null });
  });

  it('the polls of a room go with it, also when its last member leaves', async () => {
    const { look, people } = suite.chat;
    const { ada, roomId, ask } = await people();
    await ask();
    await ada.api.chat.room.delete.mutate({ roomId });
    expect(await look((models) => models.chatPoll.count({ where: { roomId } }))).toBe(0);
    const two = await people();
    await two.ask();
    await two.ada.api.chat.room.removeMembers.mutate({ roomId: two.roomId, userIds: [two.bob.userId] });
    expect(await look((models) => models.chatPoll.count({ where: { roomId: two.roomId } }))).toBe(1);
    await two.ada.api.chat.room.leave.mutate({ roomId: two.roomId });
    expect(await look((models) => models.chatPoll.count({ where: { roomId: two.roomId } }))).toBe(0);
  });

  it('a poll and whatever is done with it in one transaction are there together or not at all', async () => {
    const { ada, roomId } = await suite.chat.people();
    const draft = { roomId, question: 'Ship it?', options: ['Yes', 'No'] };
    const { chat } = suite.chat.t;
    const failing = chat.transaction(async ({ chat: inside }) => {
      await inside.as(ada.userId).polls.create(draft);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    const { poll } = await chat.transaction(async ({ chat: inside }) => {
      const posted = await inside.as(ada.userId).polls.create(draft);
      const [yes] = posted.poll?.options ?? [];
      await inside.as(ada.userId).polls.vote({ messageId: posted.message.id, optionIds: [yes?.id ?? ''] });
      return posted;
    });
    expect((await ada.next('polls.created')).data.messageId).toBe(poll?.messageId);
    expect((await ada.next('polls.updated')).data.poll?.voterCount).toBe(1);
    await ada.settled();
    expect(ada.events.filter(({ type }) => type === 'polls.created')).toHaveLength(1);
  });

  it('the host itself asks and closes, and is nobody who votes', async () => {
    const { bob, roomId } = await suite.chat.people();
    const { system } = suite.chat.t;
    const { message, poll } = await system.polls.create({ roomId, question: 'Lunch?', options: ['Yes', 'No'] });
    const [yes] = poll?.options ?? [];
    const told = await bob.next('polls.created');
    expect(told.actorId).toBeUndefined();
    const optionIds = [yes?.id ?? ''];
    await expect(system.polls.vote({ messageId: message.id, optionIds })).rejects.toThrow('Votes are for members.');
    await bob.api.chat.polls.vote.mutate({ messageId: message.id, optionIds });
    await system.polls.close({ messageId: message.id });
    expect((await bob.next('polls.closed')).data.poll).toMatchObject({ closedBy: null, voterCount: 1 });
  });
});
