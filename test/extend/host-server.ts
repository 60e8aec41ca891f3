import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTRPCClient, createWSClient, httpBatchLink, wsLink } from '@trpc/client';
import type { TRPCClient } from '@trpc/client';
import type { AnyTRPCRouter, TRPCRouterRecord } from '@trpc/server';
import { initTRPC } from '@trpc/server';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import type { ChatWebSocketsOptions } from '@confab/server';
import superjson from 'superjson';
import { WebSocket } from 'ws';
import type { HostContext } from './served-chat.js';

/** A host's own tRPC, with a formatter that marks whatever passes through it. */
export const host = initTRPC.context<HostContext>().create({
  transformer: superjson,
  errorFormatter: ({ shape }) => ({ ...shape, data: { ...shape.data, formattedBy: 'host' as const } }),
});

/** What of a chat is served. */
interface AnyChat {
  readonly ready: Promise<void>;
  webSockets(options: ChatWebSocketsOptions): { attach(server: ReturnType<typeof createServer>): void };
  close(): Promise<void>;
}

/** A host's server: its whole router over WebSocket and over HTTP. */
export interface HostServer<Router extends AnyTRPCRouter> extends AsyncDisposable {
  readonly url: string;
  /** A stock client over a socket of its own; closed with the server. `null`: nobody is logged in. */
  overSocket(userId: string | null): TRPCClient<Router>;
  overHttp(userId: string | null): TRPCClient<Router>;
}

/** Serves a host's router. A token is the id of whoever it is for. */
export async function serveHost<Router extends AnyTRPCRouter>(
  chat: AnyChat,
  router: Router,
): Promise<HostServer<Router>> {
  await chat.ready;
  const createContext = (token: string | undefined): HostContext => ({ userId: token });
  const server = createServer(
    createHTTPHandler({
      router,
      basePath: '/trpc/',
      createContext: ({ req }) => createContext(req.headers.authorization),
    }),
  );
  const sockets = chat.webSockets({
    router,
    createContext: ({ info }) => createContext(info.connectionParams?.['token']),
    allowedOrigins: [],
  });
  sockets.attach(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const open: { close(): Promise<void> }[] = [];

  return {
    url: `http://${address}`,
    overSocket(userId) {
      const client = createWSClient({
        url: `ws://${address}/trpc`,
        connectionParams: () => (userId === null ? {} : { token: userId }),
        WebSocket: WebSocket as never,
      });
      open.push(client);
      return createTRPCClient<Router>({ links: [wsLink({ client, transformer: superjson } as never)] });
    },
    overHttp(userId) {
      const headers = userId === null ? {} : { authorization: userId };
      const link = httpBatchLink({ url: `http://${address}/trpc`, transformer: superjson, headers } as never);
      return createTRPCClient<Router>({ links: [link] });
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(open.map((client) => client.close()));
      await chat.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A host's root: the chat, and procedures of its own. */
export function rootOf<Chat extends AnyTRPCRouter, Own extends TRPCRouterRecord>(chat: Chat, own: Own) {
  return host.router({ chat, ...own });
}
