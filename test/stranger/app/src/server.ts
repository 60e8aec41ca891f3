import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express from 'express';
import { prisma } from './database.js';
import { createContext, publicProcedure, router } from './trpc.js';

export const appRouter = router({
  people: publicProcedure.query(({ ctx }) => prisma.user.findMany({ where: { id: { not: ctx.userId ?? '' } } })),
});
export type AppRouter = typeof appRouter;

const { PORT = '3000' } = process.env;
const app = express();
app.use('/trpc', createExpressMiddleware({ router: appRouter, createContext }));
app.use(express.static('dist'));
app.listen(Number(PORT));
console.log(`http://localhost:${PORT}`);
