import type { StoreState } from '../store/state.js';
import type { ChatCalls } from './calls.js';
import { createClientId } from './client-id.js';
import type { Core } from './core.js';
import type { Patience } from './patience.js';
import { failureOf } from './problems.js';
import type { OutgoingMessage } from './snapshots.js';
import type { Threads } from './threads.js';

/** Sends what a person wrote: in order within a room, once, and until the server has answered. Kept in memory only. */
export interface Outbox {
  /** What is not in the log yet, of the room itself or of a thread, oldest first; the same array until it changes. */
  of(roomId: string, threadId?: string): readonly OutgoingMessage[];
  /** Returns the message's `clientId`. */
  send(roomId: string, input: OutgoingMessage['input']): string;
  /** Tries a failed message again, after those that are on their way. */
  retry(clientId: string): void;
  /** Lets a failed message go. */
  discard(clientId: string): void;
  /** Lets go of what can be seen where it was said. */
  settle(): void;
}

export interface OutboxOptions {
  readonly core: Core;
  readonly calls: ChatCalls;
  readonly patience: Patience;
  readonly threads: Pick<Threads, 'get' | 'isLoading'>;
  /** Called when there is something new to show. */
  changed(): void;
}

/** Messages that may wait at once. */
export const outboxSize = 1_000;

const none: readonly OutgoingMessage[] = [];

/** A message is let go when the log has it, by whatever way it came there: never before, so that it is always in sight. */
export function createOutbox({ core, calls, patience, threads, changed }: OutboxOptions): Outbox {
  const rooms = new Map<string, readonly OutgoingMessage[]>();
  /** Where the log has what the server has stored. */
  const seqs = new Map<string, number>();
  /** Rooms of which a message is with the server. */
  const busy = new Set<string>();

  const of = (roomId: string): readonly OutgoingMessage[] => rooms.get(roomId) ?? none;
  const find = (clientId: string): OutgoingMessage | undefined =>
    [...rooms.values()].flat().find((message) => message.clientId === clientId);

  function set(roomId: string, messages: readonly OutgoingMessage[]): void {
    if (messages.length === 0) rooms.delete(roomId);
    else rooms.set(roomId, messages);
    changed();
  }

  function put(message: OutgoingMessage): void {
    const before = of(message.roomId);
    const isThere = before.some(({ clientId }) => clientId === message.clientId);
    const replaced = before.map((each) => (each.clientId === message.clientId ? message : each));
    set(message.roomId, isThere ? replaced : [...before, message]);
  }

  function remove({ roomId, clientId }: OutgoingMessage): void {
    seqs.delete(clientId);
    set(
      roomId,
      of(roomId).filter((message) => message.clientId !== clientId),
    );
  }

  function isLogged({ roomId, clientId, status, input: { threadId = '' } }: OutgoingMessage): boolean {
    const room = core.state.rooms.get(roomId);
    const isHeld = [room, threads.get(threadId)].some((view) =>
      view?.messages.some((message) => message.clientId === clientId && message.senderId === view.userId),
    );
    if (isHeld) return true;
    if (room === undefined) return status === 'sent';
    // What the room's log has is in sight in a thread when that was read.
    return room.seq >= (seqs.get(clientId) ?? Infinity) && !threads.isLoading(threadId);
  }

  function settle(roomId: string): void {
    for (const message of of(roomId)) if (isLogged(message)) remove(message);
  }

  /** What one user wrote is not said by another. */
  function forgetAll(): void {
    seqs.clear();
    for (const roomId of [...rooms.keys()]) set(roomId, none);
  }

  core.watch((before: StoreState, after: StoreState) => {
    if (rooms.size === 0) return;
    if (before.userId !== null && before.userId !== after.userId) return forgetAll();
    for (const roomId of [...rooms.keys()]) {
      if (before.rooms.get(roomId) !== after.rooms.get(roomId)) settle(roomId);
    }
  });

  async function deliver(message: OutgoingMessage): Promise<void> {
    const { roomId, clientId, input } = message;
    try {
      const stored = await patience.persist(() => calls.message.send.mutate({ ...input, roomId, clientId }), {
        isWanted: () => find(clientId) !== undefined,
        needsLive: true,
      });
      if (stored === undefined || find(clientId) === undefined) return;
      seqs.set(clientId, stored.seq);
      put({ ...message, status: 'sent' });
      settle(roomId);
    } catch (error) {
      if (find(clientId) !== undefined) put({ ...message, status: 'failed', failure: failureOf(error) });
    }
  }

  async function deliverAll(roomId: string): Promise<void> {
    if (busy.has(roomId)) return;
    busy.add(roomId);
    const next = (): OutgoingMessage | undefined => of(roomId).find(({ status }) => status === 'sending');
    for (let message = next(); message !== undefined; message = next()) {
      await deliver(message);
      // Given up, as everything is.
      if (next()?.clientId === message.clientId) break;
    }
    busy.delete(roomId);
  }

  /** What goes into one thread, or into the room itself, for as long as the room's list is the same. */
  const parts = new WeakMap<readonly OutgoingMessage[], Map<string, readonly OutgoingMessage[]>>();

  function partOf(messages: readonly OutgoingMessage[], threadId = ''): readonly OutgoingMessage[] {
    const known = parts.get(messages) ?? new Map<string, readonly OutgoingMessage[]>();
    parts.set(messages, known);
    const part = known.get(threadId) ?? messages.filter(({ input }) => (input.threadId ?? '') === threadId);
    known.set(threadId, part);
    return part;
  }

  return {
    settle() {
      for (const roomId of [...rooms.keys()]) settle(roomId);
    },
    of: (roomId, threadId) => partOf(of(roomId), threadId),
    send(roomId, input) {
      if ([...rooms.values()].flat().length >= outboxSize) {
        throw new RangeError(`${outboxSize} messages wait to be sent; no more are taken.`);
      }
      const clientId = createClientId();
      const { content } = input;
      const outgoing = { key: clientId, clientId, roomId, content, input, createdAt: new Date() } as const;
      put({ ...outgoing, status: 'sending', failure: null });
      void deliverAll(roomId);
      return clientId;
    },
    retry(clientId) {
      const message = find(clientId);
      if (message?.status !== 'failed') return;
      remove(message);
      put({ ...message, status: 'sending', failure: null });
      void deliverAll(message.roomId);
    },
    discard(clientId) {
      const message = find(clientId);
      if (message?.status === 'failed') remove(message);
    },
  };
}
