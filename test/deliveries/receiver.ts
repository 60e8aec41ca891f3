import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { WebhookPayload } from '@confab/server';
import type { MessageState } from '@confab/shared';

/** What a receiver got. */
export interface Received {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly payload: WebhookPayload<{
    readonly type: string;
    readonly data: { readonly message?: MessageState } & Readonly<Record<string, unknown>>;
  }>;
}

/** How it answers: a status, or whatever it likes. */
export type Reply = number | ((response: ServerResponse, request: IncomingMessage) => void);

/** Another service that is told of events. */
export interface Receiver extends AsyncDisposable {
  readonly url: string;
  readonly received: readonly Received[];
  /** Open connections. */
  readonly connections: number;
  /** Answers the next requests so, one after the other, and every one after them with the last. */
  reply(...replies: readonly Reply[]): void;
  /** Those of one type. */
  of(type: string): readonly Received[];
}

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  let replies: readonly Reply[] = [204];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const headers = request.headers as Record<string, string>;
      received.push({ headers, body, payload: JSON.parse(body) as Received['payload'] });
      const [reply = 204, ...rest] = replies;
      if (rest.length > 0) replies = rest;
      if (typeof reply === 'function') reply(response, request);
      else response.writeHead(reply).end();
    });
    request.on('error', () => undefined);
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    received,
    get connections() {
      return sockets.size;
    },
    reply(...next) {
      replies = next;
    },
    of: (type) => received.filter(({ payload }) => payload.type === type),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
