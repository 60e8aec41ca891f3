import { randomBytes } from 'node:crypto';
import type { ChatEvent, EventOf, EventType } from '@confab/shared';
import {
  createTRPCClient,
  createWSClient,
  httpBatchLink,
  httpSubscriptionLink,
  splitLink,
  TRPCClientError,
  wsLink,
} from '@trpc/client';
import type { TRPCLink } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import { SignJWT } from 'jose';
import superjson from 'superjson';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import { procedureKinds } from './api.js';
import type { ChatApi, Procedure } from './api.js';
import { createEventSource } from './event-source.js';
import type { TestServer } from './server.js';
import { waitFor } from './wait.js';

/** Someone who is not in any other test. */
export interface Person {
  readonly id: string;
  readonly name: string;
}

/** What a stream yielded: the cursor and the event. */
export interface Received {
  readonly id: string;
  readonly event: ChatEvent;
}

export interface ConnectOptions {
  /** `false`: no stream, calls only. @default true */
  readonly subscribe?: boolean;
  readonly since?: string;
  readonly lastEventId?: string;
  readonly claims?: TokenClaims;
  readonly token?: string;
  /** Sent beside the token as `connectionParams`. */
  readonly params?: Readonly<Record<string, string>>;
}

/** One device of a user: a stock client with its stream, and everything the stream yielded. */
export interface Connection extends AsyncDisposable {
  readonly person: Person;
  /** The user's id. */
  readonly id: string;
  readonly token: string;
  readonly api: ChatApi;
  /** Everything the stream yielded, over all reconnects. */
  readonly received: readonly Received[];
  /** Errors that ended the stream. */
  readonly errors: readonly unknown[];
  /** How each socket of this device was closed. */
  readonly closes: readonly { readonly code: number; readonly reason: string }[];
  /** Where the stream stands, for `event(…, { from })`. */
  readonly position: number;
  /** What the stream yielded of one type, that fits. */
  events<Type extends EventType>(type: Type, fits?: (event: EventOf<Type>) => boolean, from?: number): EventOf<Type>[];
  /** Waits for an event of one type that fits; one that came before counts, unless `from` says otherwise. */
  event<Type extends EventType>(
    type: Type,
    fits?: (event: EventOf<Type>) => boolean,
    options?: { from?: number; timeoutMs?: number },
  ): Promise<EventOf<Type>>;
  until(holds: (received: readonly Received[]) => boolean, what: string, timeoutMs?: number): Promise<void>;
  /** The `seq` of every logged event of a room, in the order they came. */
  seqs(roomId: string): number[];
  /** Calls any procedure with any input, as untyped code may. */
  call(procedure: Procedure, input: unknown): Promise<unknown>;
  /** Resolves when everything the server sent before it answers now has been received. */
  settle(): Promise<void>;
  /** Cuts the connection without a close frame; the stock client comes back by itself. */
  drop(): void;
  /** Cuts the connection and keeps the client from coming back until `online`. */
  offline(): void;
  online(): void;
  close(): Promise<void>;
}

export type TokenClaims = Readonly<Record<string, unknown>>;

/** A user with an id nobody else has. */
export function person(name: string): Person {
  return { id: `${name}-${randomBytes(5).toString('hex')}`, name: name.charAt(0).toUpperCase() + name.slice(1) };
}

/** A client id nobody else has. */
export function clientId(): string {
  return randomBytes(16).toString('hex');
}

/** A token as the host's login would issue it; `claims` are laid over `sub`, `name` and an hour's `exp`. */
export async function tokenFor(server: TestServer, user: Person, claims: TokenClaims = {}): Promise<string> {
  if (server.secret === null) return login(server, user);
  const now = Math.floor(Date.now() / 1000);
  const payload = { sub: user.id, name: user.name, iat: now, exp: now + 3_600, ...claims };
  return new SignJWT(payload).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(server.secret));
}

