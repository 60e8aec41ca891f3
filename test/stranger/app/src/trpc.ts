import { initTRPC } from '@trpc/server';
import type { IncomingMessage } from 'node:http';
import superjson from 'superjson';

export function createContext({ req }: { readonly req: IncomingMessage }) {
  return { userId: userOf(req) };
}

const t = initTRPC.context<typeof createContext>().create({ transformer: superjson });
export const { router, procedure: publicProcedure } = t;

/** Your own login goes here. */
function userOf(req: IncomingMessage): string | null {
  return /(?:^|; )user=([\w-]+)/.exec(req.headers.cookie ?? '')?.[1] ?? null;
}
