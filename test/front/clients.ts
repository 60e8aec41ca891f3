import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { createTRPCClient, createWSClient, wsLink } from '@trpc/client';
import superjson from 'superjson';
import { WebSocket } from 'ws';
import { waitFor } from '../support/wait.js';
import type { ToyRouter } from './toy-server.js';

/** A message of the server, as far as the tests look at it. */
export interface Message {
  readonly id?: number | string | null;
  readonly method?: string;
  readonly result?: { readonly type?: string; readonly id?: string; readonly data?: { readonly json?: unknown } };
  readonly error?: {
    readonly json?: {
      readonly message: string;
      readonly data: {
        readonly code: string;
        readonly stack?: string;
        readonly path?: string;
        readonly chat?: { readonly code: string; readonly status: number };
      };
    };
  };
}

export interface RawClient extends Disposable {
  readonly ws: WebSocket;
  readonly messages: readonly Message[];
  readonly texts: readonly string[];
  readonly closed: { readonly code: number; readonly reason: string } | undefined;
  send(frame: unknown): void;
  answer(id: number | string | null): Promise<Message>;
  /** The chat code of the error under `id`. */
  refused(id: number | string | null): Promise<string | undefined>;
  close(timeoutMs?: number): Promise<number>;
}

export interface RawOptions {
  /** Sent as connectionParams; left out: none are announced. */
  readonly token?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** @default true */
  readonly answersPings?: boolean;
}

/** A call on the wire. */
export function call(id: unknown, path: string, input?: unknown, method = 'query'): object {
  return { id, method, params: { path, input: superjson.serialize(input) } };
}

/** Opens a plain `ws` socket. Fails with `HTTP <status>` when the handshake is refused. */
export async function openRaw(port: number, options: RawOptions = {}): Promise<RawClient> {
  const { token, headers = {}, answersPings = true } = options;
  const query = options.query ?? (token === undefined ? '' : '?connectionParams=1');
  const ws = new WebSocket(`ws://127.0.0.1:${port}/trpc${query}`, { headers: { ...headers } });
  const messages: Message[] = [];
  const texts: string[] = [];
  let closed: { code: number; reason: string } | undefined;
  ws.on('message', (data: Buffer) => {
    const text = data.toString();
    texts.push(text);
    if (text === 'PING' && answersPings) ws.send('PONG');
    if (text !== 'PING' && text !== 'PONG') messages.push(JSON.parse(text) as Message);
  });
  ws.on('close', (code, reason) => (closed = { code, reason: reason.toString() }));
  await new Promise<void>((resolve, reject) => {
    ws.once('open', resolve);
    ws.once('error', reject);
    ws.once('unexpected-response', (request, response) => {
      request.destroy();
      reject(new Error(`HTTP ${response.statusCode}`));
    });
  });
  ws.on('error', () => undefined);
  const client: RawClient = {
    ws,
    messages,
    texts,
    get closed() {
      return closed;
    },
    send: (frame) => ws.send(typeof frame === 'string' || frame instanceof Uint8Array ? frame : JSON.stringify(frame)),
    answer: (id) =>
      waitFor(() => messages.find((message) => message.id === id && ('error' in message || 'result' in message)), {
        what: `an answer to ${String(id)}`,
        seen: () => ({ texts, closed }),
      }),
    async refused(id) {
      return (await client.answer(id)).error?.json?.data.chat?.code;
    },
    async close(timeoutMs = 5_000) {
      return (await waitFor(() => closed, { what: 'the close', timeoutMs, seen: () => texts })).code;
    },
    [Symbol.dispose]: () => ws.terminate(),
  };
  if (token !== undefined) client.send({ method: 'connectionParams', data: { token } });
  return client;
}

/** A stock tRPC client; dispose of it to close it. */
export function openStock(port: number, token: string) {
  const closes: number[] = [];
  const socket = createWSClient({
    url: `ws://127.0.0.1:${port}/trpc`,
    connectionParams: () => ({ token }),
    WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
    retryDelayMs: () => 20,
    onClose: (cause) => closes.push(cause?.code ?? 0),
  });
  const api = createTRPCClient<ToyRouter>({ links: [wsLink({ client: socket, transformer: superjson })] });
  return { socket, api, closes, [Symbol.asyncDispose]: () => socket.close() };
}

/** Writes bytes to the port and resolves to the first line of what comes back, or '' when it is closed without a word. */
export function statusLine(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket: Socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
      if (answer.includes('\r\n\r\n')) socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.once('close', () => resolve(answer.split('\r\n')[0] ?? ''));
    socket.write(text, 'latin1');
  });
}

/** The text of a handshake, with parts replaced. */
export function handshakeText(
  parts: { line?: string; host?: string; extra?: readonly string[]; version?: string; key?: string } = {},
): string {
  return [
    parts.line ?? 'GET /trpc HTTP/1.1',
    `Host: ${parts.host ?? '127.0.0.1'}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    `Sec-WebSocket-Version: ${parts.version ?? '13'}`,
    `Sec-WebSocket-Key: ${parts.key ?? 'dGhlIHNhbXBsZSBub25jZQ=='}`,
    ...(parts.extra ?? []),
    '',
    '',
  ].join('\r\n');
}
