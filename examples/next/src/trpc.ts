import { transformer } from '@confab/shared';
import { initTRPC, TRPCError } from '@trpc/server';
import { z, ZodError } from 'zod';
import { findSession } from './session.js';

/** From the `Cookie` header that HTTP requests and WebSockets both bring. */
export async function createContext(cookies: string | null | undefined) {
  return { session: await findSession(cookies) };
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

export const { router } = t;

/** Procedures for those who are logged in. */
export const procedure = t.procedure.use(({ ctx, next }) => {
  if (ctx.session === null) throw new TRPCError({ code: 'UNAUTHORIZED' });
  return next({ ctx: { session: ctx.session } });
});
