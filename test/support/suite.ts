import { afterAll, afterEach, beforeAll, beforeEach, describe, inject, vi } from 'vitest';
import type { Room, RoomKind } from '@confab/shared';
import type { RoomFields } from './api.js';
import { connect, connectHttp, person } from './client.js';
import type { Connection, ConnectOptions, Person } from './client.js';
import { borrowServer, isPostgresThere, startServer } from './server.js';
import type { Provider, ServerOptions, TestServer } from './server.js';
import { waitFor } from './wait.js';

/** What the tests of one suite share, and with it all suites of a file that ask for the same: a server per database, and connections that are closed after each test. */
export interface Suite {
  readonly provider: Provider;
  readonly server: TestServer;
  /** Connects a device; closed when the test ends. */
  connect(user: Person, options?: ConnectOptions): Promise<Connection>;
  connectHttp(user: Person, options?: ConnectOptions): Promise<Connection>;
  /** Connects one device each for users nobody else has. */
  users<const Names extends readonly string[]>(...names: Names): Promise<{ [Index in keyof Names]: Connection }>;
}

export interface SuiteOptions extends Partial<Omit<ServerOptions, 'provider'>> {
  /** A server nobody else uses, to be killed and started again. @default one of the whole run, unless something else of it is asked for */
  readonly alone?: true;
  /** @default both */
  readonly providers?: readonly Provider[];
}

const isTherePostgres = await isPostgresThere();

/** The servers of the file that runs now: suites that ask for the same one share it. */
const servers = new Map<string, Promise<TestServer>>();

async function stopServers(): Promise<void> {
  const all = [...servers.values()];
  servers.clear();
  for (const starting of all) {
    const server = await starting.catch(() => undefined);
    await server?.stop();
  }
}

function sharedServer({ alone, ...options }: ServerOptions & Pick<SuiteOptions, 'alone'>): Promise<TestServer> {
  const key = JSON.stringify(options);
  const isPlain = alone !== true && Object.keys(options).join() === 'provider';
  const ofTheRun = inject('sharedServers').find(({ provider }) => provider === options.provider);
  if (isPlain && ofTheRun !== undefined) return Promise.resolve(borrowServer(ofTheRun));
  const server = servers.get(key) ?? startServer(options);
  servers.set(key, server);
  return server;
}

/** Describes what holds on every database: `body` runs once for each. */
export function onEachDatabase(name: string, body: (suite: Suite) => void, options: SuiteOptions = {}): void {
  const { providers = ['sqlite', 'postgresql'], ...serverOptions } = options;
  vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 });
  // Not once for the module, which other files of the same process share.
  afterAll(stopServers);
  for (const provider of providers) {
    const isThere = provider === 'sqlite' || isTherePostgres;
    describe.skipIf(!isThere)(`${name} (${provider})`, () => body(createSuite({ ...serverOptions, provider })));
  }
}

function createSuite(options: ServerOptions & Pick<SuiteOptions, 'alone'>): Suite {
  let server: TestServer | undefined;
  let connections: Connection[] = [];

  beforeAll(async () => {
    server = await sharedServer(options);
  });
  beforeEach(({ onTestFailed }) => {
    onTestFailed(() => {
      const tail = server?.log().slice(-4_000) ?? '';
      if (tail.trim() !== '') console.error(`The server's log ends with:\n${tail}`);
    });
  });
  afterEach(async () => {
    const open = connections;
    connections = [];
    await Promise.all(open.map((connection) => connection.close()));
  });

  const running = () => {
    if (server === undefined) throw new Error('the server is there from the first test on, not before');
    return server;
  };
  const keep = async (opening: Promise<Connection>) => {
    const connection = await opening;
    connections.push(connection);
    return connection;
  };
  return {
    provider: options.provider,
    get server() {
      return running();
    },
    connect: (user, connectOptions) => keep(connect(running(), user, connectOptions)),
    connectHttp: (user, connectOptions) => keep(connectHttp(running(), user, connectOptions)),
    async users(...names) {
      const all = await Promise.all(names.map((name) => keep(connect(running(), person(name)))));
      return all as { [Index in keyof typeof names]: Connection };
    },
  };
}

/** Creates a room of the first user with the others, and waits until each has heard of it. */
export async function makeRoom(
  kind: RoomKind,
  owner: Connection,
  others: readonly Connection[] = [],
  fields: RoomFields = {},
): Promise<Room> {
  const members = others.map(({ id }) => id);
  const name = kind === 'direct' ? {} : { name: `A ${kind}` };
  const room = await owner.api.room.create.mutate({ kind, members, ...name, ...fields });
  await Promise.all(
    [owner, ...others]
      .filter(hasStream)
      .map((member) => member.event('room.created', (event) => event.roomId === room.id)),
  );
  return room;
}

function hasStream(connection: Connection): boolean {
  return connection.received.length > 0;
}

/** Sends one message and waits until every one of `readers` has it. */
export async function say(
  sender: Connection,
  roomId: string,
  content: string,
  readers: readonly Connection[] = [sender],
) {
  const message = await sender.api.message.send.mutate({ roomId, content });
  await Promise.all(
    readers.map((reader) => reader.event('message.created', (event) => event.data.message.id === message.id)),
  );
  return message;
}

/** Waits until `calls` concurrent outcomes are in, and resolves to the values of those that succeeded. */
export async function succeeded<Value>(calls: readonly Promise<Value>[]): Promise<Value[]> {
  const outcomes = await Promise.allSettled(calls);
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
}

/** Waits until a user's room list holds exactly these rooms. */
export async function expectRooms(user: Connection, ids: readonly string[]): Promise<void> {
  const wanted = [...ids].sort().join();
  await waitFor(
    async () =>
      (await user.api.room.list.query({})).items
        .map(({ id }) => id)
        .sort()
        .join() === wanted || undefined,
    {
      what: `the rooms of ${user.id} to be ${wanted}`,
    },
  );
}

/** The numbers from `first` to `last`. */
export function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}