async function login(server: TestServer, user: Person): Promise<string> {
  const answer = await fetch(`${server.url}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: user.id }),
  });
  if (!answer.ok) throw new Error(`POST /login answered ${answer.status}: ${await answer.text()}`);
  return ((await answer.json()) as { token: string }).token;
}

/** Connects a device over WebSocket; resolves when its stream is `ready`. */
export async function connect(server: TestServer, user: Person, options: ConnectOptions = {}): Promise<Connection> {
  const token = options.token ?? (await tokenFor(server, user, options.claims));
  const closes: { code: number; reason: string }[] = [];
  const gate = createGate();
  let socket: WebSocket | undefined;
  let isClosing = false;
  const remember = (opened: WebSocket): void => {
    socket = opened;
  };

  class RecordedSocket extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols);
      remember(this);
      this.on('close', (code, reason) => closes.push({ code, reason: reason.toString() }));
    }
  }

  const wsClient = createWSClient({
    url: async () => {
      await gate.passed();
      return `${server.url.replace('http', 'ws')}/trpc`;
    },
    connectionParams: () => ({ token, ...options.params }),
    // The DOM's type, which `ws` follows but does not declare.
    WebSocket: RecordedSocket as never,
    retryDelayMs: (attempt) => (attempt === 0 ? 0 : Math.min(1_000, 50 * 2 ** attempt)),
  });
  const link = wsLink<AnyTRPCRouter>({ client: wsClient, transformer: superjson });
  return assemble(user, token, link, options, {
    closes,
    drop: () => socket?.terminate(),
    offline() {
      gate.shut();
      socket?.terminate();
    },
    online: () => gate.open(),
    async close() {
      if (isClosing) return;
      isClosing = true;
      gate.refuse();
      await wsClient.close();
      socket?.terminate();
    },
  });
}

/** Connects a device over plain HTTP and server-sent events; resolves when its stream is `ready`. */
export async function connectHttp(server: TestServer, user: Person, options: ConnectOptions = {}): Promise<Connection> {
  const token = options.token ?? (await tokenFor(server, user, options.claims));
  const headers = { authorization: `Bearer ${token}` };
  const source = createEventSource(headers);
  const url = () => `${server.url}/trpc`;
  const link = splitLink<AnyTRPCRouter>({
    condition: (operation) => operation.type === 'subscription',
    true: httpSubscriptionLink({ url, transformer: superjson, EventSource: source.EventSource as never }),
    false: httpBatchLink({ url: url(), transformer: superjson, headers }),
  });
  return assemble(user, token, link, options, {
    closes: [],
    drop: () => source.drop(),
    offline: () => source.offline(),
    online: () => source.online(),
    close: () => Promise.resolve(source.close()),
  });
}

interface Wire {
  readonly closes: readonly { code: number; reason: string }[];
  drop(): void;
  offline(): void;
  online(): void;
  close(): Promise<void>;
}

async function assemble(
  user: Person,
  token: string,
  link: TRPCLink<AnyTRPCRouter>,
  options: ConnectOptions,
  wire: Wire,
): Promise<Connection> {
  // Typed by what is documented rather than by the router: the tests hold the server to the page, not to itself.
  const client = createTRPCClient<AnyTRPCRouter>({ links: [link] }) as unknown as { chat: ChatApi };
  const api = client.chat;
  const received: Received[] = [];
  const errors: unknown[] = [];
  let stream: { unsubscribe(): void } | undefined = undefined;

  const connection: Connection = {
    person: user,
    id: user.id,
    token,
    api,
    received,
    errors,
    closes: wire.closes,
    get position() {
      return received.length;
    },
    events: (type, fits, from = 0) => select(received, type, fits, from),
    async event(type, fits, { from = 0, timeoutMs = 10_000 } = {}) {
      const found = await waitFor(() => select(received, type, fits, from)[0], {
        what: `${type} to reach ${user.id}`,
        timeoutMs,
        seen: () => ({
          events: received.slice(from).map(({ event }) => event),
          errors: errors.map(String),
          closes: wire.closes.slice(-5),
        }),
      });
      return found;
    },
    async until(holds, what, timeoutMs = 10_000) {
      await waitFor(() => holds(received), { what, timeoutMs, seen: () => received.map(({ event }) => event) });
    },
    seqs: (roomId) =>
      received.flatMap(({ event }) => (event.roomId === roomId && event.seq !== undefined ? [event.seq] : [])),
    call: (procedure, input) => callUntyped(api, procedure, input),
    async settle() {
      await api.session.heartbeat.mutate({});
    },
    drop: () => wire.drop(),
    offline: () => wire.offline(),
    online: () => wire.online(),
    async close() {
      stream?.unsubscribe();
      await wire.close();
    },
    [Symbol.asyncDispose]: () => connection.close(),
  };

  if (options.subscribe === false) return connection;
  const { since, lastEventId } = options;
  const input = { ...(since === undefined ? {} : { since }), ...(lastEventId === undefined ? {} : { lastEventId }) };
  stream = api.events.subscribe(input, {
    onData: ({ id, data }) => received.push({ id, event: data }),
    onError: (error) => errors.push(error),
  });
  try {
    await waitFor(
      () => {
        if (errors.length > 0) throw errors[0];
        return received.length > 0;
      },
      { what: `the stream of ${user.id} to be ready`, seen: () => wire.closes },
    );
  } catch (error) {
    await connection.close();
    throw error;
  }
  return connection;
}

function select<Type extends EventType>(
  received: readonly Received[],
  type: Type,
  fits: ((event: EventOf<Type>) => boolean) | undefined,
  from: number,
): EventOf<Type>[] {
  return received
    .slice(from)
    .map(({ event }) => event)
    .filter((event): event is ChatEvent & EventOf<Type> => event.type === type)
    .filter((event) => fits === undefined || fits(event));
}

async function callUntyped(api: ChatApi, procedure: Procedure, input: unknown): Promise<unknown> {
  // The client is a proxy: any path is a function.
  let place = api as unknown as Record<string, unknown>;
  for (const name of procedure.split('.')) place = place[name] as Record<string, unknown>;
  const method = procedureKinds[procedure] === 'query' ? 'query' : 'mutate';
  return (place[method] as (value: unknown) => Promise<unknown>)(input);
}

/** Holds connection attempts back while it is shut. */
function createGate() {
  let waiting: { resolve(): void; reject(error: Error): void }[] = [];
  let state: 'open' | 'shut' | 'refused' = 'open';
  return {
    passed(): Promise<void> {
      if (state === 'open') return Promise.resolve();
      if (state === 'refused') return Promise.reject(new Error('this client was closed'));
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    shut() {
      state = 'shut';
    },
    open() {
      state = 'open';
      for (const { resolve } of waiting) resolve();
      waiting = [];
    },
    refuse() {
      state = 'refused';
      for (const { reject } of waiting) reject(new Error('this client was closed'));
      waiting = [];
    },
  };
}

/** What a refused call said. */
export interface Refusal {
  readonly code: string | undefined;
  readonly status: number | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  /** tRPC's own code. */
  readonly trpc: string | undefined;
  readonly message: string;
  readonly data: unknown;
}

/** Resolves to how a call was refused; fails if it succeeded. */
export async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  const outcome = await call.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('value' in outcome) throw new Error(`should have been refused, but answered ${JSON.stringify(outcome.value)}`);
  const { error } = outcome;
  if (!(error instanceof TRPCClientError)) throw error;
  const data = error.data as
    { code?: string; chat?: { code: string; status: number; details?: Record<string, unknown> } } | null | undefined;
  return {
    code: data?.chat?.code,
    status: data?.chat?.status,
    details: data?.chat?.details,
    trpc: data?.code,
    message: error.message,
    data,
  };
}

/** The table of errors, as the documentation promises it. */
export const errorTable: Readonly<Record<string, { readonly status: number; readonly trpc: string }>> = {
  UNAUTHENTICATED: { status: 4001, trpc: 'UNAUTHORIZED' },
  PERMISSION_DENIED: { status: 4002, trpc: 'FORBIDDEN' },
  VALIDATION: { status: 4003, trpc: 'BAD_REQUEST' },
  NOT_FOUND: { status: 4004, trpc: 'NOT_FOUND' },
  CONFLICT: { status: 4005, trpc: 'CONFLICT' },
  INTERNAL: { status: 4006, trpc: 'INTERNAL_SERVER_ERROR' },
  RATE_LIMITED: { status: 4029, trpc: 'TOO_MANY_REQUESTS' },
  TOO_LARGE: { status: 4413, trpc: 'PAYLOAD_TOO_LARGE' },
  UNAVAILABLE: { status: 4503, trpc: 'SERVICE_UNAVAILABLE' },
};

/** Expects a call to be refused with one of `codes`, under the status and tRPC code the table gives it. */
export async function expectRefusal(call: Promise<unknown>, ...codes: string[]): Promise<Refusal> {
  const refusal = await refusalOf(call);
  expect(codes, `refused with ${JSON.stringify(refusal)}`).toContain(refusal.code);
  expect({ status: refusal.status, trpc: refusal.trpc }).toEqual(errorTable[refusal.code ?? '']);
  return refusal;
}
