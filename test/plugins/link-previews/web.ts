import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** A web server of this machine, and what was asked of it. */
export interface Web extends AsyncDisposable {
  readonly port: number;
  readonly requests: readonly IncomingMessage[];
  /** Answers a path; without one it is 404. */
  on(path: string, answer: (req: IncomingMessage, res: ServerResponse) => void): void;
  page(path: string, head: string): void;
  redirect(path: string, location: string, status?: number): void;
  /** The paths that were asked for, in order. */
  paths(): string[];
}

export async function startWeb(): Promise<Web> {
  const answers = new Map<string, (req: IncomingMessage, res: ServerResponse) => void>();
  const requests: IncomingMessage[] = [];
  const server = createServer((req, res) => {
    requests.push(req);
    const answer = answers.get(new URL(req.url ?? '/', 'http://any').pathname);
    if (answer === undefined) res.writeHead(404).end();
    else answer(req, res);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return {
    port: address.port,
    requests,
    on: (path, answer) => void answers.set(path, answer),
    page(path, head) {
      answers.set(path, (_req, res) => {
        res.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
        res.end(`<!doctype html><html><head>${head}</head><body>…</body></html>`);
      });
    },
    redirect(path, location, status = 302) {
      answers.set(path, (_req, res) => void res.writeHead(status, { location }).end());
    },
    paths: () => requests.map(({ url }) => url ?? ''),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
