import type { ErrorDefinitions, Member, MessageState, ProcedureName, RoomState, SocketLimits } from '@confab/shared';
import { memoryWire } from '../../bus/memory.js';
import type { ChatOptions } from '../../chat-options.js';
import type { Chat } from '../../chat.js';
import { createChat } from '../../create-chat.js';
import type { CustomSchemas, EventDefinitions } from '../../extend/data/definitions.js';
import type { ChatPlugin } from '../../extend/plugins/plugin.js';
import type { MemberCore, MessageCore, RoomCore } from '../../extend/data/presenters.js';
import type { ShapeOf } from '../../extend/types/shape.js';
import type { SignedUpload } from '../../extend/uploads.js';
import type { Viewer } from '../../viewer.js';
import type { TestClient, TestClientOptions } from './client.js';
import { createTestClock } from './clock.js';
import type { TestClock } from './clock.js';
import { createTestDatabase } from './database.js';
import type { TestDatabaseOptions } from './database.js';
import { createLogins } from './logins.js';
import { openSeat } from './test-node.js';
import type { Seat, World } from './test-node.js';
import type { ChatOf, RouterOf, StreamedBy, Testable, TestBase, TestContext } from './types.js';

/** What can be set about the surroundings of a chat under test. */
export interface TestKitOptions extends TestDatabaseOptions {
  /** What time it is at first. @default now */
  readonly startsAt?: Date;
  /** How long `next`, `until` and `settled` wait, in milliseconds of real time. @default 3_000 */
  readonly waitMs?: number;
  /** The limits of `webSockets`. @default those of production */
  readonly sockets?: Partial<SocketLimits>;
}

/** One node: a chat of its own, listening on a port of its own. */
export interface TestNode<Made extends Testable> extends AsyncDisposable {
  readonly chat: ChatOf<Made>;
  /** Server-side calls as a user, without a socket. */
  readonly as: ChatOf<Made>['as'];
  /** Server-side calls as the host itself. */
  readonly system: ChatOf<Made>['system'];
  /** `http://127.0.0.1:<port>`; the router is at `/trpc`, over HTTP and WebSocket. */
  readonly url: string;
  /** Connects a stock client as this user over a real WebSocket; resolves when its stream has begun. */
  client(userId: string, options?: TestClientOptions): Promise<TestClient<RouterOf<Made>, StreamedBy<ChatOf<Made>>>>;
  /** Ends this node and starts another one in its place, on the same database. Its clients come back by themselves. */
  restart(): Promise<void>;
  /** Resolves when everything that was committed or answered before has reached every client that is online. */
  settled(): Promise<void>;
  /** Ends the node and its clients. */
  close(): Promise<void>;
}

/** A chat under test; closing it ends all of its nodes and drops its database. */
export interface TestChat<Made extends Testable> extends TestNode<Made> {
  /** The time, for everything in the chat but the database's own deadlines. */
  readonly clock: TestClock;
  /** Starts another node on the same database, which hears of news over the same bus. */
  node(): Promise<TestNode<Made>>;
  /** A token for a client made elsewhere: `connectionParams.token`, or `Authorization: Bearer`. */
  token(userId: string, viewer?: Partial<Omit<Viewer, 'id'>>): string;
}

/**
 * A chat to be tested, with everything it needs: a database of its own, migrated, that vanishes with it; a server that
 * listens; and clients in one line.
 *
 * ```ts
 * await using t = await testChat((base) => createChat({ ...base, plugins: [polls()] }));
 * const [ada, bob] = [await t.client('ada'), await t.client('bob')];
 * const { id } = await ada.api.chat.room.create.mutate({ kind: 'direct', members: ['bob'] });
 * await bob.next('room.created', ({ roomId }) => roomId === id);
 * ```
 *
 * The database is a real one (SQLite in a temporary file, in memory where the machine can) and not a fake store, so
 * that a test runs the very statements, locks and limits that production runs.
 *
 * @param create - Gets what `createChat` needs and returns the chat, or `{ chat, router, createContext }` for a chat
 * inside a router of your own. It is called again for every node.
 * @throws what `create` throws, and as `chat.ready` rejects.
 */
