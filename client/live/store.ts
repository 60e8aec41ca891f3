import type { ChatEvent, EventOf, Presence, UserProfile } from '@confab/shared';
import type { PacingOptions } from '../pacing.js';
import { rethrowLater } from '../rethrow.js';
import type { Connection } from '../status.js';
import { listenForReturn } from '../wake.js';
import { createAcks } from './acks.js';
import type { ChatCalls } from './calls.js';
import { createCore } from './core.js';
import { createFetch } from './fetch.js';
import { fulfil } from './fulfil.js';
import { createOpenings } from './openings.js';
import type { Part } from './openings.js';
import { createOutbox } from './outbox.js';
import { createPatience } from './patience.js';
import { createPresences } from './presences.js';
import { createProblems } from './problems.js';
import { createReads } from './reads.js';
import type {
  MembersSnapshot,
  MessagesSnapshot,
  RoomSnapshot,
  RoomsSnapshot,
  ThreadSnapshot,
  UnreadSnapshot,
} from './snapshots.js';
import { createThreads } from './threads.js';
import { tidy } from './tidy.js';
import { createTyping } from './typing.js';
import type { ChatTypes, DefaultTypes } from './types.js';
import { createViews } from './views.js';

/**
 * What a client knows of the user's rooms, kept up to date by the event stream, and what a person does in them. Every
 * answer is the same object until something in it changes. It begins with the first `subscribe`, `open` or `send`.
 */
export interface ChatStore<Types extends ChatTypes = DefaultTypes> {
  /** Calls the listener after changes, once for all of one turn. The returned function ends it. */
  subscribe(listener: () => void): () => void;
  /** The user, as the others see them; `null` until the server has said who it is, nameless before the first room. */
  me(): UserProfile | null;
  rooms(): RoomsSnapshot<Types>;
  /** A room that is not in the list is loaded while it is open. */
  room(roomId: string): RoomSnapshot<Types>;
  messages(roomId: string): MessagesSnapshot<Types>;
  /** What was said in the thread of a message, while it is open. */
  thread(roomId: string, threadId: string): ThreadSnapshot<Types>;
  members(roomId: string): MembersSnapshot<Types>;
  /** Who types in a room, in the order they began. */
  typing(roomId: string): readonly UserProfile[];
  /** What is unread in a room, or in all of them. */
  unread(roomId?: string): UnreadSnapshot;
  /** `null` while it is not known, or nobody watches it. */
  presence(userId: string): Presence | null;
  /** Keeps a part of a room loaded until the returned function is called. @default the room itself */
  open(roomId: string, part?: Part): () => void;
  /** Keeps the thread of a message loaded until the returned function is called. */
  openThread(roomId: string, threadId: string): () => void;
  /** Keeps a user's presence known until the returned function is called. */
  watchPresence(userId: string): () => void;
  /** Loads a page before the first message that is held, of which there are at most 10,000. */
  loadOlder(roomId: string): void;
  /** Loads a page before the first message of an open thread; also tries again after an error. */
  loadOlderInThread(threadId: string): void;
  /** Loads the next members. */
  loadMembers(roomId: string): void;
  /**
   * Sends a message: it is in `messages(roomId).outgoing`, or in that of its thread, at once, goes out after those before it, and is sent again until
   * the server has answered, never twice. Returns its `clientId`. Throws when 1,000 messages wait.
   */
  send(roomId: string, input: Types['send']): string;
  /** Sends a failed message again. */
  retry(clientId: string): void;
  /** Lets a failed message go. */
  discard(clientId: string): void;
  /** Marks a room as read up to a `seq`, or up to the newest message that is held. */
  markRead(roomId: string, seq?: number): void;
  /** The same for an open thread, which has a mark of its own. */
  markThreadRead(threadId: string, seq?: number): void;
  /** Tells the others whether one types. Call it at every keystroke: they are told as often as needed. */
  setTyping(roomId: string, isTyping: boolean): void;
}

export interface StoreOptions {
  readonly calls: ChatCalls;
  readonly connection: Connection;
  readonly retry: PacingOptions | undefined;
  /** Starts the stream, if it does not run. */
  start(): void;
}

