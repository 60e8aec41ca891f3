import { createChat } from '@confab/server';
import { testChat } from '@confab/server/testing';
import type { TestBase } from '@confab/server/testing';

/** What another service is told of a message. */
export interface Posted {
  readonly messageId: string;
  readonly by: string;
  readonly content: string | null;
}

/** A webhook after each message. It hears of what is committed, and nobody waits for it, nor hears of its failures. */
export const createChatWithWebhook = (base: TestBase, post: (body: Posted) => Promise<void>) =>
  createChat({
    ...base,
    on: {
      'message.send': {
        afterCommit: ({ result, ctx }) => post({ messageId: result.id, by: ctx.user.id, content: result.content }),
      },
    },
  });

export async function play(): Promise<readonly (string | null)[]> {
  const posted: (string | null)[] = [];
  await using t = await testChat((base) =>
    createChatWithWebhook(base, async ({ content }) => {
      posted.push(content);
      if (content === 'one') throw new Error('the service is down');
      await Promise.resolve();
    }),
  );
  const ada = t.as('ada');
  const { id: roomId } = await ada.room.create({ kind: 'group', name: 'Tea' });
  await ada.message.send({ roomId, content: 'one' });
  await ada.message.send({ roomId, content: 'two' });
  await t.chat.close();
  return posted;
}
