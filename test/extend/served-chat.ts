import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { initTRPC } from '@trpc/server';
import type { AnyTRPCRouter } from '@trpc/server';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import superjson from 'superjson';
import type { ChatWebSocketsOptions } from '@confab/server';
import type { Viewer } from '../../server/viewer.js';
import { connect, connectHttp, person } from '../support/client.js';
import type { Connection, ConnectOptions, Person } from '../support/client.js';
import type { TestServer } from '../support/server.js';

/** The context of the host under test: whoever the token names is logged in. */
export interface HostContext {
  readonly userId: string | undefined;
}

/** The viewer of that context. */
export const viewer = ({ userId }: HostContext): Viewer | null =>
  userId === undefined ? null : { id: userId, name: userId.split('-')[0] ?? userId };

/** A chat behind a socket of this process. */
export interface ServedChat extends AsyncDisposable {
  connect(user: Person, options?: ConnectOptions): Promise<Connection>;
  connectHttp(user: Person, options?: ConnectOptions): Promise<Connection>;
  /** Connects one device each for users nobody else has. */
  users<const Names extends readonly string[]>(...names: Names): Promise<{ [Index in keyof Names]: Connection }>;
}

/** What a chat is, whatever extends it, as far as it is served. */
interface AnyChat {
  readonly router: AnyTRPCRouter;
  readonly ready: Promise<void>;
  webSockets(options: ChatWebSocketsOptions): { attach(server: ReturnType<typeof createServer>): void };
  close(): Promise<void>;
}

const t = initTRPC.context<HostContext>().create({ transformer: superjson });

/** Serves a chat under `chat` on a port of its own; disposing of it closes clients, chat and server. */
export async function serveChat(chat: AnyChat): Promise<ServedChat> {
  await chat.ready;
  const router = t.router({ chat: chat.router });
  const server = createServer(
    createHTTPHandler({
      router,
      basePath: '/trpc/',
      createContext: ({ req }): HostContext => ({ userId: req.headers.authorization?.replace('Bearer ', '') }),
    }),
  );
  const createContext: ChatWebSocketsOptions['createContext'] = ({ info }): HostContext => ({
    userId: info.connectionParams?.['token'],
  });
  chat.webSockets({ router, createContext, allowedOrigins: [] }).attach(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const connections: Connection[] = [];

  async function kept(connecting: Promise<Connection>): Promise<Connection> {
    const connection = await connecting;
    connections.push(connection);
    return connection;
  }

  // Clients look at the address only.
  const place = { url } as TestServer;
  const served: ServedChat = {
    connect: (user, options) => kept(connect(place, user, { token: user.id, ...options })),
    connectHttp: (user, options) => kept(connectHttp(place, user, { token: user.id, ...options })),
    async users(...names) {
      const all = await Promise.all(names.map((name) => served.connect(person(name))));
      return all as { [Index in keyof typeof names]: Connection };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(connections.map((connection) => connection.close()));
      await chat.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return served;
}

/** What a connection was told of one type, core or not, with its place. */
export function told<Data = unknown>(
  { received }: Connection,
  type: string,
): { readonly seq: number | undefined; readonly roomId: string | undefined; readonly data: Data }[] {
  return received.flatMap(({ event }) =>
    (event.type as string) === type ? [{ seq: event.seq, roomId: event.roomId, data: event.data as Data }] : [],
  );
}
