import { createChat, definePlugin } from '@confab/server';
import type { ChatStore } from '@confab/server';
import { z } from 'zod';
import type { Context } from './trpc.js';

declare const store: ChatStore;

const polls = definePlugin({
  id: 'polls',
  errors: { POLL_CLOSED: { status: 4040, trpc: 'CONFLICT' } },
  events: { 'poll.voted': z.object({ pollId: z.string(), at: z.date() }) },
  procedures: (kit) => ({
    vote: kit
      .user()
      .input(z.object({ pollId: z.string(), choice: z.int() }))
      .mutation(() => ({ votes: 1, closesAt: new Date() })),
  }),
});

export const chat = createChat({
  store,
  viewer: ({ session }: Context) => session && { id: session.userId },
  plugins: [polls],
  custom: {
    message: z.object({ priority: z.enum(['low', 'high']), dueAt: z.string().optional() }),
    room: z.object({ orderId: z.string() }),
  },
  events: { 'order.paid': z.object({ orderId: z.string(), amount: z.number() }) },
  errors: { define: { QUOTA: { status: 4030, trpc: 'FORBIDDEN' } } },
});
