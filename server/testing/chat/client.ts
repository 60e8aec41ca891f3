import { createTRPCClientProxy, createWSClient, TRPCUntypedClient, wsLink } from '@trpc/client';
import type { TRPCClient } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import { WebSocket } from 'ws';
import type { Viewer } from '../../viewer.js';
import { createCollector } from './collector.js';
import type { AnyEvent, Collected, WaitOptions } from './collector.js';

/** A client that is connected: one device of a user. */
export interface TestClient<Router extends AnyTRPCRouter, Event extends AnyEvent>
  extends Collected<Event>, AsyncDisposable {
  readonly userId: string;
  /** The device. */
  readonly sessionId: string;
  /** A stock tRPC client of the whole router, over this client's own WebSocket. */
  readonly api: TRPCClient<Router>;
  /** How each socket it had was closed. */
  readonly closes: readonly { readonly code: number; readonly reason: string }[];
  /**
   * Resolves when everything that was committed or answered before has reached this client, on its node as on others:
   * what is not among `events` then will not come. After a lost connection it also waits for what was missed.
   */
  settled(options?: WaitOptions): Promise<void>;
  /** Cuts the connection without a word. The client comes back by itself, with its cursor, and misses nothing. */
  drop(): void;
  /** Cuts the connection and stays away until `online`. */
  offline(): void;
  online(): void;
  /** Leaves for good. */
  close(): Promise<void>;
}

export interface TestClientOptions extends Partial<Omit<Viewer, 'id'>> {
  /** `false`: calls only, no stream. @default true */
  readonly subscribe?: boolean;
  /** A cursor to start from, as one that was kept by an earlier client of this device. */
  readonly since?: string;
}

/** The server as a client finds it. */
export interface Destination {
  /** Asked again at every connect; waits while there is none. */
  socketUrl(): Promise<string>;
  readonly router: AnyTRPCRouter;
  /** Where the chat is in the router. */
  readonly path: string;
  /** Whether something was committed for this user that is not told up to this cursor. */
  hasNews(userId: string, cursor: string): Promise<boolean>;
  /** Why something may not have come, as the server knows it. */
  circumstances(): readonly string[];
}

export interface ConnectOptions {
  readonly viewer: Viewer;
  readonly sessionId: string;
  readonly token: string;
  readonly options: TestClientOptions;
  readonly destination: Destination;
  readonly waitMs: number;
}

/** Comes back fast at first, and not much slower later: tests wait for it. */
const retryDelayMs = (attempt: number): number => (attempt === 0 ? 0 : Math.min(500, 20 * 2 ** attempt));

/** Connects a stock client; resolves when its stream has begun. */
export async function connectClient<Router extends AnyTRPCRouter, Event extends AnyEvent>(
  connect: ConnectOptions,
): Promise<TestClient<Router, Event>> {
  const { viewer, sessionId, token, options, destination, waitMs } = connect;
  const closes: { code: number; reason: string }[] = [];
  const collector = createCollector<Event>({
    name: `${viewer.id}'s client`,
    waitMs,
    circumstances: () => [
      ...closes.slice(-3).map(({ code, reason }) => `A socket of it was closed with ${code} ${reason}`.trimEnd()),
      ...destination.circumstances(),
    ],
  });
  let socket: WebSocket | undefined;
  let cursor: string | undefined;
  let pongs = 0;
  let isAway = false;
  const comeBack: (() => void)[] = [];
  let closing: Promise<void> | undefined;

  const remember = (opened: WebSocket): void => {
    socket = opened;
  };

  class WatchedSocket extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols);
      remember(this);
      this.on('message', (data) => {
        if (String(data) !== 'PONG') return;
        pongs += 1;
        collector.check();
      });
      this.on('close', (code, reason) => {
        closes.push({ code, reason: reason.toString() });
      });
    }
  }

  async function address(): Promise<string> {
    while (isAway && closing === undefined) await new Promise<void>((resolve) => comeBack.push(resolve));
    if (closing !== undefined) throw new Error('This client was closed.');
    return destination.socketUrl();
  }
  function online(): void {
    isAway = false;
    for (const resolve of comeBack.splice(0)) resolve();
  }

  const wsClient = createWSClient({
    url: address,
    connectionParams: () => ({ token }),
    // The DOM's type, which `ws` follows but does not declare.
    WebSocket: WatchedSocket as never,
    retryDelayMs,
  });
  const { transformer } = destination.router._def._config;
  const untyped = new TRPCUntypedClient<AnyTRPCRouter>({ links: [wsLink({ client: wsClient, transformer })] });
  let stream: { unsubscribe(): void } | undefined = undefined;

  async function shut(): Promise<void> {
    collector.end('it was closed');
    stream?.unsubscribe();
    online();
    // What is in flight would be waited for, and on a dead connection no answer comes.
    const closed = wsClient.close();
    const deadline = setTimeout(() => socket?.terminate(), 1_000);
    await closed.finally(() => clearTimeout(deadline));
    socket?.terminate();
  }

  const client: TestClient<Router, Event> = {
    ...{ userId: viewer.id, sessionId, events: collector.events, closes },
    api: createTRPCClientProxy<Router>(untyped as unknown as TRPCUntypedClient<Router>) as TRPCClient<Router>,
    next: collector.next,
    until: collector.until,
    async settled(wanted) {
      for (let at = cursor; at !== undefined && (await destination.hasNews(viewer.id, at)); at = cursor) {
        const told = at;
        await collector.wait(() => cursor !== told || undefined, 'what was committed and it was not told', wanted);
      }
      await collector.wait(() => socket?.readyState === WebSocket.OPEN || undefined, 'its connection', wanted);
      const before = pongs;
      // Its answer takes the same way as the events and is behind all that were sent.
      socket?.send('PING');
      await collector.wait(() => pongs > before || undefined, 'an answer to its ping', wanted);
    },
    drop: () => socket?.terminate(),
    offline() {
      isAway = true;
      socket?.terminate();
    },
    online,
    close: () => (closing ??= shut()),
    [Symbol.asyncDispose]: () => client.close(),
  };
  if (options.subscribe === false) return client;

  stream = untyped.subscription(
    `${destination.path}.events`,
    { ...(options.since !== undefined && { since: options.since }) },
    {
      onData(value) {
        const { id, data } = value as { readonly id: string; readonly data: Event };
        cursor = id;
        collector.push(data);
      },
      onError: (error) => collector.end(`its stream was refused: ${error.message}`),
      onComplete: () => collector.end('its stream was ended by the server'),
    },
  );
  try {
    await collector.wait(() => collector.events[0], 'its stream to begin');
  } catch (error) {
    await client.close();
    throw error;
  }
  return client;
}
