import { createChat, definePlugin } from '@confab/server';
import type { ChatStore } from '@confab/server';
import { linkPreviews } from '@confab/server/plugins/link-previews';
import { moderation } from '@confab/server/plugins/moderation';
import { polls } from '@confab/server/plugins/polls';
import { z } from 'zod';
import type { Context } from './trpc.js';

declare const store: ChatStore;

const dice = definePlugin({
  id: 'dice',
  errors: { NO_DICE: { status: 4040, trpc: 'CONFLICT' } },
  events: { 'dice.rolled': z.object({ sides: z.int(), at: z.date() }) },
  permissions: {
    'dice.roll': { direct: { least: 'member' }, group: { least: 'member' }, channel: { least: 'admin' } },
  },
  procedures: (kit) => ({
    roll: kit
      .room('dice.roll')
      .input(z.object({ sides: z.int() }))
      .mutation(() => ({ result: 1, at: new Date() })),
  }),
});

export const chat = createChat({
  store,
  viewer: ({ session }: Context) => session && { id: session.userId },
  plugins: [dice, linkPreviews(), moderation(), polls()],
  custom: {
    member: z.object({ title: z.string().default('') }),
    message: z.object({ priority: z.enum(['low', 'high']), dueAt: z.string().optional() }),
    room: z.object({ orderId: z.string() }),
  },
  events: { 'order.paid': z.object({ orderId: z.string(), amount: z.number() }) },
  errors: { define: { QUOTA: { status: 4030, trpc: 'FORBIDDEN' } } },
  omit: ['room.setRole'],
  present: { message: (message) => ({ ...message, shout: message.content?.toUpperCase() ?? null }) },
});
