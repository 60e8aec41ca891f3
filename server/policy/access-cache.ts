import { LRUCache } from 'lru-cache';
import type { Facts } from './facts.js';
import type { MemberRow, RoomRow } from '../store/rows.js';

/** What a send has to know before it may skip the lock. */
export interface Access {
  readonly room: RoomRow;
  readonly me: MemberRow;
  readonly facts: Facts;
}

/**
 * Recent answers to "who is this user in this room". An answer is good only together with the room's `authzVersion`
 * fence, which is why nothing has to be told of changes: a stale one is fenced off, forgotten and read anew. A refusal
 * is never taken from here.
 */
export interface AccessCache {
  get(roomId: string, userId: string): Access | undefined;
  set(access: Access): void;
  forget(roomId: string, userId: string): void;
  /** Forgets a user in every room. */
  forgetUser(userId: string): void;
}

/** Remembers the `max` most recently used. @default 20_000 */
export function createAccessCache(max = 20_000): AccessCache {
  const entries = new LRUCache<string, Access>({ max });
  const key = (roomId: string, userId: string): string => `${roomId}/${userId}`;
  return {
    get: (roomId, userId) => entries.get(key(roomId, userId)),
    set(access) {
      entries.set(key(access.room.id, access.me.userId), access);
    },
    forget(roomId, userId) {
      entries.delete(key(roomId, userId));
    },
    forgetUser(userId) {
      for (const [at, { me }] of [...entries.entries()]) if (me.userId === userId) entries.delete(at);
    },
  };
}
