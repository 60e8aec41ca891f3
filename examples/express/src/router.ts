import { EventEmitter, on } from 'node:events';
import { z } from 'zod';
import { chat } from './chat.js';
import { prisma } from './database.js';
import type { Order } from './generated/client.js';
import { procedure, router } from './trpc.js';

const placed = new EventEmitter<Record<string, [Order]>>();

const orders = router({
  place: procedure
    .input(z.object({ item: z.string().min(1), quantity: z.int().min(1).max(100) }))
    .mutation(async ({ ctx, input }) => {
      const order = await prisma.order.create({ data: { ...input, userId: ctx.session.userId } });
      placed.emit(order.userId, order);
      return order;
    }),
  /** My own orders, from whichever device. */
  placed: procedure.subscription(async function* ({ ctx, signal }) {
    for await (const [order] of on(placed, ctx.session.userId, { signal })) yield order as Order;
  }),
});

export const appRouter = router({ orders, chat: chat.router });

export type AppRouter = typeof appRouter;
