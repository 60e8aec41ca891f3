import { createChat } from '@confab/server';
import { moderation } from '@confab/server/plugins/moderation';
import { testChat } from '@confab/server/testing';
import type { TestBase } from '@confab/server/testing';
import { codeOf } from './code-of.js';

/** A word list of three lines: `before` changes the input or refuses it, ahead of any transaction. */
export const createChatWithWordList = (base: TestBase) => {
  const chat = createChat({
    ...base,
    on: {
      'message.send': {
        before({ input }) {
          if (/\bdarn\b/i.test(input.content)) throw chat.error('PERMISSION_DENIED', 'Please rephrase this.');
          return { ...input, content: input.content.trim() };
        },
      },
    },
  });
  return chat;
};

/** The same and much more as a plugin: see through disguises, mask, hold for a moderator. */
export const createModeratedChat = (base: TestBase) =>
  createChat({ ...base, plugins: [moderation({ words: [{ words: ['darn'] }, { words: ['heck'], action: 'mask' }] })] });

export async function play() {
  await using own = await testChat(createChatWithWordList);
  const room = await own.as('ada').room.create({ kind: 'group', name: 'Tea' });
  const refused = await codeOf(own.as('ada').message.send({ roomId: room.id, content: 'Darn!' }));
  const { content: trimmed } = await own.as('ada').message.send({ roomId: room.id, content: '  Fine. ' });

  await using moderated = await testChat(createModeratedChat);
  const { id: roomId } = await moderated.as('ada').room.create({ kind: 'group', name: 'Tea' });
  const seenThrough = await codeOf(moderated.as('ada').message.send({ roomId, content: 'd\u200bаrn' }));
  const { content: masked } = await moderated.as('ada').message.send({ roomId, content: 'What the heck.' });
  return { refused, trimmed, seenThrough, masked };
}
