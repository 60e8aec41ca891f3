import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ChatError, errorCodes, transformer } from '@confab/shared';
import type { ChatErrorCode, SocketLimits } from '@confab/shared';
import { initTRPC, tracked, TRPCError } from '@trpc/server';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import { z } from 'zod';
import { connectionOf } from '../../server/front/connection-key.js';
import type { SocketHooks, SocketSessions, WebSockets, WebSocketsOptions } from '../../server/front/options.js';
import { streamEvents } from '../../server/front/stream-events.js';
import { createWebSockets } from '../../server/front/web-sockets.js';
import { systemClock, systemRandom } from '../../server/system.js';
import type { Viewer } from '../../server/viewer.js';
import { createFakeStreams } from './fake-streams.js';
import type { FakeStreams } from './fake-streams.js';

export interface ToyContext {
  readonly viewer: Viewer | null;
  readonly cookie?: string;
}

/** A promise that is settled from outside. */
export interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

export function createGate(): Gate {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

/** What the toy's procedures share with the test. */
export interface ToyState {
  readonly streams: FakeStreams;
  /** Calls of `slow` that have begun. */
  readonly begun: number[];
  readonly gate: Gate;
  /** Values the host's own stream was asked for. */
  pulled: number;
}

function createToyRouter(state: ToyState) {
  const t = initTRPC.context<ToyContext>().create({ transformer, isDev: false });
  const mine = t.procedure.use(({ ctx, next }) => {
    if (ctx.viewer === null) throw refusal('UNAUTHENTICATED');
    return next({ ctx: { ...ctx, viewer: ctx.viewer } });
  });
  return t.router({
    ping: t.procedure.query(() => 'pong'),
    whoami: t.procedure.query(({ ctx }) => ({
      id: ctx.viewer?.id ?? null,
      cookie: ctx.cookie ?? null,
      connection: connectionOf(ctx)?.id ?? null,
    })),
    big: t.procedure.input(z.object({ bytes: z.number() })).query(({ input }) => 'x'.repeat(input.bytes)),
    chat: t.router({
      me: mine.query(({ ctx }) => ctx.viewer.id),
      echo: t.procedure.input(z.unknown()).query(({ input }) => input),
      fail: t.procedure.input(z.object({ code: z.string() })).mutation(({ input }) => {
        throw refusal(input.code as ChatErrorCode);
      }),
      slow: t.procedure.input(z.object({ n: z.number() })).mutation(async ({ input }) => {
        state.begun.push(input.n);
        await state.gate.opened;
        return input.n;
      }),
      events: mine.input(z.object({ lastEventId: z.string().nullish() })).subscription(({ ctx, input, signal }) =>
        streamEvents({
          ctx,
          streams: state.streams,
          userId: ctx.viewer.id,
          sessionId: ctx.viewer.sessionId ?? 'none',
          cursor: input.lastEventId ?? undefined,
          ready: () => Promise.reject(new Error('the fake does not ask')),
          signal,
        }),
      ),
    }),
    count: t.procedure.input(z.object({ bytes: z.number(), values: z.number() })).subscription(async function* ({
      input,
    }) {
      for (let n = 1; n <= input.values; n += 1) {
        state.pulled = n;
        yield tracked(String(n), 'x'.repeat(input.bytes));
      }
    }),
  });
}

export type ToyRouter = ReturnType<typeof createToyRouter>;

function refusal(code: ChatErrorCode): TRPCError {
  return new TRPCError({ code: errorCodes[code].trpc, cause: new ChatError(code) });
}

export interface ToyOptions {
  readonly limits?: Partial<SocketLimits>;
  readonly anonymous?: 'allow' | 'refuse';
  readonly allowedOrigins?: WebSocketsOptions['allowedOrigins'];
  readonly isRevoked?: SocketSessions['isRevoked'];
  readonly admit?: NonNullable<SocketSessions['admit']>;
  readonly hooks?: SocketHooks;
  readonly createContext?: WebSocketsOptions['createContext'];
}

export interface ToyServer extends AsyncDisposable {
  readonly port: number;
  readonly server: Server;
  readonly sockets: WebSockets;
  readonly state: ToyState;
  readonly streams: FakeStreams;
  /** What the front told of sessions and wrote to its log. */
  readonly told: string[];
}

/**
 * A server of a toy router behind the front. A token is `name`, or `name;expiresAt=<ms>;sid=<id>`; `throws` makes
 * createContext throw.
 */
export async function startToy(options: ToyOptions = {}): Promise<ToyServer> {
  const told: string[] = [];
  const state: ToyState = { streams: createFakeStreams(), begun: [], gate: createGate(), pulled: 0 };
  const router = createToyRouter(state);
  const note = (level: string) => (fields: object, message: string) => {
    const { err } = fields as { err?: unknown };
    told.push(`${level}: ${message}${err === undefined ? '' : ` (${String(err)})`}`);
  };
  const sockets = createWebSockets({
    router,
    allowedOrigins: options.allowedOrigins ?? ['http://app.example'],
    anonymous: options.anonymous ?? 'allow',
    createContext:
      options.createContext ??
      (({ req, info }) => ({
        viewer: viewerOf(info.connectionParams?.['token'] ?? bearerOf(req.headers.authorization)),
        cookie: req.headers.cookie,
      })),
    viewerOf: (ctx) => (ctx as ToyContext).viewer,
    sessions: {
      isRevoked: options.isRevoked ?? (() => Promise.resolve(false)),
      ...(options.admit === undefined ? {} : { admit: options.admit }),
      opened: ({ userId, sessionId }) => told.push(`opened ${userId} ${sessionId}`),
      closed: ({ userId }) => told.push(`closed ${userId}`),
      touched: (userId) => told.push(`touched ${userId}`),
    },
    ...(options.hooks === undefined ? {} : { hooks: options.hooks }),
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    clock: systemClock,
    random: systemRandom,
    log: { info: note('info'), warn: note('warn'), error: note('error') },
  });
  const handle = createHTTPHandler({
    router,
    createContext: ({ req }) => ({ viewer: viewerOf(bearerOf(req.headers.authorization)) }),
  });
  const server = createServer(handle);
  sockets.attach(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    server,
    sockets,
    state,
    streams: state.streams,
    told,
    async [Symbol.asyncDispose]() {
      state.gate.open();
      await sockets.close({ drainMs: 0 });
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function bearerOf(header: string | undefined): string | undefined {
  return header?.startsWith('Bearer ') ? header.slice(7) : undefined;
}

function viewerOf(token: string | undefined): Viewer | null {
  if (token === undefined || token === 'nobody') return null;
  if (token === 'throws') throw new Error('this token is broken');
  const [id = '', ...rest] = token.split(';');
  const fields = new Map(rest.map((field) => field.split('=') as [string, string]));
  const expiresAt = fields.get('expiresAt');
  const sessionId = fields.get('sid');
  return {
    id,
    ...(expiresAt === undefined ? {} : { expiresAt: new Date(Number(expiresAt)) }),
    ...(sessionId === undefined ? {} : { sessionId }),
  };
}