export function testChat<Made extends Testable>(
  create: (base: TestBase) => Made | Promise<Made>,
  options?: TestKitOptions,
): Promise<TestChat<Made>>;
/** The same for a chat with these options of `createChat`. */
export function testChat<
  Tx = unknown,
  const Plugins extends readonly ChatPlugin[] = readonly ChatPlugin[],
  Events extends EventDefinitions = Record<never, never>,
  const Errors extends ErrorDefinitions = Record<never, never>,
  Custom extends CustomSchemas = Record<never, never>,
  PresentedRoom extends RoomCore = RoomState,
  PresentedMember extends MemberCore = Member,
  PresentedMessage extends MessageCore = MessageState,
  Omitted extends ProcedureName = never,
  Signed extends SignedUpload = never,
>(
  options?: Omit<
    ChatOptions<
      TestContext,
      Tx,
      Plugins,
      Events,
      Errors,
      Custom,
      PresentedRoom,
      PresentedMember,
      PresentedMessage,
      Omitted,
      Signed
    >,
    keyof TestBase
  > &
    TestKitOptions,
): Promise<
  TestChat<
    Chat<
      ShapeOf<
        Plugins,
        Events,
        Errors,
        Custom,
        { room: PresentedRoom; member: PresentedMember; message: PresentedMessage },
        Omitted,
        Signed
      >,
      Tx
    >
  >
>;
export async function testChat(
  given: ((base: TestBase) => Testable | Promise<Testable>) | TestKitOptions = {},
  options: TestKitOptions = {},
): Promise<TestChat<Testable>> {
  if (typeof given === 'function') return start(given, options);
  const { startsAt: _startsAt, waitMs: _waitMs, sockets: _sockets, ...others } = given;
  const { postgresql: _postgresql, client: _client, migrations: _migrations, override: _override, ...chat } = others;
  return start((base) => createChat({ ...chat, ...base }) as unknown as Testable, given);
}

async function start(create: World['create'], kit: TestKitOptions): Promise<TestChat<Testable>> {
  const { waitMs = 3_000, sockets = {}, startsAt } = kit;
  const database = await createTestDatabase(kit);
  const clock = createTestClock(startsAt);
  const logins = createLogins();
  const world: World = { ...{ create, database, clock, logins, sockets, waitMs }, wire: memoryWire() };
  const seats: Seat[] = [];
  let closing: Promise<void> | undefined;

  async function open(): Promise<TestNode<Testable>> {
    const seat = await openSeat(world);
    seats.push(seat);
    return nodeOf(seat);
  }
  async function close(): Promise<void> {
    for (const seat of seats.toReversed()) await seat.close();
    await database.drop();
  }
  const end = (): Promise<void> => (closing ??= close());

  try {
    const node = await open();
    const more = {
      clock,
      node: open,
      token: (userId: string, viewer?: Partial<Omit<Viewer, 'id'>>) => logins.token({ ...viewer, id: userId }),
      settled: async () => void (await Promise.all(seats.map((seat) => seat.settled()))),
      close: end,
      [Symbol.asyncDispose]: end,
    };
    // The node's own properties change when it is restarted, so they are not copied.
    return Object.assign(Object.create(node) as TestNode<Testable>, more);
  } catch (error) {
    await end();
    throw error;
  }
}

function nodeOf(seat: Seat): TestNode<Testable> {
  return {
    get chat() {
      return seat.served.chat;
    },
    as: (userId) => seat.served.chat.as(userId),
    get system() {
      return seat.served.chat.system;
    },
    get url() {
      return seat.served.url;
    },
    // Typed by whoever made the chat.
    client: (userId, options) => seat.client(userId, options) as Promise<never>,
    restart: () => seat.restart(),
    settled: () => seat.settled(),
    close: () => seat.close(),
    [Symbol.asyncDispose]: () => seat.close(),
  };
}
