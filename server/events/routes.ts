import type { LogRow } from './log.js';
import type { Subscriber } from './subscriber.js';

/** Which streams of this node get which room's events, and which are whose. */
export interface Routes {
  add(subscriber: Subscriber): void;
  /** Takes it out of everything. */
  remove(subscriber: Subscriber): void;
  join(subscriber: Subscriber, roomId: string): void;
  leave(subscriber: Subscriber, roomId: string): void;
  room(roomId: string): ReadonlySet<Subscriber>;
  user(userId: string): ReadonlySet<Subscriber>;
  readonly all: ReadonlySet<Subscriber>;
}

const nobody: ReadonlySet<Subscriber> = new Set();

export function createRoutes(): Routes {
  const all = new Set<Subscriber>();
  const users = new Map<string, Set<Subscriber>>();
  const rooms = new Map<string, Set<Subscriber>>();

  function leave(subscriber: Subscriber, roomId: string): void {
    subscriber.rooms.delete(roomId);
    drop(rooms, roomId, subscriber);
  }

  return {
    all,
    add(subscriber) {
      all.add(subscriber);
      put(users, subscriber.userId, subscriber);
    },
    remove(subscriber) {
      all.delete(subscriber);
      drop(users, subscriber.userId, subscriber);
      for (const roomId of subscriber.rooms) leave(subscriber, roomId);
    },
    join(subscriber, roomId) {
      subscriber.rooms.add(roomId);
      put(rooms, roomId, subscriber);
    },
    leave,
    room: (roomId) => rooms.get(roomId) ?? nobody,
    user: (userId) => users.get(userId) ?? nobody,
  };
}

function put(map: Map<string, Set<Subscriber>>, key: string, subscriber: Subscriber): void {
  const set = map.get(key);
  if (set === undefined) map.set(key, new Set([subscriber]));
  else set.add(subscriber);
}

function drop(map: Map<string, Set<Subscriber>>, key: string, subscriber: Subscriber): void {
  const set = map.get(key);
  if (set === undefined) return;
  set.delete(subscriber);
  if (set.size === 0) map.delete(key);
}

/** The users whose membership begins with this event. */
export function entering(row: LogRow): readonly string[] {
  return row.type === 'member.added' || row.type === 'room.created' ? (row.data.userIds ?? []) : [];
}

/** The users whose membership ends with this event. */
export function leaving(row: LogRow): readonly string[] {
  return row.type === 'member.removed' ? (row.data.userIds ?? []) : [];
}

/** The user whose own log this is an event of. */
export function personOf(row: LogRow): string | undefined {
  return row.roomId.startsWith('u:') ? row.roomId.slice(2) : undefined;
}
