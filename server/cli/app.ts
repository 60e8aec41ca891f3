import { transformer } from '@confab/shared';
import { initTRPC } from '@trpc/server';
import type { IncomingMessage } from 'node:http';
import type { ChatRouter } from '../router/index.js';
import type { Viewer } from '../viewer.js';
import type { VerifyToken } from './tokens.js';

/** What the standalone server knows of a caller. */
export interface AppContext {
  /** Throws what kept a token from being verified. */
  readonly viewer: () => Viewer | null;
}

/** What both adapters pass to `createContext`, as far as it is used here. */
export interface Arrival {
  readonly req: Pick<IncomingMessage, 'headers'>;
  readonly info: { readonly connectionParams: Readonly<Record<string, unknown>> | null };
}

// Proxies often cut a response that is silent for half a minute.
const sse = { ping: { enabled: true, intervalMs: 15_000 }, client: { reconnectAfterInactivityMs: 40_000 } };

const t = initTRPC.context<AppContext>().create({ transformer, isDev: false, sse });

/** The standalone server's root router. */
export function createAppRouter(chat: ChatRouter) {
  return t.router({ chat });
}

export type AppRouter = ReturnType<typeof createAppRouter>;

/** Makes contexts; never rejects, because a call is answered better than a refused context is. */
export function createContextFactory(verify: VerifyToken): (arrival: Arrival) => Promise<AppContext> {
  return async ({ req, info }) => {
    const token = tokenOf(info.connectionParams?.['token'], req.headers.authorization);
    if (token === undefined) return { viewer: () => null };
    try {
      const viewer = await verify(token);
      return { viewer: () => viewer };
    } catch (error) {
      return {
        viewer: () => {
          throw error;
        },
      };
    }
  };
}

function tokenOf(param: unknown, authorization: string | undefined): string | undefined {
  if (typeof param === 'string') return param;
  return /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
}
