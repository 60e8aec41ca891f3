import { transformer } from '@confab/shared';
import { initTRPC, TRPCError } from '@trpc/server';
import type { CreateFastifyContextOptions } from '@trpc/server/adapters/fastify';
import type { CreateWSSContextFnOptions } from '@trpc/server/adapters/ws';
import { z, ZodError } from 'zod';
import { findSession } from './session.js';

/** A token comes as a header with an HTTP request, and as connectionParams with a WebSocket. */
export async function createContext({ req, info }: CreateFastifyContextOptions | CreateWSSContextFnOptions) {
  const token = info.connectionParams?.['token'] ?? /^Bearer (.+)$/.exec(req.headers.authorization ?? '')?.[1];
  return { session: await findSession(token) };
}

export type Context = Awaited<ReturnType<typeof createContext>>;

const t = initTRPC.context<Context>().create({
  transformer,
  sse: { ping: { enabled: true, intervalMs: 15_000 }, client: { reconnectAfterInactivityMs: 40_000 } },
  errorFormatter: ({ shape, error }) => ({
    ...shape,
    data: { ...shape.data, fields: error.cause instanceof ZodError ? z.flattenError(error.cause).fieldErrors : null },
  }),
});

export const { router, procedure: publicProcedure } = t;

/** Procedures for those who are logged in. */
export const procedure = t.procedure.use(({ ctx, next }) => {
  if (ctx.session === null) throw new TRPCError({ code: 'UNAUTHORIZED' });
  return next({ ctx: { session: ctx.session } });
});
