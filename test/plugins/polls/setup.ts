import { isChatError } from '@confab/client';
import { afterAll, beforeAll, expect } from 'vitest';
import { createChat } from '../../../server/create-chat.js';
import { polls } from '../../../server/plugins/polls/index.js';
import type { PollOptions } from '../../../server/plugins/polls/index.js';
import type { PollModels } from '../../../server/store/plugin-models.js';
import { testChat } from '../../../server/testing/chat/test-chat.js';
import { clientId, refusalOf } from '../../support/client.js';
import type { TestPlace } from '../databases.js';
import { peeking, someone } from '../suite.js';

/** A chat with polls, a look into its database, and people. */
export async function startPolls(place: TestPlace, options: PollOptions = {}) {
  const { plugin, look, change } = peeking<PollModels>();
  let nodes = 0;
  const t = await testChat(
    (base) => {
      nodes += 1;
      return createChat({ ...base, plugins: [polls(options), ...(nodes === 1 ? [plugin] : [])] });
    },
    { ...place, waitMs: 20_000 },
  );

  /** A group of Ada, who owns it, and others. */
  async function people(...others: string[]) {
    const ada = await t.client(someone('ada'));
    const rest = await Promise.all((others.length === 0 ? ['bob'] : others).map((name) => t.client(someone(name))));
    const members = rest.map(({ userId }) => userId);
    const { id: roomId } = await ada.api.chat.room.create.mutate({ kind: 'group', name: 'Tea', members });
    await Promise.all(rest.map((one) => one.next('room.created', (event) => event.roomId === roomId)));
    const [bob = ada] = rest;
    return { ada, bob, rest, roomId, ask: asking(ada, roomId) };
  }

  type Person = Awaited<ReturnType<typeof t.client>>;

  /** Posts polls as one person, with what a test says about them. */
  function asking({ api }: Person, roomId: string) {
    return async (more: Partial<Parameters<typeof api.chat.polls.create.mutate>[0]> = {}) => {
      const draft = { roomId, question: 'Tea or cake?', options: ['Tea', 'Cake', 'Both'] };
      const { message, poll } = await api.chat.polls.create.mutate({ ...draft, ...more });
      if (poll === null) throw new Error('it was deleted');
      const [tea = '', cake = '', both = ''] = poll.options.map(({ id }) => id);
      return { messageId: message.id, message, poll, tea, cake, both };
    };
  }

  return { t, look, change, people, asking };
}

export type StartedPolls = Awaited<ReturnType<typeof startPolls>>;

/** One chat for the tests of a block. */
export function pollSuite(place: TestPlace, options: PollOptions = {}) {
  let started: StartedPolls | undefined;
  beforeAll(async () => {
    started = await startPolls(place, options);
  });
  afterAll(() => started?.t.close());
  return {
    get chat() {
      if (started === undefined) throw new Error('the chat is there from the first test on');
      return started;
    },
  };
}

/** The votes for each option, in their order. */
export const standings = (poll: { readonly options: readonly { readonly votes: number | null }[] } | null) =>
  poll?.options.map(({ votes }) => votes);

/** Waits for a call to be refused with a code, of the core or of this plugin. */
export async function expectCode(call: Promise<unknown>, code: string): Promise<void> {
  expect((await refusalOf(call)).code).toBe(code);
}

/** Calls again for as long as the wait for a lock is too long: that is an answer, too, on a machine that is busy. */
export async function persist<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!isChatError(error, 'UNAVAILABLE')) throw error;
    }
  }
}

export { clientId };
