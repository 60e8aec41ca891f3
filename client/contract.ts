import type { AnyTRPCRouter } from '@trpc/server';
export type ChatContract = AnyTRPCRouter;
