import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { initTRPC, tracked, TRPCError } from '@trpc/server';
import { applyWSSHandler } from '@trpc/server/adapters/ws';
import type { CreateWSSContextFnOptions } from '@trpc/server/adapters/ws';
import superjson from 'superjson';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { z } from 'zod';

interface ToyContext {
  readonly token: string | undefined;
  readonly socket: WebSocket;
}

/** What a toy stream sends: an id and an event. */
export type ToyEvent = readonly [id: string, event: Record<string, unknown>];

/** What the next subscription does once, instead of streaming. */
export type Misbehaviour = 'stop' | TRPCError;

const t = initTRPC.context<ToyContext>().create({ transformer: superjson, isDev: false });

function createToyRouter(toy: ToyState) {
  return t.router({
    chat: t.router({
      events: t.procedure
        .input(z.strictObject({ lastEventId: z.string().nullish(), since: z.string().optional() }))
        .subscription(({ input, signal }) => {
          const misbehaviour = toy.misbehaviours.shift();
          if (misbehaviour instanceof TRPCError) throw misbehaviour;
          toy.inputs.push(input);
          return stream(toy, input.lastEventId ?? input.since, misbehaviour === 'stop', signal);
        }),
    }),
    whoami: t.procedure.query(({ ctx }) => ({ token: ctx.token ?? null, at: new Date(0) })),
    fail: t.procedure.mutation(() => {
      throw new TRPCError({ code: 'FORBIDDEN' });
    }),
    hang: t.procedure.query(() => new Promise<never>(() => undefined)),
  });
}

async function* stream(
  toy: ToyState,
  after: string | null | undefined,
  stops: boolean,
  signal: AbortSignal | undefined,
) {
  let next = after === null || after === undefined ? toy.log.length : Number(after) + 1;
  yield tracked(after ?? String(next - 1), { type: 'ready', at: new Date(0), data: {} });
  if (stops) return;
  while (signal?.aborted !== true) {
    for (; next < toy.log.length; next += 1) yield tracked(String(next), toy.log[next]);
    await new Promise<void>((resolve) => {
      toy.wakers.add(resolve);
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}

interface ToyState {
  readonly log: Record<string, unknown>[];
  readonly inputs: unknown[];
  readonly tokens: (string | undefined)[];
  readonly misbehaviours: Misbehaviour[];
  readonly wakers: Set<() => void>;
}

export type ToyRouter = ReturnType<typeof createToyRouter>;

/** A stock tRPC WebSocket server with one stream, whose every move a test decides. */
export interface ToyServer extends AsyncDisposable {
  readonly url: string;
  /** The inputs of all subscriptions so far. */
  readonly inputs: readonly unknown[];
  /** The tokens of all connections so far. */
  readonly tokens: readonly (string | undefined)[];
  readonly misbehaviours: Misbehaviour[];
  readonly sockets: ReadonlySet<WebSocket>;
  /** Every new connection is closed at once with this code. */
  closeNew: number | undefined;
  emit(event: Record<string, unknown>): void;
  closeAll(code: number): void;
  /** Sends tRPC's notice to reconnect. */
  notify(): void;
  /** Listens again on the same port after `down()`. */
  up(): Promise<void>;
  down(): Promise<void>;
}

export async function createToyServer(): Promise<ToyServer> {
  const toy: ToyState = { log: [], inputs: [], tokens: [], misbehaviours: [], wakers: new Set() };
  const router = createToyRouter(toy);
  let port = 0;
  let http = createServer();
  let wss = new WebSocketServer({ noServer: true });
  const server: ToyServer = {
    get url() {
      return `ws://127.0.0.1:${port}`;
    },
    inputs: toy.inputs,
    tokens: toy.tokens,
    misbehaviours: toy.misbehaviours,
    get sockets() {
      return wss.clients;
    },
    closeNew: undefined,
    emit(event) {
      toy.log.push({ at: new Date(0), ...event });
      for (const wake of toy.wakers) wake();
      toy.wakers.clear();
    },
    closeAll(code) {
      for (const socket of wss.clients) socket.close(code);
    },
    notify() {
      for (const socket of wss.clients) socket.send('{"id":null,"method":"reconnect"}');
    },
    async up() {
      http = createServer();
      wss = new WebSocketServer({ server: http });
      applyWSSHandler({
        wss,
        router,
        createContext: ({ info, res }: CreateWSSContextFnOptions) => {
          const token = info.connectionParams?.['token'] ?? undefined;
          toy.tokens.push(token);
          return { token, socket: res };
        },
      });
      wss.on('connection', (socket) => {
        if (server.closeNew !== undefined) socket.close(server.closeNew);
      });
      await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve));
      port = (http.address() as AddressInfo).port;
    },
    async down() {
      for (const socket of wss.clients) socket.terminate();
      wss.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
    [Symbol.asyncDispose]: () => server.down(),
  };
  await server.up();
  return server;
}
