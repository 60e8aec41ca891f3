import { transformer } from '@confab/shared';
import { initTRPC } from '@trpc/server';
import type { AnyTRPCRouter } from '@trpc/server';

const t = initTRPC.context<object>().create({ transformer, isDev: false });

/** The root of a chat that is in no router of a host's own. */
export function createRoot<Router extends AnyTRPCRouter>(chat: Router) {
  return t.router({ chat });
}