/** A store, and what only its client does with it. */
export interface OwnedStore extends ChatStore {
  /** Takes one value of the stream. */
  receive(event: ChatEvent, cursor: string): void;
  stop(): void;
}

/** While what was missed is replayed, listeners are called at most this often. */
const replayMs = 16;

export function createStore({ calls, connection, retry, start }: StoreOptions): OwnedStore {
  /** The last stream's beginning, for a store that is asked for later than that. */
  let ready: EventOf<'ready'> | undefined;
  let isBegun = false;
  let stopListening = (): void => undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isTelling = false;

  const core = createCore();
  const listeners = new Set<() => void>();
  const patience = createPatience(connection, retry);
  const problems = createProblems(changed);
  const typing = createTyping(calls, connection, changed);
  const presences = createPresences(calls, patience, () => core.state.userId !== null, changed);
  const openings = createOpenings(core, problems);
  const threads = createThreads(core, calls, patience, problems, {
    changed() {
      outbox.settle();
      changed();
    },
    closed: (threadId) => views.forgetThread(threadId),
  });
  const outbox = createOutbox({ core, calls, patience, threads, changed });
  const greeting = () => ready?.data.unread;
  const views = createViews({ core, outbox, typing, openings, problems, threads, greeting });
  const reads = createReads(core, calls, patience);
  const acks = createAcks(core, calls, patience);
  fulfil({ core, fetch: createFetch(calls, () => core.state), patience, problems });
  tidy(core);
  core.watch(changed);

  function changed(): void {
    if (isTelling) return;
    isTelling = true;
    if (core.state.isReplaying) timer = setTimeout(tell, replayMs);
    else queueMicrotask(tell);
  }

  function tell(): void {
    isTelling = false;
    for (const listener of [...listeners]) {
      try {
        listener();
      } catch (error) {
        rethrowLater(error);
      }
    }
  }

  function begin(): void {
    if (isBegun) return;
    start();
    isBegun = true;
    stopListening = listenForReturn(() => {
      if (connection.state === 'live') core.take({ kind: 'doubt' });
    });
    // What came before is not known: everything is asked for.
    if (ready !== undefined) take({ ...ready, data: { ...ready.data, resumed: false } }, '');
  }

  function take(event: ChatEvent, cursor: string): void {
    core.take({ kind: 'event', id: cursor, event });
    typing.receive(event);
    presences.receive(event);
    threads.receive(event);
  }

  return {
    subscribe(listener) {
      begin();
      // A function of its own, so that one listener subscribed twice is called twice and ended one by one.
      const own = (): void => listener();
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    me: views.me,
    rooms: views.rooms,
    room: views.room,
    messages: views.messages,
    thread: views.thread,
    members: views.members,
    typing: views.typing,
    unread: views.unread,
    presence: presences.of,
    open(roomId, part = 'room') {
      begin();
      return openings.open(roomId, part);
    },
    openThread(roomId, threadId) {
      begin();
      return threads.open(roomId, threadId);
    },
    watchPresence(userId) {
      begin();
      return presences.watch(userId);
    },
    loadOlder(roomId) {
      problems.solve(`messages ${roomId}`);
      core.take({ kind: 'wantOlder', roomId });
    },
    loadOlderInThread: threads.loadOlder,
    loadMembers(roomId) {
      problems.solve(`members ${roomId}`);
      core.take({ kind: 'wantMembers', roomId });
    },
    send(roomId, input) {
      begin();
      typing.set(roomId, false);
      return outbox.send(roomId, input);
    },
    retry: outbox.retry,
    discard: outbox.discard,
    markRead: reads.mark,
    markThreadRead: threads.markRead,
    setTyping: typing.set,
    receive(event, cursor) {
      if (event.type === 'ready') ready = event;
      if (!isBegun) return;
      try {
        take(event, cursor);
      } catch (error) {
        rethrowLater(error);
      }
    },
    stop() {
      clearTimeout(timer);
      stopListening();
      patience.stop();
      typing.stop();
      presences.stop();
      reads.stop();
      acks.stop();
    },
  };
}
