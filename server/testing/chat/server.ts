import type { SocketLimits } from '@confab/shared';
import type { AnyTRPCRouter } from '@trpc/server';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { FrontLog } from '../../front/options.js';
import type { Viewer } from '../../viewer.js';
import { createRoot } from './root.js';
import type { AnyChat, TestApp, Testable, TestContext } from './types.js';

/** A chat that is served. */
export interface Served {
  readonly chat: AnyChat;
  readonly router: AnyTRPCRouter;
  /** Where the chat is in the router. */
  readonly path: string;
  /** `http://127.0.0.1:<port>`; the router is at `/trpc` over HTTP and WebSocket. */
  readonly url: string;
  stop(): Promise<void>;
}

export interface ServeOptions {
  readonly made: Testable;
  readonly viewerOf: (token: string) => Viewer | null;
  readonly sockets: Partial<SocketLimits>;
  /** Lets go of what the chat was built on. */
  readonly close: () => Promise<void>;
}

/** Starts to listen for a chat that was made. Resolves when it takes calls; rejects as `chat.ready` does. */
export async function serve({ made, viewerOf, sockets, close }: ServeOptions): Promise<Served> {
  const {
    chat,
    router,
    path = 'chat',
    createContext = plainContext,
  }: TestApp = 'chat' in made ? made : { chat: made, router: createRoot(made.router) };
  const arrive = ({ req, info }: Arrival): object | Promise<object> => {
    const token = tokenOf(info.connectionParams?.['token'], req.headers.authorization);
    return createContext({ viewer: token === undefined ? null : viewerOf(token), req });
  };
  const server = createServer();
  let url = '';
  let stopping: Promise<void> | undefined;

  async function stop(): Promise<void> {
    await chat.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await close();
  }

  try {
    await chat.ready;
    const handle = createHTTPHandler({ router, createContext: arrive, basePath: '/trpc/' });
    server.on('request', (req, res) => {
      if (req.url?.startsWith('/trpc/')) handle(req, res);
      else res.writeHead(404).end();
    });
    chat.webSockets({ router, createContext: arrive, allowedOrigins: () => [url], limits: sockets }).attach(server);
    url = await listen(server);
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
  return { chat, router, path, url, stop: () => (stopping ??= stop()) };
}

interface Arrival {
  readonly req: IncomingMessage;
  readonly info: { readonly connectionParams: Readonly<Record<string, unknown>> | null };
}

function plainContext({ viewer }: TestContext): TestContext {
  return { viewer };
}

function tokenOf(param: unknown, authorization: string | undefined): string | undefined {
  return typeof param === 'string' ? param : /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The test server has no port.');
  return `http://127.0.0.1:${address.port}`;
}

/** Keeps what went wrong, to be told of when a test fails. */
export function createTestLog(): FrontLog & { readonly circumstances: () => readonly string[] } {
  const lines: string[] = [];
  const keep = (fields: object, message: string): void => {
    const { error, err = error } = fields as { readonly error?: unknown; readonly err?: unknown };
    lines.push(`The server logged: ${message}${err === undefined ? '' : ` (${String(err)})`}`);
  };
  return { info: () => undefined, warn: keep, error: keep, circumstances: () => lines.slice(-5) };
}
