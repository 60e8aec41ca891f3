import type { ChatEvent, UserProfile } from '@confab/shared';
import type { Connection } from '../status.js';
import type { ChatCalls } from './calls.js';

/** Who types where, and telling others that one does oneself. */
export interface Typing {
  /** In the order they began; the same array until it changes. */
  of(roomId: string): readonly UserProfile[];
  receive(event: ChatEvent): void;
  /** Call it at every keystroke; it tells others as often as needed. */
  set(roomId: string, isTyping: boolean): void;
  stop(): void;
}

/** The server ends typing after 6 s; if it can't tell, this does. */
const expiryMs = 8_000;
const repeatMs = 3_000;

const nobody: readonly UserProfile[] = [];

export function createTyping(calls: ChatCalls, connection: Connection, changed: () => void): Typing {
  const rooms = new Map<string, readonly UserProfile[]>();
  const expiries = new Map<string, ReturnType<typeof setTimeout>>();
  /** When a room was told last that one types. */
  const told = new Map<string, number>();

  function end(roomId: string, userId: string): void {
    const key = `${roomId} ${userId}`;
    clearTimeout(expiries.get(key));
    expiries.delete(key);
    const before = rooms.get(roomId);
    if (before === undefined || !before.some(({ id }) => id === userId)) return;
    const left = before.filter(({ id }) => id !== userId);
    if (left.length === 0) rooms.delete(roomId);
    else rooms.set(roomId, left);
    changed();
  }

  function begin(roomId: string, userId: string): void {
    const key = `${roomId} ${userId}`;
    clearTimeout(expiries.get(key));
    expiries.set(
      key,
      setTimeout(() => end(roomId, userId), expiryMs),
    );
    const before = rooms.get(roomId) ?? nobody;
    if (before.some(({ id }) => id === userId)) return;
    rooms.set(roomId, [...before, { id: userId, name: null, image: null }]);
    changed();
  }

  return {
    of: (roomId) => rooms.get(roomId) ?? nobody,
    receive({ type, roomId, data }) {
      if (roomId === undefined) return;
      if (type === 'typing') (data.typing ? begin : end)(roomId, data.userId);
      else if (type === 'message.created') end(roomId, data.message.senderId);
      else if (type === 'member.removed') for (const userId of data.userIds) end(roomId, userId);
    },
    set(roomId, isTyping) {
      const at = told.get(roomId) ?? 0;
      if (isTyping ? Date.now() - at < repeatMs : at === 0) return;
      if (isTyping) told.set(roomId, Date.now());
      else told.delete(roomId);
      // Held back until there is a connection, it would be told long after it was true.
      if (connection.state !== 'live') return;
      calls.message.typing.mutate({ roomId, typing: isTyping }).catch(() => undefined);
    },
    stop() {
      for (const timer of expiries.values()) clearTimeout(timer);
      expiries.clear();
    },
  };
}
