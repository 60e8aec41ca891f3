import { expect, it } from 'vitest';
import { ChatError } from '@confab/shared';
import { onEachDatabase } from '../databases.js';
import { expectCode, persist, pollSuite, standings, startPolls } from './setup.js';

onEachDatabase((place) => {
  const suite = pollSuite(place, {
    maxOptions: 4,
    review({ text }) {
      if (text === 'Gin') throw new ChatError('PERMISSION_DENIED', 'No spirits here.');
    },
  });

  it('a vote is counted, changed and taken back, and the room hears of it', async () => {
    const { ada, bob, ask } = await suite.chat.people();
    const { messageId, tea, cake } = await ask();
    const { polls } = bob.api.chat;
    const voted = await polls.vote.mutate({ messageId, optionIds: [tea] });
    expect(voted).toMatchObject({ voterCount: 1, revision: 2, mine: [tea] });
    expect(standings(voted)).toEqual([1, 0, 0]);
    const told = await ada.next('polls.updated');
    expect(told.actorId).toBe(bob.userId);
    const { mine: _mine, ...state } = voted;
    expect(told.data).toEqual({ messageId, poll: state });
    await polls.vote.mutate({ messageId, optionIds: [cake] });
    expect(standings((await ada.next('polls.updated')).data.poll)).toEqual([0, 1, 0]);
    expect(await polls.unvote.mutate({ messageId })).toMatchObject({ voterCount: 0, mine: [] });
    expect(standings((await ada.next('polls.updated')).data.poll)).toEqual([0, 0, 0]);
    expect(await ada.api.chat.polls.get.query({ messageId })).toMatchObject({ voterCount: 0, revision: 4, mine: [] });
  });

  it("one's other devices hear what one's vote is, and nobody else does", async () => {
    const { ada, bob, roomId, ask } = await suite.chat.people();
    const phone = await suite.chat.t.client(bob.userId);
    const { messageId, tea } = await ask();
    await bob.api.chat.polls.vote.mutate({ messageId, optionIds: [tea] });
    expect((await phone.next('polls.voted')).data).toEqual({ messageId, roomId, mine: [tea] });
    await bob.api.chat.polls.unvote.mutate({ messageId });
    await phone.until((events) => events.filter(({ type }) => type === 'polls.voted').length === 2);
    expect((await phone.next('polls.voted')).data.mine).toEqual([]);
    await ada.settled();
    expect(ada.events.some(({ type }) => type === 'polls.voted')).toBe(false);
  });

  it('several options may be chosen where the poll says so', async () => {
    const { bob, ask } = await suite.chat.people();
    const { messageId, tea, cake, both } = await ask({ maxVotes: 2 });
    const { polls } = bob.api.chat;
    expect(standings(await polls.vote.mutate({ messageId, optionIds: [cake, tea, cake] }))).toEqual([1, 1, 0]);
    const changed = await polls.vote.mutate({ messageId, optionIds: [both, tea] });
    expect(changed).toMatchObject({ voterCount: 1, mine: [tea, both] });
    expect(standings(changed)).toEqual([1, 0, 1]);
    await expectCode(polls.vote.mutate({ messageId, optionIds: [tea, cake, both] }), 'VALIDATION');
    const other = await ask();
    await expectCode(
      polls.vote.mutate({ messageId: other.messageId, optionIds: [other.tea, other.cake] }),
      'VALIDATION',
    );
    await expectCode(polls.vote.mutate({ messageId, optionIds: [other.tea] }), 'VALIDATION');
    await expectCode(polls.vote.mutate({ messageId, optionIds: [] }), 'VALIDATION');
  });

  it('the same vote again changes nothing and tells nobody', async () => {
    const { ada, bob, ask } = await suite.chat.people();
    const { messageId, tea } = await ask();
    const { polls } = bob.api.chat;
    await polls.unvote.mutate({ messageId });
    const voted = await polls.vote.mutate({ messageId, optionIds: [tea] });
    expect(await polls.vote.mutate({ messageId, optionIds: [tea] })).toEqual(voted);
    await ada.settled();
    expect(ada.events.filter(({ type }) => type === 'polls.updated')).toHaveLength(1);
  });

  it('who voted is listed, the latest first, page by page and by option', async () => {
    const { ada, rest, ask } = await suite.chat.people('bob', 'cy', 'di');
    const { messageId, tea, cake } = await ask();
    for (const [index, one] of rest.entries()) {
      await one.api.chat.polls.vote.mutate({ messageId, optionIds: [index === 1 ? cake : tea] });
    }
    const [bob, cy, di] = rest.map(({ userId }) => userId);
    const { voters } = ada.api.chat.polls;
    const first = await voters.query({ messageId, limit: 2 });
    expect(first.items.map(({ userId, optionId }) => [userId, optionId])).toEqual([
      [di, tea],
      [cy, cake],
    ]);
    expect(first.items[0]?.user.id).toBe(di);
    const second = await voters.query({ messageId, limit: 2, cursor: first.nextCursor ?? '' });
    expect(second.items.map(({ userId }) => userId)).toEqual([bob]);
    expect(second.nextCursor).toBeNull();
    const forTea = await voters.query({ messageId, optionId: tea });
    expect(forTea.items.map(({ userId }) => userId)).toEqual([di, bob]);
  });

  it('nobody learns from an anonymous poll who voted or suggested what', async () => {
    const { ada, bob, ask } = await suite.chat.people();
    const { messageId, tea } = await ask({ anonymous: true, suggestions: true });
    await bob.api.chat.polls.suggest.mutate({ messageId, text: 'Wine' });
    const voted = await bob.api.chat.polls.vote.mutate({ messageId, optionIds: [tea] });
    expect(voted.mine).toEqual([tea]);
    const told = [await ada.next('polls.updated'), await ada.next('polls.updated')];
    expect(told.map(({ actorId }) => actorId)).toEqual([undefined, undefined]);
    expect(JSON.stringify(told)).not.toContain(bob.userId);
    expect(JSON.stringify(await ada.api.chat.polls.get.query({ messageId }))).not.toContain(bob.userId);
    await expectCode(ada.api.chat.polls.voters.query({ messageId }), 'PERMISSION_DENIED');
    const { events } = await ada.api.chat.sync.query({ roomId: voted.roomId, afterSeq: 1 });
    expect(JSON.stringify(events.slice(-2))).not.toContain(bob.userId);
  });

  it('results that come after the vote are shown to those who have voted, and in no event', async () => {
    const { ada, bob, ask } = await suite.chat.people();
    const { messageId, poll, tea } = await ask({ results: 'afterVote' });
    const hidden = [null, null, null];
    expect(standings(poll)).toEqual(hidden);
    expect(standings(await bob.api.chat.polls.vote.mutate({ messageId, optionIds: [tea] }))).toEqual([1, 0, 0]);
    const { data } = await ada.next('polls.updated');
    expect(data.poll?.voterCount).toBe(1);
    expect(standings(data.poll)).toEqual(hidden);
    expect(standings(await ada.api.chat.polls.get.query({ messageId }))).toEqual(hidden);
    await expectCode(ada.api.chat.polls.voters.query({ messageId }), 'PERMISSION_DENIED');
    expect((await bob.api.chat.polls.voters.query({ messageId })).items).toHaveLength(1);
    expect(standings(await bob.api.chat.polls.unvote.mutate({ messageId }))).toEqual(hidden);
  });

  it('results that come after the end are shown to all then, and to nobody before', async () => {
    const { ada, bob, ask } = await suite.chat.people();
    const { messageId, tea } = await ask({ results: 'afterClose' });
    const voted = await bob.api.chat.polls.vote.mutate({ messageId, optionIds: [tea] });
    expect(standings(voted)).toEqual([null, null, null]);
    await expectCode(bob.api.chat.polls.voters.query({ messageId }), 'PERMISSION_DENIED');
    await ada.api.chat.polls.close.mutate({ messageId });
    expect(standings((await bob.next('polls.closed')).data.poll)).toEqual([1, 0, 0]);
    expect((await ada.api.chat.polls.voters.query({ messageId })).items).toHaveLength(1);
  });

  it('members add options to a poll that takes them, each once and up to the limit', async () => {
    const { ada, bob, ask } = await suite.chat.people();
    const { messageId, tea } = await ask({ suggestions: true });
    const { polls } = bob.api.chat;
    await polls.vote.mutate({ messageId, optionIds: [tea] });
    await expectCode(polls.suggest.mutate({ messageId, text: 'Gin' }), 'PERMISSION_DENIED');
    const added = await polls.suggest.mutate({ messageId, text: ' Wine ' });
    expect(added.options[3]).toMatchObject({ text: 'Wine', votes: 0, suggestedBy: bob.userId });
    expect(added.mine).toEqual([tea]);
    await ada.next('polls.updated');
    expect((await ada.next('polls.updated')).data.poll?.options).toEqual(added.options);
    expect(await polls.suggest.mutate({ messageId, text: 'Wine' })).toEqual(added);
    await expectCode(polls.suggest.mutate({ messageId, text: 'Water' }), 'CONFLICT');
    const fixed = await ask();
    await expectCode(polls.suggest.mutate({ messageId: fixed.messageId, text: 'Wine' }), 'PERMISSION_DENIED');
  });

  it('of many who suggest at the same time, each gets a place of their own or none', async () => {
    const { ada, rest, ask } = await suite.chat.people('bob', 'cy', 'di', 'ed');
    const { messageId } = await ask({ options: ['Tea', 'Cake'], suggestions: true });
    const outcomes = await Promise.allSettled(
      rest.map((one, index) => persist(() => one.api.chat.polls.suggest.mutate({ messageId, text: `No. ${index}` }))),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    const { options } = await ada.api.chat.polls.get.query({ messageId });
    expect(new Set(options.map(({ text }) => text)).size).toBe(4);
  });

  it('whoever is muted, or in a locked room, votes all the same; who was removed does not', async () => {
    const { ada, bob, roomId, ask } = await suite.chat.people();
    const { messageId, tea } = await ask({ suggestions: true });
    await ada.api.chat.room.update.mutate({ roomId, locked: true });
    expect(await bob.api.chat.polls.vote.mutate({ messageId, optionIds: [tea] })).toMatchObject({ voterCount: 1 });
    await expectCode(bob.api.chat.polls.suggest.mutate({ messageId, text: 'Wine' }), 'PERMISSION_DENIED');
    await ada.api.chat.room.removeMembers.mutate({ roomId, userIds: [bob.userId] });
    await expectCode(bob.api.chat.polls.unvote.mutate({ messageId }), 'NOT_FOUND');
    // What was said stays said.
    expect(await ada.api.chat.polls.get.query({ messageId })).toMatchObject({ voterCount: 1 });
  });

  it('who was away gets the poll as it stands, in the order of the log', async () => {
    const { ada, bob, ask } = await suite.chat.people();
    const { messageId, tea, cake } = await ask();
    await bob.next('polls.created');
    bob.offline();
    await ada.api.chat.polls.vote.mutate({ messageId, optionIds: [tea] });
    await ada.api.chat.polls.vote.mutate({ messageId, optionIds: [cake] });
    await ada.api.chat.polls.close.mutate({ messageId });
    bob.online();
    const { data } = await bob.next('polls.closed');
    expect(standings(data.poll)).toEqual([0, 1, 0]);
    const missed = bob.events.flatMap((event) => (event.type === 'polls.updated' ? [event.data.poll] : []));
    expect(missed).toEqual([data.poll, data.poll]);
  });
});

onEachDatabase((place) => {
  it('votes of many at the same time, over two nodes, are counted exactly and told without a gap', async () => {
    const { t, look, people } = await startPolls(place);
    await using _t = t;
    const other = await t.node();
    const { ada, roomId, ask } = await people();
    const voters = await Promise.all(
      Array.from({ length: 12 }, (_, index) => (index % 2 === 0 ? t : other).client(`voter-${index}`)),
    );
    await ada.api.chat.room.addMembers.mutate({ roomId, userIds: voters.map(({ userId }) => userId) });
    const { messageId, tea, cake, both } = await ask({ maxVotes: 2 });
    await Promise.all(
      voters.map(async ({ api: { chat } }, index) => {
        await persist(() => chat.polls.vote.mutate({ messageId, optionIds: [tea, cake] }));
        await persist(() => chat.polls.vote.mutate({ messageId, optionIds: [both] }));
        if (index % 3 === 0) await persist(() => chat.polls.unvote.mutate({ messageId }));
      }),
    );
    const poll = await ada.api.chat.polls.get.query({ messageId });
    expect(standings(poll)).toEqual([0, 0, 8]);
    expect(poll).toMatchObject({ voterCount: 8, revision: 1 + 12 + 12 + 4 });
    expect(await look((models) => models.chatPollVote.count({ where: { messageId } }))).toBe(8);
    await ada.until((events) => events.filter(({ type }) => type === 'polls.updated').length === 28);
    const seqs = ada.events.flatMap((event) => ('seq' in event && event.roomId === roomId ? [event.seq ?? 0] : []));
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    // Each of them says how it stands now or stood at some later time, never earlier.
    const revisions = ada.events.flatMap((event) =>
      event.type === 'polls.updated' ? [event.data.poll?.revision ?? 0] : [],
    );
    expect(revisions).toEqual([...revisions].sort((one, two) => one - two));
    expect(revisions.at(-1)).toBe(poll.revision);
  });

  it('one who votes on several devices at the same time has one vote', async () => {
    const { t, look, people } = await startPolls(place);
    await using _t = t;
    const other = await t.node();
    const { bob, ada, ask } = await people();
    const phone = await other.client(bob.userId);
    const { messageId, tea, cake } = await ask();
    await Promise.all(
      [tea, cake, tea, cake].flatMap((option) =>
        [bob, phone].map(({ api }) => persist(() => api.chat.polls.vote.mutate({ messageId, optionIds: [option] }))),
      ),
    );
    const poll = await ada.api.chat.polls.get.query({ messageId });
    expect(poll.voterCount).toBe(1);
    expect(poll.options.reduce((sum, { votes }) => sum + (votes ?? 0), 0)).toBe(1);
    expect(await look((models) => models.chatPollVote.count({ where: { messageId } }))).toBe(1);
  });

  it('votes come at a rate', async () => {
    const { t, people } = await startPolls(place, { votes: { perSecond: 0.01, burst: 2 } });
    await using _t = t;
    const { bob, ask } = await people();
    const { messageId, tea, cake } = await ask();
    await bob.api.chat.polls.vote.mutate({ messageId, optionIds: [tea] });
    await bob.api.chat.polls.vote.mutate({ messageId, optionIds: [cake] });
    await expectCode(bob.api.chat.polls.unvote.mutate({ messageId }), 'RATE_LIMITED');
  });
});
