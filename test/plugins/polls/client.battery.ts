import { polls } from '@confab/client/plugins/polls';
import type { Poll, PollsOffer } from '@confab/client/plugins/polls';
import { expect, it } from 'vitest';
import type { RouterOf } from '../../../server/testing/chat/types.js';
import { createClients } from '../clients.js';
import { onEachDatabase } from '../databases.js';
import { clientId, expectCode, pollSuite, standings } from './setup.js';
import type { StartedPolls } from './setup.js';

const connect = createClients<RouterOf<StartedPolls['t']['chat']>>();

/** Waits until a poll that is watched is as wanted. */
async function shown(half: PollsOffer, messageId: string, wanted: (poll: Poll) => boolean): Promise<Poll> {
  await expect.poll(() => wanted(half.poll(messageId) ?? ({} as Poll)), { timeout: 20_000, interval: 10 }).toBe(true);
  const poll = half.poll(messageId);
  if (poll === null || poll === undefined) throw new Error('it is gone again');
  return poll;
}

const has = (...votes: readonly (number | null)[]) => {
  const wanted = JSON.stringify(votes);
  return (poll: Poll) => 'options' in poll && JSON.stringify(standings(poll)) === wanted;
};

onEachDatabase((place) => {
  const suite = pollSuite(place);

  /** A poll of Ada's, and Bob with the product's own client. */
  async function scene(more: Parameters<Awaited<ReturnType<StartedPolls['people']>>['ask']>[0] = {}) {
    const { ada, bob, roomId, ask } = await suite.chat.people();
    const posted = await ask(more);
    const { client, cut, restore } = connect(suite.chat.t, bob.userId);
    const half = client.use(polls);
    return { ...posted, ada, bob, roomId, ask, client, cut, restore, half };
  }

  it('a poll that is watched follows what others do', async () => {
    const { half, ada, roomId, messageId, tea, cake } = await scene();
    expect(half.poll(messageId)).toBeUndefined();
    half.watch(roomId, [messageId]);
    const before = await shown(half, messageId, has(0, 0, 0));
    await ada.api.chat.polls.vote.mutate({ messageId, optionIds: [tea] });
    const after = await shown(half, messageId, has(1, 0, 0));
    expect(after).not.toBe(before);
    expect(after).toEqual({ ...(await ada.api.chat.polls.get.query({ messageId })), mine: [] });
    await ada.api.chat.polls.vote.mutate({ messageId, optionIds: [cake] });
    await ada.api.chat.polls.close.mutate({ messageId });
    expect(await shown(half, messageId, ({ closedAt }) => closedAt instanceof Date)).toMatchObject({
      closedBy: ada.userId,
      voterCount: 1,
    });
  });

  it("one's own vote is shown with the answer, and on one's other devices", async () => {
    const { half, bob, roomId, messageId, tea } = await scene();
    const phone = connect(suite.chat.t, bob.userId).client.use(polls);
    half.watch(roomId, [messageId]);
    phone.watch(roomId, [messageId]);
    await shown(half, messageId, has(0, 0, 0));
    await shown(phone, messageId, has(0, 0, 0));
    await half.vote(messageId, [tea]);
    expect(half.poll(messageId)).toMatchObject({ mine: [tea], voterCount: 1 });
    await shown(phone, messageId, ({ mine }) => mine?.includes(tea));
    await half.unvote(messageId);
    await shown(phone, messageId, ({ mine, voterCount }) => mine?.length === 0 && voterCount === 0);
  });

  it('results that only voters see are seen by a voter, and kept up to date', async () => {
    const { half, ada, roomId, messageId, tea, cake } = await scene({ results: 'afterVote' });
    half.watch(roomId, [messageId]);
    await shown(half, messageId, has(null, null, null));
    await half.vote(messageId, [tea]);
    await shown(half, messageId, has(1, 0, 0));
    await ada.api.chat.polls.vote.mutate({ messageId, optionIds: [cake] });
    await shown(half, messageId, has(1, 1, 0));
    await half.unvote(messageId);
    await shown(half, messageId, has(null, null, null));
  });

  it('what was missed while the network was away is there afterwards', async () => {
    const { half, client, cut, restore, ada, roomId, messageId, tea } = await scene();
    half.watch(roomId, [messageId]);
    await shown(half, messageId, has(0, 0, 0));
    await expect.poll(() => client.connection.state).toBe('live');
    cut();
    await ada.api.chat.polls.vote.mutate({ messageId, optionIds: [tea] });
    restore();
    await shown(half, messageId, has(1, 0, 0));
  });

  it('a poll that is watched while there is no network is loaded when there is one', async () => {
    const { half, cut, restore, roomId, messageId } = await scene();
    cut();
    half.watch(roomId, [messageId]);
    restore();
    await shown(half, messageId, has(0, 0, 0));
  });

  it('a message that is none, or is gone, is told from one that is not known', async () => {
    const { half, ada, roomId, messageId } = await scene();
    const { id: plain } = await ada.api.chat.message.send.mutate({ roomId, content: 'Hm.' });
    half.watch(roomId, [messageId, plain]);
    await shown(half, messageId, has(0, 0, 0));
    expect(half.poll(plain)).toBeNull();
    await ada.api.chat.message.delete.mutate({ messageIds: [messageId] });
    await expect.poll(() => half.poll(messageId)).toBeNull();
  });

  it('a page that watches one more keeps what it had, and what nobody watches is forgotten', async () => {
    const { half, ask, roomId, messageId } = await scene();
    const first = half.watch(roomId, [messageId]);
    const before = await shown(half, messageId, has(0, 0, 0));
    const other = await ask();
    first();
    const second = half.watch(roomId, [messageId, other.messageId]);
    await shown(half, other.messageId, has(0, 0, 0));
    expect(half.poll(messageId)).toBe(before);
    second();
    second();
    await expect.poll(() => half.poll(messageId)).toBeUndefined();
  });

  it('listeners are called after changes, and not when they are gone', async () => {
    const { half, ada, roomId, messageId, tea, cake } = await scene();
    let calls = 0;
    const off = half.subscribe(() => (calls += 1));
    half.watch(roomId, [messageId]);
    await shown(half, messageId, has(0, 0, 0));
    const before = calls;
    await ada.api.chat.polls.vote.mutate({ messageId, optionIds: [tea] });
    await shown(half, messageId, has(1, 0, 0));
    expect(calls).toBe(before + 1);
    off();
    await ada.api.chat.polls.vote.mutate({ messageId, optionIds: [cake] });
    await shown(half, messageId, has(0, 1, 0));
    expect(calls).toBe(before + 1);
  });

  it('one half asks, adds, lists and closes in its own words', async () => {
    const { half, client, roomId, bob } = await scene();
    const draft = { roomId, question: 'Where?', options: ['Here', 'There'], suggestions: true, clientId: clientId() };
    const { poll, message } = await half.create(draft);
    expect((await half.create(draft)).message.id).toBe(message.id);
    const messageId = message.id;
    const [here = ''] = poll?.options.map(({ id }) => id) ?? [];
    await half.vote(messageId, [here]);
    expect((await half.suggest(messageId, 'Elsewhere')).options).toHaveLength(3);
    expect((await half.voters(messageId)).items.map(({ userId }) => userId)).toEqual([bob.userId]);
    await half.close(messageId);
    expect((await half.list(roomId, { state: 'closed' })).items.map(({ question }) => question)).toEqual(['Where?']);
    const late: unknown = await half.vote(messageId, [here]).catch((error: unknown) => error);
    expect(client.isChatError(late, 'POLL_CLOSED')).toBe(true);
    await expectCode(Promise.reject(late as Error), 'POLL_CLOSED');
  });

  it('buttons follow the rules of the room and the poll', async () => {
    const { half, client, ada, roomId, messageId } = await scene();
    half.watch(roomId, [messageId]);
    const poll = await shown(half, messageId, has(0, 0, 0));
    const room = await client.api.chat.room.get.query({ roomId });
    expect(half.canCreate(room)).toBe(true);
    expect([half.canVote(room, poll), half.canSuggest(room, poll), half.canClose(room, poll)]).toEqual([
      true,
      false,
      false,
    ]);
    const { poll: own } = await half.create({ roomId, question: 'Mine?', options: ['Yes', 'No'], suggestions: true });
    if (own === null) throw new Error('it was deleted');
    expect([half.canSuggest(room, own), half.canClose(room, own)]).toEqual([true, true]);
    const closed = await half.close(own.messageId);
    expect([half.canVote(room, closed), half.canClose(room, closed)]).toEqual([false, false]);
    await ada.api.chat.room.update.mutate({ roomId, locked: true });
    const locked = await client.api.chat.room.get.query({ roomId });
    expect([half.canCreate(locked), half.canVote(locked, poll)]).toEqual([false, true]);
  });
});
