import { TRPCClientError, createTRPCClientProxy, TRPCUntypedClient } from '@trpc/client';
import type { TRPCClient, TRPCLink } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import { observable } from '@trpc/server/observable';
import { closeCodes, rule } from '@confab/shared';
import type { EventType, MessageState, Room, RoomAction } from '@confab/shared';
import type { ChatContract } from './contract.js';
import { isChatError, isTransportError } from './errors.js';
import { createHttpTransport } from './http-transport.js';
import { createListeners } from './listeners.js';
import type { ListenedEvent } from './listeners.js';
import type { ChatClientOptions, ConnectionReason } from './options.js';
import { createPacing } from './pacing.js';
import { rethrowLater } from './rethrow.js';
import { createStatusBoard } from './status.js';
import type { Connection } from './status.js';
import { createStream } from './stream.js';
import { listenForReturn } from './wake.js';
import { createWsTransport } from './ws-transport.js';

/** A room as an answer carries it, as far as permissions go. */
export type PermittedRoom = Pick<Room, 'kind' | 'visibility' | 'joinPolicy' | 'locked' | 'me'>;

export interface ChatClient<Router extends AnyTRPCRouter> extends AsyncDisposable {
  /** The tRPC client of the whole router, the chat procedures and the host's own. */
  readonly api: TRPCClient<Router>;
  readonly connection: Connection;
  /**
   * Listens to one type of event, or to all with `'*'`; the first listener starts the stream. Each event of a log comes
   * once and in order, over all reconnects. The returned function ends it.
   */
  on<Type extends EventType | '*'>(type: Type, listener: (event: ListenedEvent<Type>) => void): () => void;
  /** Starts the stream, or tries again at once while it waits or after it was refused. Throws after `close()`. */
  connect(): void;
  /**
   * Whether the permission table allows this in the room. Asked about a message of others or one's own when one is given.
   * Blocks and overridden rules are known to the server only.
   */
  can(action: RoomAction, room: PermittedRoom, message?: Pick<MessageState, 'senderId'>): boolean;
  readonly isChatError: typeof isChatError;
  readonly isTransportError: typeof isTransportError;
  /** Ends the stream and all connections for good. Calls in flight have a second to be answered. */
  close(): Promise<void>;
}

/**
 * Creates a client: the untouched tRPC client of a router, plus one event stream that is resumed over reconnects. Nothing
 * connects before the first call, listener or `connect()`. Without a type argument it is typed for the standalone server.
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
      if (board.connection.state !== 'closed') return call.next(call.op).subscribe(observer);
      observer.error(new TRPCClientError(board.connection.reason?.sentence ?? 'The client is closed.'));
      return undefined;
    });

  const untyped = new TRPCUntypedClient<AnyTRPCRouter>({ links: [gate, ...transport.links] });
  const streamPacing = createPacing(options.retry);
  const stream = createStream({
    client: untyped,
    path: `${options.path ?? 'chat'}.events`,
    storage: options.cursor,
    pacing: streamPacing,
    deliver: listeners.call,
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
    void stopping.then(() => {
      if (board.connection.state === 'closed') return;
      transport.want(true);
      stream.start();
    });
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
    stream.stop();
    listeners.clear();
    board.show('closed', { code: null, sentence: 'The client was closed.' });
    await Promise.all([stream.flush(), transport.stop()]);
  }

  return Object.freeze<ChatClient<Router>>({
    api: createTRPCClientProxy<Router>(untyped as unknown as TRPCUntypedClient<Router>) as TRPCClient<Router>,
    connection: board.connection,
    on(type, listener) {
      const off = listeners.add(type, listener);
      if (board.connection.state !== 'closed') start();
      return off;
    },
    connect() {
      if (isClosed) throw new Error('This client was closed; create a new one.');
      if (board.connection.state === 'closed') board.show('idle');
      start();
      hurry();
    },
    can(action, room, message) {
      const userId = room.me?.userId;
      const isSender = message !== undefined && userId !== undefined && message.senderId === userId;
      return rule(action, { room, me: room.me, now: new Date(), isSender }) === 'allowed';
    },
    isChatError,
    isTransportError,
    close,
    [Symbol.asyncDispose]: close,
  });
}
