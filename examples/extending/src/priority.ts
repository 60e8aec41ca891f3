import { createChat } from '@confab/server';
import { testChat } from '@confab/server/testing';
import type { TestBase } from '@confab/server/testing';
import { z } from 'zod';
import { codeOf } from './code-of.js';

const message = z.object({
  priority: z.enum(['low', 'normal', 'urgent']).default('normal'),
  /** Shown until then; as text, since `custom` is JSON. */
  expiresAt: z.iso.datetime().optional(),
});

/** Fields of one's own in messages: checked on every write, typed in inputs, answers, events and hooks. */
export const createChatWithPriorities = (base: TestBase) =>
  createChat({
    ...base,
    custom: { message },
    on: {
      'message.send': {
        before({ input }) {
          // Typed: what the schema made of it, with its defaults.
          const isLoud = input.custom?.priority === 'urgent' && !input.content.startsWith('!');
          return isLoud ? { ...input, content: `! ${input.content}` } : undefined;
        },
      },
      'message.list': {
        async around({ next }) {
          const page = await next();
          const now = base.ports.clock.now().toISOString();
          return { ...page, items: page.items.filter(({ custom: { expiresAt } }) => (expiresAt ?? now) >= now) };
        },
      },
    },
  });

export async function play() {
  await using t = await testChat(createChatWithPriorities);
  const ada = await t.client('ada');
  const { id: roomId } = await ada.api.chat.room.create.mutate({ kind: 'group', name: 'Tea' });
  const send = (content: string, custom?: z.input<typeof message>) =>
    ada.api.chat.message.send.mutate({ roomId, content, ...(custom && { custom }) });
  await send('Fire', { priority: 'urgent' });
  await send('Lunch is here', { expiresAt: new Date(t.clock.now().getTime() + 60_000).toISOString() });
  await send('Hello');
  const wrong: object = { priority: 'huge' };
  const refused = await codeOf(t.as('ada').message.send({ roomId, content: 'Hm', custom: wrong }));
  await t.clock.advance(120_000);
  const { items } = await ada.api.chat.message.list.query({ roomId });
  return { refused, shown: items.map(({ content, custom }) => `${content} (${custom.priority})`) };
}
