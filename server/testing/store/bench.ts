import { randomUUID } from 'node:crypto';
import type { Message, UserProfile } from '@confab/shared';
import type { ChatStore, PlainSend } from '../../store/port.js';
import { createRetention } from '../../store/retention.js';
import type { RetentionPolicy } from '../../store/retention.js';
import type { RoomRow } from '../../store/rows.js';
import { systemClock } from '../../system.js';
import type { WriteTx } from '../../store/transaction.js';

/** What an author provides for `testChatStore`: a store for each test. */
export interface StoreUnderTest {
  /** Not opened yet, on a database with Confab's tables. What other tests left there does no harm. */
  readonly store: ChatStore;
  /** One more on the same database, as another process would have it. Left out, several are not tried. */
  another?(): ChatStore | Promise<ChatStore>;
  /** Prunes the log as of a time. @default as the chat does it by the hour, which works with Prisma's models */
  prune?(store: ChatStore, policy: RetentionPolicy, now: Date): Promise<void>;
  /** Ends what is left once the stores were closed. */
  dispose?(): void | Promise<void>;
}

/** What one test works with. */
export interface StoreBench {
  /** Open. */
  readonly store: ChatStore;
  /** Another open store on the same database, or the same one where there can only be one. */
  another(): Promise<ChatStore>;
  prune(policy: RetentionPolicy, now: Date): Promise<void>;
  /** An id nobody else has, that begins with this name. */
  user(name: string): string;
}

export async function openStoreBench(given: StoreUnderTest): Promise<{ bench: StoreBench; close(): Promise<void> }> {
  const open = [given.store];
  const mark = randomUUID().slice(0, 8);
  const close = async (): Promise<void> => {
    for (const store of open) await store.close();
    await given.dispose?.();
  };
  try {
    await given.store.open();
  } catch (error) {
    await close();
    throw error;
  }
  const bench: StoreBench = {
    store: given.store,
    async another() {
      const store = await given.another?.();
      if (store === undefined) return given.store;
      open.push(store);
      await store.open();
      return store;
    },
    prune: (policy, now) => (given.prune ?? prune)(given.store, policy, now),
    user: (name) => `${name}-${mark}`,
  };
  return { bench, close };
}

async function prune(store: ChatStore, policy: RetentionPolicy, now: Date): Promise<void> {
  const retention = createRetention(store, policy, { ...systemClock, now: () => now });
  let pruned: { readonly events: number; readonly rooms: number };
  do pruned = await retention.run();
  while (pruned.events + pruned.rooms > 0);
}

/** When everything happens that has no time of its own: with milliseconds, which some databases lose. */
export const at = new Date('2026-03-04T05:06:07.089Z');

/** So many milliseconds later. */
export function later(ms: number): Date {
  return new Date(at.getTime() + ms);
}

/** A room's row before it is made. */
export function newRoom(
  ownerId: string | null,
  overrides: Partial<RoomRow> = {},
): Omit<RoomRow, 'shard' | 'lastSeq' | 'lastPos' | 'authzVersion' | 'memberCount'> {
  return {
    id: randomUUID(),
    kind: 'group',
    name: 'Room',
    description: null,
    image: null,
    visibility: 'private',
    joinPolicy: 'invite',
    history: 'all',
    locked: false,
    slowModeSeconds: 0,
    maxMembers: 100,
    retentionDays: null,
    ownerId,
    preferences: {},
    custom: { a: [1, { b: null }] },
    directKey: null,
    createdBy: ownerId ?? 'nobody',
    clientId: null,
    bodyHash: null,
    lastActivityAt: at,
    createdAt: at,
    updatedAt: at,
    deletedAt: null,
    ...overrides,
  };
}

/** Makes a room of these users, the first of them its owner; returns its id. */
export async function makeRoom(
  store: ChatStore,
  userIds: readonly string[],
  overrides: Partial<RoomRow> = {},
): Promise<string> {
  const [ownerId = null] = userIds;
  const room = newRoom(ownerId, overrides);
  const made = await store.write((tx) => store.methods.createRoom(tx, { room, userIds, actorId: ownerId }));
  return made.id;
}

/** What is said. */
export interface Saying {
  readonly content?: string;
  readonly createdAt?: Date;
  readonly clientId?: string | null;
  readonly kind?: 'user' | 'system';
  /** Users named. */
  readonly mentions?: readonly string[];
  readonly mentionsRoom?: boolean;
  /** The message that is answered. */
  readonly replyToId?: string | null;
  /** The message in whose thread it is said. */
  readonly threadId?: string | null;
  /** Who said it first, and when. */
  readonly forwarded?: { readonly senderId: string; readonly at: Date };
}

/** Commits a message on the ordinary path. */
export async function say(store: ChatStore, roomId: string, senderId: string, saying: Saying = {}): Promise<Message> {
  return inRoom(store, roomId, (tx) => sayLocked(store, tx, roomId, senderId, saying));
}

/** The same in a transaction that holds the room. */
export function sayLocked(
  store: ChatStore,
  tx: WriteTx,
  roomId: string,
  senderId: string,
  {
    content = 'hello',
    createdAt = at,
    clientId = null,
    kind = 'user',
    mentions = [],
    mentionsRoom = false,
    replyToId = null,
    threadId = null,
    forwarded,
  }: Saying = {},
): Promise<Message> {
  const message = {
    ...{ id: randomUUID(), roomId, kind, senderId, content, format: 'text' as const, attachments: [] },
    ...{ mentions: [...mentions, ...(mentionsRoom ? ['@room' as const] : [])], mentionsRoom, custom: {} },
    ...{ replyToId, threadId, forwardedSenderId: forwarded?.senderId ?? null, forwardedAt: forwarded?.at ?? null },
    ...{ clientId, bodyHash: clientId === null ? null : 'hash', createdAt },
  };
  const sender = profile(senderId);
  return store.methods.sendMessage(tx, { message, sender, actorId: senderId, named: mentions, notifications: [] });
}

/** A plain send; `authzVersion` 0 is that of a room nothing was taken away in. */
export function plainSend(
  roomId: string,
  senderId: string,
  { authzVersion = 0, ...message }: Partial<PlainSend['message']> & { readonly authzVersion?: number } = {},
): PlainSend {
  return {
    sender: profile(senderId),
    authzVersion,
    message: {
      ...{ id: randomUUID(), roomId, senderId, content: 'hello', format: 'text', attachments: [], custom: {} },
      ...{ clientId: randomUUID(), bodyHash: 'hash', createdAt: at },
      ...message,
    },
  };
}

/** Logs something that needs nothing else; returns its `seq`. */
export async function touch(store: ChatStore, roomId: string): Promise<number> {
  return inRoom(store, roomId, (tx) => Promise.resolve(tx.append(update(roomId))));
}

/** An event that needs nothing else. */
export function update(roomId: string) {
  return { roomId, type: 'room.updated', actorId: null, at, data: {} } as const;
}

/** A user nobody has named. */
export function profile(id: string): UserProfile {
  return { id, name: null, image: null };
}

/** A transaction that holds one room. */
export function inRoom<Result>(
  store: ChatStore,
  roomId: string,
  work: (tx: WriteTx) => Promise<Result>,
): Promise<Result> {
  return store.write(async (tx) => {
    await tx.lock([roomId]);
    return work(tx);
  });
}

/** Ends a membership. */
export async function remove(store: ChatStore, roomId: string, userId: string): Promise<void> {
  const leaving = { roomId, userIds: [userId], reason: 'removed', actorId: null, at } as const;
  await inRoom(store, roomId, (tx) => store.methods.removeMembers(tx, leaving));
}
