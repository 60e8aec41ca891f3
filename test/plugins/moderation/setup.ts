import { afterAll, beforeAll } from 'vitest';
import { createChat } from '../../../server/create-chat.js';
import { moderation } from '../../../server/plugins/moderation/index.js';
import type { ModerationOptions } from '../../../server/plugins/moderation/index.js';
import type { ModerationModels } from '../../../server/store/plugin-models.js';
import { testChat } from '../../../server/testing/chat/test-chat.js';
import type { TestPlace } from '../databases.js';
import { peeking, someone } from '../suite.js';

/** A word for each thing that can become of a message. */
export const wordRules: ModerationOptions = {
  words: [
    { words: ['badword'] },
    { words: ['heldword'], action: 'hold' },
    { words: ['flagword'], action: 'flag' },
    { words: ['ghostword'], action: 'shadow' },
    { words: ['maskword'], action: 'mask' },
  ],
  isModerator: ({ id }) => id.startsWith('host-moderator'),
};

async function start(place: TestPlace, options: ModerationOptions) {
  const { plugin, look } = peeking<ModerationModels>();
  const t = await testChat((base) => createChat({ ...base, plugins: [plugin, moderation(options)] }), {
    ...place,
    waitMs: 20_000,
  });
  /** Ada owns the room; Bob and Cy are members. */
  const people = async () => {
    const ada = await t.client(someone('ada'));
    const bob = await t.client(someone('bob'));
    const cy = await t.client(someone('cy'));
    const members = [bob.userId, cy.userId];
    const { id: roomId } = await ada.api.chat.room.create.mutate({ kind: 'group', name: 'Tea', members });
    await cy.next('room.created', (event) => event.roomId === roomId);
    return {
      ...{ ada, bob, cy, roomId },
      /** Bob says something. */
      say: (content: string, clientId?: string) =>
        bob.api.chat.message.send.mutate({ roomId, content, ...(clientId !== undefined && { clientId }) }),
      /** What Cy finds in the room. */
      history: async () => (await cy.api.chat.message.list.query({ roomId })).items.map(({ content }) => content),
    };
  };
  return { t, look, people };
}

export type Started = Awaited<ReturnType<typeof start>>;

/** One moderated chat for the tests of a block. */
export function moderationSuite(place: TestPlace, options: ModerationOptions) {
  let started: Started | undefined;
  beforeAll(async () => {
    started = await start(place, options);
  });
  afterAll(() => started?.t.close());
  return {
    get chat() {
      if (started === undefined) throw new Error('the chat is there from the first test on');
      return started;
    },
  };
}
