import type { ChatEvent } from '@confab/shared';

/** More rooms than a user may be in. */
const maxRooms = 10_000;

/** Lets every event of a log through once, whatever was sent twice around a reconnect. */
export interface Order {
  /** Whether this event is new. */
  admit(event: ChatEvent): boolean;
}

/** Remembers the newest `seq` of each room, and of the user's own log, which goes by a name like a room's. */
export function createOrder(): Order {
  const newest = new Map<string, number>();

  function remember(log: string, seq: number): void {
    newest.delete(log);
    newest.set(log, seq);
    if (newest.size <= maxRooms) return;
    const [oldest] = newest.keys();
    if (oldest !== undefined) newest.delete(oldest);
  }

  return {
    admit(event) {
      if (event.type === 'resync') newest.clear();
      if (event.type === 'room.limited' && event.roomId !== undefined) remember(event.roomId, event.data.headSeq);
      if (event.seq === undefined) return true;
      const log = event.roomId ?? '';
      const last = newest.get(log);
      if (last !== undefined && event.seq <= last) return false;
      remember(log, event.seq);
      return true;
    },
  };
}
