import { expect, it } from 'vitest';
import { onEachDatabase } from '../databases.js';
import { expectCode, pollSuite, standings, startPolls } from './setup.js';

onEachDatabase((place) => {
  const suite = pollSuite(place);
  const within = (ms: number) => new Date(suite.chat.t.clock.now().getTime() + ms);

  it('a poll is closed by its creator, once, and then nobody votes any more', async () => {
    const { ada, bob, roomId, ask } = await suite.chat.people();
    const { messageId, tea } = await suite.chat.asking(bob, roomId)({ suggestions: true });
    await ada.api.chat.polls.vote.mutate({ messageId, optionIds: [tea] });
    const closed = await bob.api.chat.polls.close.mutate({ messageId });
    expect(closed).toMatchObject({ closedBy: bob.userId, revision: 3 });
    expect(closed.closedAt).toBeInstanceOf(Date);
    const told = await ada.next('polls.closed');
    expect(told.actorId).toBe(bob.userId);
    expect(told.data.poll).toMatchObject({ closedAt: closed.closedAt, closedBy: bob.userId });
    const { polls } = ada.api.chat;
    await expectCode(polls.vote.mutate({ messageId, optionIds: [tea] }), 'POLL_CLOSED');
    await expectCode(polls.unvote.mutate({ messageId }), 'POLL_CLOSED');
    await expectCode(polls.suggest.mutate({ messageId, text: 'Wine' }), 'POLL_CLOSED');
    expect(await bob.api.chat.polls.close.mutate({ messageId })).toEqual(closed);
    const { messageId: next } = await ask();
    await ada.next('polls.created', ({ data }) => data.messageId === next);
    expect(ada.events.filter(({ type }) => type === 'polls.closed')).toHaveLength(1);
  });

  it("another's poll is closed by whoever moderates, and by nobody else", async () => {
    const { ada, bob, roomId, rest, ask } = await suite.chat.people('bob', 'cy');
    const { messageId } = await ask();
    await expectCode(bob.api.chat.polls.close.mutate({ messageId }), 'PERMISSION_DENIED');
    await ada.api.chat.room.grant.mutate({ roomId, userIds: [bob.userId], permissions: ['message.moderate'] });
    expect(await bob.api.chat.polls.close.mutate({ messageId })).toMatchObject({ closedBy: bob.userId });
    const [, cy = ada] = rest;
    const byCy = await suite.chat.asking(cy, roomId)();
    expect(await ada.api.chat.polls.close.mutate({ messageId: byCy.messageId })).toMatchObject({
      closedBy: ada.userId,
    });
  });

  it('a poll with a time closes then, by nobody', async () => {
    const { ada, bob, ask } = await suite.chat.people();
    const closesAt = within(60_000);
    const { messageId, tea } = await ask({ closesAt, results: 'afterClose' });
    await bob.api.chat.polls.vote.mutate({ messageId, optionIds: [tea] });
    await suite.chat.t.clock.advance(61_000);
    const told = await ada.next('polls.closed');
    expect(told.actorId).toBeUndefined();
    expect(told.data.poll).toMatchObject({ closedAt: closesAt, closedBy: null });
    expect(standings(told.data.poll)).toEqual([1, 0, 0]);
  });

  it('a poll that was closed by hand does not close again when its time comes', async () => {
    const { ada, ask } = await suite.chat.people();
    const early = await ask({ closesAt: within(20_000) });
    await ada.api.chat.polls.close.mutate({ messageId: early.messageId });
    const late = await ask({ closesAt: within(25_000) });
    await suite.chat.t.clock.advance(26_000);
    await ada.next('polls.closed', ({ data }) => data.messageId === late.messageId);
    const closed = ada.events.filter(({ type }) => type === 'polls.closed');
    expect(closed.map(({ actorId }) => actorId)).toEqual([ada.userId, undefined]);
  });

  it('once its time is up nobody votes, even before the room was told', async () => {
    const { ada, bob, ask } = await suite.chat.people();
    const { messageId, tea } = await ask({ closesAt: within(3_600_000), results: 'afterClose' });
    // Between two looks of the nodes; it was open for an hour, as far as they know.
    const closesAt = new Date(suite.chat.t.clock.now().getTime() - 1);
    await suite.chat.change((models) => models.chatPoll.update({ where: { messageId }, data: { closesAt } }));
    await expectCode(bob.api.chat.polls.vote.mutate({ messageId, optionIds: [tea] }), 'POLL_CLOSED');
    const seen = await bob.api.chat.polls.get.query({ messageId });
    expect(seen).toMatchObject({ closedAt: closesAt, closedBy: null });
    expect(standings(seen)).toEqual([0, 0, 0]);
    // Whoever closes it now is too late to be named.
    expect(await ada.api.chat.polls.close.mutate({ messageId })).toMatchObject({ closedAt: closesAt, closedBy: null });
  });

  it('what went while the plugin was away is cleared up, and nobody is told', async () => {
    const { ada, roomId, ask } = await suite.chat.people();
    const { messageId } = await ask();
    const { id: other } = await ada.api.chat.message.send.mutate({ roomId, content: 'Bye' });
    await ada.api.chat.message.delete.mutate({ messageIds: [other] });
    await suite.chat.change(async ({ chatPoll }) => {
      const row = await chatPoll.findUniqueOrThrow({ where: { messageId } });
      await chatPoll.create({ data: { ...row, messageId: other, seq: row.seq + 1, closesAt: new Date(0) } });
    });
    await suite.chat.t.clock.advance(6_000);
    await expect.poll(() => suite.chat.look(({ chatPoll }) => chatPoll.count({ where: { roomId } }))).toBe(1);
    await ada.settled();
    expect(ada.events.some(({ type }) => type === 'polls.closed')).toBe(false);
  });
});

onEachDatabase((place) => {
  it('of several nodes one closes each poll that is due, exactly once', async () => {
    const { t, people } = await startPolls(place);
    await using _t = t;
    await Promise.all([t.node(), t.node()]);
    const { ada, ask } = await people();
    const closesAt = new Date(t.clock.now().getTime() + 60_000);
    const posted: string[] = [];
    for (let count = 0; count < 12; count += 1) posted.push((await ask({ closesAt })).messageId);
    await t.clock.advance(61_000);
    await ada.until((events) => events.filter(({ type }) => type === 'polls.closed').length >= posted.length);
    await t.clock.advance(12_000);
    await t.settled();
    const closed = ada.events.flatMap((event) => (event.type === 'polls.closed' ? [event.data.messageId] : []));
    expect(closed.toSorted()).toEqual(posted.toSorted());
  });

  it('a poll whose time came while no node was there closes when one is there again, as of its time', async () => {
    const { t, people, change } = await startPolls(place);
    await using _t = t;
    const { ada, ask } = await people();
    const { messageId } = await ask({ closesAt: new Date(t.clock.now().getTime() + 3_600_000) });
    // The node that is there has looked and found nothing due; it is gone before it looks again.
    const closesAt = new Date(t.clock.now().getTime() - 60_000);
    await change((models) => models.chatPoll.update({ where: { messageId }, data: { closesAt } }));
    await t.restart();
    const { data } = await ada.next('polls.closed');
    expect(data).toMatchObject({ messageId, poll: { closedAt: closesAt, closedBy: null } });
    await t.clock.advance(12_000);
    await ada.settled();
    expect(ada.events.filter(({ type }) => type === 'polls.closed')).toHaveLength(1);
  });
});
