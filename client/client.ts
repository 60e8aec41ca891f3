import { TRPCClientError, createTRPCClientProxy, TRPCUntypedClient } from '@trpc/client';
import type { TRPCClient, TRPCLink } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import { observable } from '@trpc/server/observable';
import { closeCodes, permissionTable } from '@confab/shared';
import type { ChatEvent, RoomAction } from '@confab/shared';
import type { ChatContract } from './contract.js';
import { isChatError, isTransportError } from './errors.js';
import type { ChatClientError } from './errors.js';
import type { ClientPlugin, PluginTools } from './client-plugin.js';
import { allows, createHalves } from './halves.js';
import { createHttpTransport } from './http-transport.js';
import { createListeners } from './listeners.js';
import type { ListenedEvent } from './listeners.js';
import { callsAt } from './live/calls.js';
import { createStore } from './live/store.js';
import type { ChatStore } from './live/store.js';
import type { TypesOf } from './live/types.js';
import type { ChatClientOptions, ConnectionReason } from './options.js';
import { createPacing } from './pacing.js';
import type { ChatCallsIn, ChatErrorCodeIn, ChatEventIn } from './router-types.js';
import { rethrowLater } from './rethrow.js';
import { createStatusBoard } from './status.js';
import type { Connection } from './status.js';
import { createStream } from './stream.js';
import { listenForReturn } from './wake.js';
import { createWsTransport } from './ws-transport.js';
import type { PermittedRoom, SaidMessage } from './permitted.js';

export interface ChatClient<Router extends AnyTRPCRouter> extends AsyncDisposable {
  /** The tRPC client of the whole router, the chat procedures and the host's own. */
  readonly api: TRPCClient<Router>;
  readonly connection: Connection;
  /** What is known of the user's rooms, kept up to date. It costs nothing until it is used. */
  readonly store: ChatStore<TypesOf<Router>>;
  /**
   * Listens to one type of event, or to all with `'*'`; the first listener starts the stream. Each event of a log comes
   * once and in order, over all reconnects. The returned function ends it.
   */
  on<Type extends ChatEventIn<Router>['type'] | '*'>(
    type: Type,
    listener: (event: ListenedEvent<Type, ChatEventIn<Router>>) => void,
  ): () => void;
  /** Starts the stream, or tries again at once while it waits or after it was refused. Throws after `close()`. */
  connect(): void;
  /**
   * Whether the permission table allows this in the room. Asked about a message of others or one's own when one is given.
   * Blocks and overridden rules are known to the server only.
   */
  can(action: RoomAction, room: PermittedRoom, message?: SaidMessage): boolean;
  /** `isChatError`, knowing the codes that the router's host and plugins defined. */
  isChatError<Code extends ChatErrorCodeIn<Router> = ChatErrorCodeIn<Router>>(
    error: unknown,
    code?: Code,
  ): error is ChatClientError<Code>;
  /** Adds the client half of a plugin and returns what it offers; the same for the same half. */
  use<Offer extends object>(half: ClientPlugin<PluginTools<ChatCallsIn<Router>, ChatEventIn<Router>>, Offer>): Offer;
  readonly isTransportError: typeof isTransportError;
  /** Ends the stream and all connections for good. Calls in flight have a second to be answered. */
  close(): Promise<void>;
}

/**
 * Creates a client: the untouched tRPC client of a router, plus one event stream that is resumed over reconnects. Nothing
 * connects before the first call, listener or `connect()`, so one can be made where a page is rendered. Without a type argument it is typed for the standalone server.
 */
