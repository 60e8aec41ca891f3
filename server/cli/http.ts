import type { SocketLimits } from '@confab/shared';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { AppContext, AppRouter, Arrival } from './app.js';
import { answerLogin } from './login.js';
import { isLoopbackHost } from './origins.js';
import type { ServeFile } from './static-files.js';
import type { NewToken } from './tokens.js';

export interface HttpOptions {
  readonly router: AppRouter;
  readonly createContext: (arrival: Arrival) => Promise<AppContext>;
  readonly allowedOrigins: () => readonly string[];
  /** Issues the tokens of the demo's login; left out, there is no login. */
  readonly issueToken?: (token: NewToken) => Promise<string>;
  readonly files: ServeFile;
  /** Whether this server can be sent traffic. */
  readonly isReady: () => Promise<boolean>;
  readonly callsPerBatch: SocketLimits['callsPerFrame'];
  readonly log: Logger;
}

const bodyBytes = 1_048_576;

/** The one HTTP server: calls, login, health and the demo page. Its `upgrade` events are for the WebSocket front. */
export function createHttpServer(options: HttpOptions): Server {
  const handleCall = createHTTPHandler({
    router: options.router,
    createContext: options.createContext,
    basePath: '/trpc/',
    maxBodySize: bodyBytes,
    maxBatchSize: options.callsPerBatch,
  });
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000, maxHeaderSize: 16_384 }, (req, res) => {
    answer(req, res).catch((error: unknown) => {
      options.log.error({ error, method: req.method }, 'a request failed');
      if (res.headersSent) res.destroy();
      else res.writeHead(500).end();
    });
  });
  return server;

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    res.setHeader('x-content-type-options', 'nosniff');
    res.setHeader('referrer-policy', 'no-referrer');
    const pathname = pathOf(req);
    if (pathname === undefined) return end(res, 400);
    // With a login for everyone, a name that merely leads to this machine must not be enough to get in.
    if (options.issueToken !== undefined && !isLoopbackHost(req.headers.host)) return end(res, 421);
    if (pathname.startsWith('/trpc/')) {
      if (allowOrigin(req, res)) handleCall(req, res);
      return;
    }
    if (pathname === '/healthz') return end(res, 200, 'ok');
    if (pathname === '/readyz') return (await options.isReady()) ? end(res, 200, 'ok') : end(res, 503, 'not ready');
    if (pathname === '/login' && options.issueToken !== undefined) return answerLogin(req, res, options.issueToken);
    if (!options.files(req, res, pathname)) end(res, 404);
  }

  /** Lets pages of the allowed origins call from elsewhere; answers their preflight, and then there is nothing to do. */
  function allowOrigin(req: IncomingMessage, res: ServerResponse): boolean {
    const { origin } = req.headers;
    res.setHeader('vary', 'origin');
    if (origin !== undefined && options.allowedOrigins().includes(origin)) {
      res.setHeader('access-control-allow-origin', origin);
      res.setHeader('access-control-allow-headers', 'authorization, content-type, last-event-id, trpc-accept');
      res.setHeader('access-control-max-age', '600');
    }
    if (req.method !== 'OPTIONS') return true;
    end(res, 204);
    return false;
  }
}

function pathOf(req: IncomingMessage): string | undefined {
  const target = req.url ?? '';
  if (!target.startsWith('/') || !URL.canParse(`http://host${target}`)) return undefined;
  return new URL(`http://host${target}`).pathname;
}

function end(res: ServerResponse, status: number, body = ''): void {
  res.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
  res.end(status === 204 ? undefined : `${body || `${String(status)}`}\n`);
}
