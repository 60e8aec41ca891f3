import { TRPCError } from '@trpc/server';
import { EventEmitter, on } from 'node:events';
import { z } from 'zod';
import { credentials, findUser, signUp } from './account.js';
import { chat } from './chat.js';
import { prisma } from './database.js';
import type { Order } from './generated/client.js';
import { openSession } from './session.js';
import { procedure, publicProcedure, router } from './trpc.js';

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

const account = router({
  signUp: publicProcedure.input(credentials).mutation(async ({ input }) => {
    if (!(await signUp(input))) throw new TRPCError({ code: 'CONFLICT', message: 'Somebody else has this name.' });
  }),
  logIn: publicProcedure.input(credentials).mutation(async ({ input }) => {
    const user = await findUser(input);
    if (user === null) throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Wrong name or password.' });
    return { token: await openSession(user.id) };
  }),
});

export const appRouter = router({ account, orders, chat: chat.router });

export type AppRouter = typeof appRouter;
