import type { SocketLimits } from '@confab/shared';
import { randomUUID } from 'node:crypto';
import { memoryBus } from '../../bus/memory.js';
import type { MemoryWire } from '../../bus/memory.js';
import type { ChatStore } from '../../store/port.js';
import type { Viewer } from '../../viewer.js';
import { connectClient } from './client.js';
import type { Destination, TestClient, TestClientOptions } from './client.js';
import type { TestClock } from './clock.js';
import type { AnyEvent } from './collector.js';
import type { TestDatabase } from './database.js';
import type { Logins } from './logins.js';
import { createTestLog, serve } from './server.js';
import type { Served } from './server.js';
import type { TestBase, Testable } from './types.js';

/** What the nodes of one test share. */
export interface World {
  readonly create: (base: TestBase) => Testable | Promise<Testable>;
  readonly database: TestDatabase;
  readonly clock: TestClock;
  readonly wire: MemoryWire;
  readonly logins: Logins;
  readonly sockets: Partial<SocketLimits>;
  readonly waitMs: number;
}

/** A place where one node runs at a time, with the clients that connect to it. */
export interface Seat {
  readonly served: Served;
  client(userId: string, options?: TestClientOptions): Promise<TestClient<never, AnyEvent>>;
  settled(): Promise<void>;
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Makes a chat and serves it. */
export async function openSeat(world: World): Promise<Seat> {
  const log = createTestLog();
  const clients = new Set<TestClient<never, AnyEvent>>();
  let served = await start();
  /** Clients that come while there is no node wait for the next. */
  let arriving: Promise<Served> = Promise.resolve(served);
  let closing: Promise<void> | undefined;
  let devices = 0;

  async function start(): Promise<Served> {
    const { create, clock, database, logins, sockets, wire } = world;
    const { store, close } = await database.open((error) => log.error({ error }, 'the store met a fault'));
    // Which plugins there are is known when the chat was made, and it opens its store at once.
    const migrated = deferred();
    const patient: ChatStore = { ...store, open: (...given) => migrated.promise.then(() => store.open(...given)) };
    const base: TestBase = {
      store: patient,
      bus: memoryBus(wire),
      viewer: ({ viewer }) => viewer,
      log,
      ports: { clock },
    };
    try {
      const made = await create(base);
      const { plugins = [] } = 'chat' in made ? made.chat : made;
      migrated.follow(database.migrate(plugins));
      return await serve({ made, viewerOf: logins.viewerOf, sockets, close });
    } catch (error) {
      migrated.fail(error);
      await close();
      throw error;
    }
  }

  const destination: Destination = {
    socketUrl: async () => `${(await arriving).url.replace('http', 'ws')}/trpc`,
    router: served.router,
    path: served.path,
    async hasNews(userId, cursor) {
      const { events } = await callSync((await arriving).chat.as(userId), cursor);
      return events.length > 0;
    },
    circumstances: log.circumstances,
  };

  async function shut(): Promise<void> {
    await Promise.all([...clients].map((client) => client.close()));
    await served.stop();
  }

  return {
    get served() {
      return served;
    },
    async client(userId, options = {}) {
      if (closing !== undefined) throw new Error('This node was closed.');
      const { subscribe: _subscribe, since: _since, ...viewer } = options;
      devices += 1;
      const sessionId = viewer.sessionId ?? `${userId}-${devices}-${randomUUID().slice(0, 8)}`;
      const full: Viewer = { ...viewer, id: userId, sessionId };
      const token = world.logins.token(full);
      const { waitMs } = world;
      const client = await connectClient({ viewer: full, sessionId, token, options, destination, waitMs });
      clients.add(client as TestClient<never, AnyEvent>);
      return client as TestClient<never, AnyEvent>;
    },
    settled: async () => void (await Promise.all([...clients].map((client) => client.settled()))),
    async restart() {
      const before = served;
      arriving = before.stop().then(start);
      served = await arriving;
    },
    close: () => (closing ??= shut()),
  };
}

/** A promise that will go the way of another one, unless it failed before. */
function deferred() {
  let follow: (other: Promise<void>) => void = () => undefined;
  let fail: (error: unknown) => void = () => undefined;
  const promise = new Promise<void>((resolve, reject) => {
    follow = resolve;
    fail = reject;
  });
  // Who opens the store hears of it; without a chat nobody does.
  promise.catch(() => undefined);
  return { promise, follow, fail };
}

/** Server-side, so that it works where the host's router leaves `sync` out. */
async function callSync(caller: unknown, cursor: string): Promise<{ readonly events: readonly unknown[] }> {
  const { sync } = caller as {
    sync(input: { readonly cursor: string; readonly limit: number }): Promise<{ readonly events: readonly unknown[] }>;
  };
  return sync({ cursor, limit: 1 });
}
