import type { Framework, Project } from './detect-project.js';

/** How a mount file gets the chat onto the server of the project. */
export interface AttachPart {
  readonly imports: readonly string[];
  readonly lines: readonly string[];
}

/** The server that `attachChat` is given: as code, and in the words of the framework. */
export const servers: Readonly<Record<Framework, { readonly code: string; readonly words: string }>> = {
  express: { code: 'server', words: 'what `app.listen(…)` returns' },
  fastify: { code: 'app.server', words: '`app.server`' },
  hono: { code: 'server', words: 'what `serve(…)` returns' },
  next: { code: 'server', words: 'the HTTP server that hands its requests to Next.js' },
  'node-http': { code: 'server', words: 'what `createServer(…)` returns' },
};

/** The context of a fetch framework is made of a `Request`, of which a WebSocket has none: there it is made one. */
export function attachOf(project: Project): AttachPart {
  return isMadeOfRequest(project) ? fetchPart(project) : nodePart(project);
}

function isMadeOfRequest({ framework, context }: Project): boolean {
  const takes = context?.takes ?? 'unknown';
  if (takes === 'unknown') return framework === 'hono' || framework === 'next';
  return takes === 'fetch' || takes === 'request' || takes === 'headers';
}

/** What `attachChat` is given as `createContext`, as a property of an object. */
export function contextArgument({ context }: Project): string {
  const { name = 'createContext', takes = 'unknown' } = context ?? {};
  if (takes === 'headers') return `createContext: ({ req }) => ${name}({ headers: req.headers })`;
  if (takes === 'request') return `createContext: ({ req }) => ${name}(req)`;
  return name === 'createContext' ? name : `createContext: ${name}`;
}

function nodePart(project: Project): AttachPart {
  return {
    imports: [
      "import type { ChatWebSocketsOptions } from '@confab/server';",
      "import type { Server } from 'node:net';",
    ],
    lines: [
      `${comment(project)}
export function attachChat(server: Server, options: Pick<ChatWebSocketsOptions, 'router' | 'createContext'>): void {
  const { ORIGIN = 'http://localhost:3000' } = process.env;
  chat.webSockets({ ...options, path: '${project.path}', allowedOrigins: [ORIGIN] }).attach(server);
}`,
    ],
  };
}

function fetchPart(project: Project): AttachPart {
  return {
    imports: [
      "import type { ChatWebSocketsOptions } from '@confab/server';",
      "import type { FetchCreateContextFnOptions } from '@trpc/server/adapters/fetch';",
      "import type { IncomingMessage } from 'node:http';",
      "import type { Server } from 'node:net';",
    ],
    lines: [
      `interface AttachOptions extends Pick<ChatWebSocketsOptions, 'router'> {
  readonly createContext: (options: FetchCreateContextFnOptions) => unknown;
}`,
      `${comment(project)}
export function attachChat(server: Server, { router, createContext }: AttachOptions): void {
  const { ORIGIN = 'http://localhost:3000' } = process.env;
  chat
    .webSockets({
      router,
      createContext: ({ req, info }) => createContext({ req: requestOf(req), resHeaders: new Headers(), info }),
      path: '${project.path}',
      allowedOrigins: [ORIGIN],
    })
    .attach(server);
}`,
      `/** The request that opened a WebSocket, as your context knows requests. */
function requestOf({ url = '/', headers }: IncomingMessage): Request {
  const request = new Request(new URL(url, 'http://localhost'));
  for (const [name, value] of Object.entries(headers)) {
    for (const one of [value ?? []].flat()) request.headers.append(name, one);
  }
  return request;
}`,
    ],
  };
}

function comment({ framework }: Project): string {
  return `/**
 * Answers calls and streams events over WebSockets, beside the HTTP requests of tRPC. Before the server is shut down,
 * \`chat.close({ drainMs: 5_000 })\` moves the clients away.
 *
 * @param server ${servers[framework].words}
 */`;
}
