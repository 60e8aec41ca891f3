import { createChat, definePlugin } from '@confab/server';
import { testChat } from '@confab/server/testing';
import type { TestBase } from '@confab/server/testing';
import { z } from 'zod';
import { codeOf } from './code-of.js';

const admin = { least: 'admin' } as const;
const member = { least: 'member' } as const;

/** Pinning: a procedure with a rule of its own, state in the room's `custom`, and an event that all members hear. */
export const pins = definePlugin({
  id: 'pins',
  permissions: { 'pins.pin': { direct: member, group: admin, channel: admin } },
  events: { 'pins.changed': z.object({ messageId: z.string().nullable() }) },
  procedures: (kit) => ({
    pin: kit.message('pins.pin', { rate: 'mutations' }).mutation(({ ctx, input: { messageId } }) =>
      kit.transaction(ctx.chat, async (inside) => {
        const { id: roomId, custom } = ctx.room;
        await kit.writeMessage(inside, 'pins.pin', messageId, ({ publish }) =>
          publish({ roomId }, 'pins.changed', { messageId }),
        );
        await kit.system(inside).room.update({ roomId, custom: { ...custom, pinned: messageId } });
        return { messageId };
      }),
    ),
  }),
});

export const createChatWithPins = (base: TestBase) => createChat({ ...base, plugins: [pins] });

export async function play() {
  await using t = await testChat(createChatWithPins);
  const [ada, bob] = [await t.client('ada'), await t.client('bob')];
  const { id: roomId } = await ada.api.chat.room.create.mutate({ kind: 'group', name: 'Tea', members: ['bob'] });
  const { id: messageId } = await ada.api.chat.message.send.mutate({ roomId, content: 'Thursday at four' });
  await ada.api.chat.pins.pin.mutate({ messageId });
  const told = await bob.next('pins.changed');
  const { custom } = await bob.api.chat.room.get.query({ roomId });
  const refused = await codeOf(t.as('bob').pins.pin({ messageId }));
  return { isTold: told.data.messageId === messageId, isKept: custom['pinned'] === messageId, refused };
}
