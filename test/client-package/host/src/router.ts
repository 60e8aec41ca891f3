import { chat } from './chat.js';
import { orders } from './orders.js';
import { router } from './trpc.js';

export const appRouter = router({ chat: chat.router, orders });

export type AppRouter = typeof appRouter;
