import { createChat, definePlugin } from '@confab/server';
import { testChat } from '@confab/server/testing';
import type { TestBase } from '@confab/server/testing';
import { z } from 'zod';

const person = z.object({ userId: z.string() });

/**
 * Joining by approval. `around` does something else instead of the core: a public room with `joinPolicy: 'request'`
 * takes note and tells its admins, who let people in.
 */
const approval = definePlugin({
  id: 'approval',
  events: { 'approval.asked': person },
  on: (kit) => ({
    'room.join': {
      async around({ input: { roomId }, ctx, next }) {
        const room = await kit.as(ctx.user.id, ctx).room.get({ roomId });
        if (room.joinPolicy !== 'request' || room.me !== null) return next();
        const requests = { ...(room.custom['requests'] as object | undefined), [ctx.user.id]: true };
        await kit.system(ctx).room.update({ roomId, custom: { ...room.custom, requests } });
        const { items: admins } = await kit.system(ctx).room.members({ roomId, roles: ['owner', 'admin'] });
        await kit.write(ctx, async ({ publish }) => {
          for (const { userId } of admins) await publish({ userId }, 'approval.asked', { userId: ctx.user.id });
        });
        return { status: 'requested', room };
      },
    },
  }),
  procedures: (kit) => ({
    accept: kit
      .room('room.addMembers', { rate: 'mutations' })
      .input(person)
      .mutation(({ ctx, input: { roomId, userId } }) =>
        kit.transaction(ctx.chat, async (inside) => {
          const { custom } = await kit.as(ctx.chat.user.id, inside).room.get({ roomId });
          const { [userId]: asked, ...requests } = (custom['requests'] ?? {}) as Record<string, true>;
          if (asked !== true) throw kit.error('NOT_FOUND');
          await kit.as(ctx.chat.user.id, inside).room.addMembers({ roomId, userIds: [userId] });
          await kit.as(ctx.chat.user.id, inside).room.update({ roomId, custom: { ...custom, requests } });
          return {};
        }),
      ),
  }),
});

export const createChatWithApproval = (base: TestBase) => createChat({ ...base, plugins: [approval] });

export async function play() {
  await using t = await testChat(createChatWithApproval);
  const [ada, bob] = [await t.client('ada'), await t.client('bob')];
  const { id: roomId } = await ada.api.chat.room.create.mutate({
    ...{ kind: 'channel', name: 'Club', visibility: 'public', joinPolicy: 'request' },
  });
  const { status } = await bob.api.chat.room.join.mutate({ roomId });
  const { userId } = (await ada.next('approval.asked')).data;
  await ada.api.chat.approval.accept.mutate({ roomId, userId });
  const added = await bob.next('member.added');
  return { status, asked: userId, members: added.data.room.memberCount };
}
