import { createChat, definePlugin } from '@confab/server';
import { testChat } from '@confab/server/testing';
import type { TestBase } from '@confab/server/testing';
import { z } from 'zod';

const hoursOf = { '24h': 24, '7d': 7 * 24, '30d': 30 * 24 } as const;
const spans = ['24h', '7d', '30d'] as const satisfies readonly (keyof typeof hoursOf)[];

/** How lively a room is, for its admins: a query of one's own on Confab's tables, guarded by a rule of the core. */
const analytics = definePlugin({
  id: 'analytics',
  procedures: (kit) => ({
    room: kit
      .room('room.update')
      .input(z.object({ span: z.enum(spans) }))
      .query(({ ctx, input: { roomId, span } }) =>
        kit.read(ctx.chat, async ({ db }) => {
          const since = new Date(kit.clock.now().getTime() - hoursOf[span] * 3_600_000);
          const where = { roomId, createdAt: { gt: since }, deletedAt: null };
          const bySender = await db.chatMessage.groupBy({ by: ['senderId'], where, _count: { _all: true } });
          const messages = bySender.reduce((sum, { _count }) => sum + _count._all, 0);
          return { messages, people: bySender.length };
        }),
      ),
  }),
});

export const createMeasuredChat = (base: TestBase) => createChat({ ...base, plugins: [analytics] });

export async function play() {
  await using t = await testChat(createMeasuredChat);
  const ada = t.as('ada');
  const { id: roomId } = await ada.room.create({ kind: 'group', name: 'Tea', members: ['bob'] });
  await ada.message.send({ roomId, content: 'one' });
  await t.clock.advance(3 * 86_400_000);
  await t.as('bob').message.send({ roomId, content: 'two' });
  return {
    day: await ada.analytics.room({ roomId, span: '24h' }),
    week: await ada.analytics.room({ roomId, span: '7d' }),
  };
}