export function createChatClient<Router extends AnyTRPCRouter = ChatContract>(
  options: ChatClientOptions,
): ChatClient<Router> {
  const board = createStatusBoard();
  const listeners = createListeners();
  let isClosed = false;
  /** What was refused must be gone before anything is opened again. */
  let stopping = Promise.resolve();

  const transport =
    options.transport === 'http' ? createHttpTransport(options, board) : createWsTransport(options, board, { refused });

  /** tRPC's own client would open a new socket for the next call, however clearly the server said to stay away. */
  const gate: TRPCLink<AnyTRPCRouter> = () => (call) =>
    observable((observer) => {
      if (transport.missing !== null) {
        observer.error(new TRPCClientError(transport.missing));
        return undefined;
      }
      if (board.connection.state !== 'closed') return call.next(call.op).subscribe(observer);
      observer.error(new TRPCClientError(board.connection.reason?.sentence ?? 'The client is closed.'));
      return undefined;
    });

  const untyped = new TRPCUntypedClient<AnyTRPCRouter>({ links: [gate, ...transport.links] });
  const path = options.path ?? 'chat';
  const calls = callsAt(untyped, path);
  const store = createStore({
    calls,
    connection: board.connection,
    retry: options.retry,
    start: startUnlessClosed,
  });
  const halves = createHalves({ calls, connection: board.connection, retry: options.retry, on: listen });
  const streamPacing = createPacing(options.retry);
  const stream = createStream({
    client: untyped,
    path: `${path}.events`,
    storage: options.cursor,
    pacing: streamPacing,
    deliver(event, cursor) {
      store.receive(event, cursor);
      listeners.call(event);
    },
    started: transport.streaming,
    interrupted: transport.interrupted,
    waiting: (reason, retryInMs) => board.show('waiting', reason, new Date(Date.now() + retryInMs)),
    refused(reason, isAuthLost) {
      refused(isAuthLost ? { code: closeCodes.UNAUTHENTICATED.code, sentence: reason.sentence } : reason);
    },
  });

  function refused(reason: ConnectionReason): void {
    if (isClosed || board.connection.state === 'closed') return;
    stream.stop();
    board.show('closed', reason);
    stopping = transport.stop().catch(rethrowLater);
    const isAuthLost = reason.code === closeCodes.UNAUTHENTICATED.code || reason.code === closeCodes.REVOKED.code;
    if (!isAuthLost) return;
    try {
      options.onAuthLost?.(reason);
    } catch (error) {
      rethrowLater(error);
    }
  }

  function start(): void {
    if (transport.missing !== null) throw new TypeError(transport.missing);
    void stopping.then(() => {
      if (board.connection.state === 'closed') return;
      transport.want(true);
      stream.start();
    });
  }

  function startUnlessClosed(): void {
    if (board.connection.state !== 'closed') start();
  }

  function listen(type: string, listener: (event: ChatEvent) => void): () => void {
    const off = listeners.add(type, listener);
    startUnlessClosed();
    return off;
  }

  function hurry(): void {
    transport.hurry();
    streamPacing.reset();
    streamPacing.hurry();
  }

  const stopListening = listenForReturn(() => {
    if (board.connection.state === 'waiting') hurry();
  });

  async function close(): Promise<void> {
    if (isClosed) return;
    isClosed = true;
    stopListening();
    store.stop();
    halves.stop();
    stream.stop();
    listeners.clear();
    board.show('closed', { code: null, sentence: 'The client was closed.' });
    await Promise.all([stream.flush(), transport.stop()]);
  }

  const client: ChatClient<Router> = Object.freeze<ChatClient<Router>>({
    api: createTRPCClientProxy<Router>(untyped as unknown as TRPCUntypedClient<Router>) as TRPCClient<Router>,
    connection: board.connection,
    // Of a router of one's own: the very same values, with the types its own answers have.
    store: store as unknown as ChatStore<TypesOf<Router>>,
    // Sound, because listeners are looked up by the event's own type.
    on: (type, listener) => listen(type, listener as (event: ChatEvent) => void),
    connect() {
      if (isClosed) throw new Error('This client was closed; create a new one.');
      if (board.connection.state === 'closed') board.show('idle');
      start();
      hurry();
    },
    can: (action, room, message) => allows(permissionTable, action, room, message),
    // Sound, because a half is only given what it was checked to go with.
    use: halves.use as unknown as ChatClient<Router>['use'],
    isChatError,
    isTransportError,
    close,
    [Symbol.asyncDispose]: close,
  });
  return client;
}
