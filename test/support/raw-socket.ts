import { connect as connectTcp } from 'node:net';
import superjson from 'superjson';
import { WebSocket } from 'ws';
import type { TestServer } from './server.js';
import { waitFor } from './wait.js';

/** A frame of tRPC's WebSocket protocol, as far as the tests look at it. */
export interface Frame {
  readonly id?: number | string | null;
  readonly method?: string;
  readonly result?: { readonly type?: string; readonly id?: string; readonly data?: unknown };
  readonly error?: unknown;
}

/** A WebSocket that sends what it is told, right or wrong. */
export interface RawSocket extends AsyncDisposable {
  readonly frames: readonly Frame[];
  readonly isOpen: boolean;
  readonly closed: { readonly code: number; readonly reason: string } | undefined;
  /** Sends text as it is, anything else as JSON. */
  send(frame: unknown): void;
  /** Waits for the frame that answers `id`. */
  answer(id: number | string | null): Promise<Frame>;
  /** Waits for the frame that answers `id`, and resolves to the chat error in it. */
  refusal(id: number | string | null): Promise<{ readonly code?: string; readonly status?: number } | undefined>;
  /** Waits for the socket to be closed. */
  close(timeoutMs?: number): Promise<{ readonly code: number; readonly reason: string }>;
  /** Stops and starts reading from the connection. */
  pause(): void;
  resume(): void;
  terminate(): void;
}

export interface RawOptions {
  /** Appended to `/trpc`. @default '?connectionParams=1' */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as the first frame. */
  readonly params?: Readonly<Record<string, unknown>> | undefined;
}

/** Opens a socket and resolves when it is open; fails with the HTTP status if it was refused. */
export async function openRaw(server: TestServer, options: RawOptions = {}): Promise<RawSocket> {
  const address = `${server.url.replace('http', 'ws')}/trpc${options.query ?? '?connectionParams=1'}`;
  const socket = new WebSocket(address, { headers: { ...options.headers } });
  const frames: Frame[] = [];
  let closed: { code: number; reason: string } | undefined;
  socket.on('message', (data: Buffer) => {
    const text = data.toString();
    if (text === 'PING') socket.send('PONG');
    else if (text !== 'PONG') frames.push(...([JSON.parse(text)].flat() as Frame[]));
  });
  socket.on('close', (code, reason) => {
    closed = { code, reason: reason.toString() };
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
    socket.once('unexpected-response', (request, response) => {
      request.destroy();
      reject(new Error(`refused with HTTP ${response.statusCode}`));
    });
  });
  socket.on('error', () => undefined);
  const raw: RawSocket = {
    frames,
    get isOpen() {
      return socket.readyState === WebSocket.OPEN;
    },
    get closed() {
      return closed;
    },
    send(frame) {
      socket.send(typeof frame === 'string' || frame instanceof Uint8Array ? frame : JSON.stringify(frame));
    },
    answer: (id) =>
      waitFor(() => frames.find((frame) => frame.id === id && ('error' in frame || 'result' in frame)), {
        what: `an answer to call ${String(id)}`,
        seen: () => ({ frames, closed }),
      }),
    async refusal(id) {
      const frame = await raw.answer(id);
      if (frame.error === undefined) throw new Error(`should have been refused: ${JSON.stringify(frame)}`);
      return chatErrorIn(frame.error);
    },
    close: (timeoutMs = 10_000) =>
      waitFor(() => closed, { what: 'the socket to be closed', timeoutMs, seen: () => frames }),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    terminate: () => socket.terminate(),
    [Symbol.asyncDispose]: () => {
      socket.terminate();
      return Promise.resolve();
    },
  };
  if (options.params !== undefined) raw.send({ method: 'connectionParams', data: options.params });
  return raw;
}

/** A call as tRPC's WebSocket protocol carries it; the input goes through superjson. */
export function callFrame(
  id: number | string,
  method: 'query' | 'mutation' | 'subscription',
  path: string,
  input: unknown,
) {
  return { id, jsonrpc: '2.0', method, params: { path: `chat.${path}`, input: superjson.serialize(input) } };
}

/** The `chat` part of an error on the wire, whether or not the transformer wrapped it. */
export function chatErrorIn(error: unknown): { readonly code?: string; readonly status?: number } | undefined {
  const shape = (typeof error === 'object' && error !== null && 'json' in error ? error.json : error) as
    { data?: { chat?: { code?: string; status?: number } } } | undefined;
  return shape?.data?.chat;
}

/** Writes bytes to the server's port and resolves to what it answers until it closes or has sent a whole head. */
export function exchange(server: TestServer, text: string, timeoutMs = 10_000): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp(server.port, '127.0.0.1');
    let answer = '';
    const timer = setTimeout(() => {
      socket.destroy();
      reject(
        new Error(
          `no answer within ${timeoutMs} ms to ${JSON.stringify(text.slice(0, 200))}; got ${JSON.stringify(answer)}`,
        ),
      );
    }, timeoutMs);
    const finish = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
      if (answer.includes('\r\n\r\n')) finish();
    });
    socket.once('close', finish);
    socket.once('error', finish);
    socket.write(text, 'latin1');
  });
}
