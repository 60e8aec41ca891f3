import { createChat } from '@confab/server';
import { testChat } from '@confab/server/testing';
import type { TestBase } from '@confab/server/testing';
import { z } from 'zod';
import { codeOf } from './code-of.js';

/** Archived rooms can be read and no more: rules of the permission table, asked ahead of everything and under the lock. */
export const createChatWithArchive = (base: TestBase) =>
  createChat({
    ...base,
    custom: { room: z.object({ archived: z.boolean().default(false) }) },
    permissions: {
      'message.send': ({ room, next }) => (room.custom.archived ? 'PERMISSION_DENIED' : next()),
      'message.edit': ({ room, next }) => (room.custom.archived ? 'PERMISSION_DENIED' : next()),
      'message.react': ({ room, next }) => (room.custom.archived ? 'PERMISSION_DENIED' : next()),
    },
  });

export async function play() {
  await using t = await testChat(createChatWithArchive);
  const ada = t.as('ada');
  const { id: roomId } = await ada.room.create({ kind: 'group', name: 'Minutes' });
  await ada.message.send({ roomId, content: 'That was it.' });
  await ada.room.update({ roomId, custom: { archived: true } });
  const refused = await codeOf(ada.message.send({ roomId, content: 'One more thing' }));
  const { allowed } = await t.chat.can('ada', 'message.send', { roomId });
  const { items } = await ada.message.list({ roomId });
  return { refused, allowed, read: items.map(({ content }) => content) };
}
