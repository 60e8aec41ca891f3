import type { ChatEvent, Presence } from '@confab/shared';
import type { ChatCalls } from './calls.js';
import type { Patience } from './patience.js';
import { isLeftOut } from './refusals.js';

/** Who of those that somebody looks at is there. */
export interface Presences {
  /** `null` while it is not known, and for those who share no room with the user. */
  of(userId: string): Presence | null;
  /** Until the returned function is called. */
  watch(userId: string): () => void;
  receive(event: ChatEvent): void;
  stop(): void;
}

/** Users asked about in one call. */
const most = 100;

/** @param isReady - Whether the stream flows: what is asked before might be told twice, or never. */
export function createPresences(
  calls: ChatCalls,
  patience: Patience,
  isReady: () => boolean,
  changed: () => void,
): Presences {
  const watched = new Map<string, number>();
  const known = new Map<string, Presence>();
  /** To be asked about, with whatever else comes in the same turn. */
  const wanted = new Set<string>();
  /** Those of whom an event came while they were asked about. */
  const newer = new Set<string>();
  let isScheduled = false;
  let isOff = false;

  function ask(userIds: Iterable<string>): void {
    for (const userId of userIds) wanted.add(userId);
    if (isScheduled || isOff || wanted.size === 0 || !isReady()) return;
    isScheduled = true;
    queueMicrotask(() => {
      isScheduled = false;
      void load();
    });
  }

  async function load(): Promise<void> {
    const userIds = [...wanted].filter((userId) => watched.has(userId)).slice(0, most);
    for (const userId of userIds) {
      wanted.delete(userId);
      newer.delete(userId);
    }
    if (userIds.length === 0) return wanted.clear();
    try {
      const answer = await patience.persist(() => calls.presence.get.query({ userIds }), {
        isWanted: () => !isOff && userIds.some((userId) => watched.has(userId)),
      });
      for (const presence of answer?.items ?? []) {
        if (watched.has(presence.userId) && !newer.has(presence.userId)) known.set(presence.userId, presence);
      }
      changed();
    } catch (error) {
      // Whoever may not be asked about stays unknown.
      if (isLeftOut(error)) isOff = true;
    }
    ask([]);
  }

  return {
    of: (userId) => known.get(userId) ?? null,
    watch(userId) {
      const count = watched.get(userId) ?? 0;
      watched.set(userId, count + 1);
      if (count === 0) ask([userId]);
      let isOver = false;
      return () => {
        if (isOver) return;
        isOver = true;
        const left = (watched.get(userId) ?? 1) - 1;
        if (left > 0) watched.set(userId, left);
        else {
          watched.delete(userId);
          known.delete(userId);
        }
      };
    },
    receive(event) {
      // Who came or went while the stream was away is told by nobody.
      if (event.type === 'ready') ask(watched.keys());
      if (event.type !== 'presence' || !watched.has(event.data.userId)) return;
      newer.add(event.data.userId);
      known.set(event.data.userId, event.data);
      changed();
    },
    stop() {
      isOff = true;
    },
  };
}
