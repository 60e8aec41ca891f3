import { receiptRoomSize } from '@confab/shared';
import { createGate } from '../../events/gate.js';
import type { Streams } from '../../events/streams.js';
import type { Clock, Timer } from '../../ports.js';
import type { Settings } from '../../settings.js';
import type { ChatStore } from '../../store/port.js';
import type { Sessions } from './sessions.js';

/** Tells those who share a room of up to 256 members with someone that they came or went. */
export interface PresenceNews {
  /** A connection of this user was opened on this node. Never throws. */
  opened(userId: string): void;
  /** One is gone. Never throws. */
  closed(userId: string): void;
  /** Ends every wait; nobody is told any more. */
  close(): void;
}

export interface PresenceNewsOptions {
  readonly store: ChatStore;
  readonly clock: Clock;
  readonly streams: Pick<Streams, 'announce'>;
  readonly sessions: Pick<Sessions, 'settled'>;
  readonly settings: Pick<Settings, 'inactivityThresholdMs'>;
}

/** Who is back within this time was never gone: a lost connection is no news. */
const dampMs = 5_000;

/** Users who are told of one. */
const audience = 1_000;

/** Looks for an audience at once; a storm of reconnects must leave the database to the calls. */
const width = 4;

export function createPresenceNews({ store, clock, streams, sessions, settings }: PresenceNewsOptions): PresenceNews {
  const open = new Map<string, number>();
  const leaving = new Map<string, Timer>();
  const gate = createGate(width);
  let isClosed = false;

  async function tell(userId: string, status: 'online' | 'offline', lastSeenAt: Date | null): Promise<void> {
    const who = { userId, maxRoomSize: receiptRoomSize, limit: audience };
    const found = await store.read((tx) => store.methods.coMembers(tx, who));
    const userIds = found.filter((id) => id !== userId);
    if (userIds.length === 0 || isClosed) return;
    // Whoever hears of it and asks must find it so.
    await sessions.settled();
    streams.announce({ userIds }, { type: 'presence', at: clock.now(), data: { userId, status, lastSeenAt } });
  }

  async function tellGone(userId: string): Promise<void> {
    await sessions.settled();
    const activeSince = new Date(clock.now().getTime() - settings.inactivityThresholdMs);
    const seen = await store.read((tx) => store.methods.lastSeen(tx, { userIds: [userId], activeSince }));
    const found = seen.get(userId);
    // Another node may still have a connection of theirs.
    if (found?.isOnline !== true && !open.has(userId)) await tell(userId, 'offline', found?.lastSeenAt ?? null);
  }

  /** News of now is not worth a second try: `presence.get` has the truth. */
  function soon(task: () => Promise<void>): void {
    gate(async () => (isClosed ? undefined : task())).catch(() => undefined);
  }

  return {
    opened(userId) {
      const count = (open.get(userId) ?? 0) + 1;
      open.set(userId, count);
      if (count > 1 || isClosed) return;
      const wait = leaving.get(userId);
      leaving.delete(userId);
      if (wait !== undefined) wait.clear();
      else soon(() => tell(userId, 'online', clock.now()));
    },
    closed(userId) {
      const left = (open.get(userId) ?? 1) - 1;
      if (left > 0) {
        open.set(userId, left);
        return;
      }
      open.delete(userId);
      if (isClosed) return;
      leaving.get(userId)?.clear();
      const wait = clock.after(dampMs, () => {
        leaving.delete(userId);
        soon(() => tellGone(userId));
      });
      leaving.set(userId, wait);
    },
    close() {
      isClosed = true;
      for (const wait of leaving.values()) wait.clear();
      leaving.clear();
    },
  };
}
