import { createChat } from '@confab/server';
import { testChat } from '@confab/server/testing';
import type { TestBase } from '@confab/server/testing';
import { z } from 'zod';
import { codeOf } from './code-of.js';

/** A locked room in which VIPs speak all the same: `next` asks the table, and the rule adds to it. */
export const createChatWithVips = (base: TestBase) =>
  createChat({
    ...base,
    custom: { member: z.object({ vip: z.boolean().default(false) }) },
    permissions: {
      'message.send': ({ me, next }) => (me?.custom.vip === true ? 'allowed' : next()),
    },
  });

export async function play() {
  await using t = await testChat(createChatWithVips);
  const ada = t.as('ada');
  const { id: roomId } = await ada.room.create({ kind: 'group', name: 'Box', members: ['bob', 'cy'], locked: true });
  await ada.room.updateMember({ roomId, userId: 'bob', custom: { vip: true } });
  const { content: vip } = await t.as('bob').message.send({ roomId, content: 'Bravo!' });
  const others = await codeOf(t.as('cy').message.send({ roomId, content: 'Boo!' }));
  return { vip, others };
}
