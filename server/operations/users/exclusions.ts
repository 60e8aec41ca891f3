import { LRUCache } from 'lru-cache';
import type { Clock } from '../../ports.js';
import type { ChatStore } from '../../store/port.js';
import { createLookout } from './lookout.js';

/** That somebody is kept out from now on, with every device. */
export interface Exclusion {
  readonly userId: string;
  readonly kind: 'ban' | 'erasure';
  readonly at: Date;
}

/** Which users the host keeps out: those it banned, and those it erased who have not logged in anew. */
export interface Exclusions {
  /**
   * Whether credentials issued at `issuedAt` are refused. Asks the database the first time, and again while somebody is
   * refused: a ban may have been lifted.
   */
  isExcluded(userId: string, issuedAt?: Date): Promise<boolean>;
  /** This node has just excluded somebody: listeners and other nodes hear of it. */
  excluded(exclusion: Exclusion): void;
  /** This node has just let somebody in again: other nodes hear of it. */
  lifted(userId: string): void;
  /** Another node says so; `null`: somebody was let in again. */
  learn(userId: string, exclusion: Exclusion | null): void;
  /** Hears of every exclusion, on whichever node it was made; perhaps more than once. */
  onExcluded(listener: (exclusion: Exclusion) => void): () => void;
  /** Begins to look for exclusions that no other node told of, every 5 s. */
  start(): void;
  stop(): Promise<void>;
}

export interface ExclusionsOptions {
  readonly store: ChatStore;
  readonly clock: Clock;
  /** Tells the other nodes. Left out, they find out by themselves. */
  readonly tell?: (userId: string, exclusion: Exclusion | null) => void;
}

const remembered = 50_000;
/** How long a refusal is believed: a ban may have been lifted since. */
const believedMs = 5_000;

/** What this node knows of a user. Times are 0 for never. */
interface Known {
  /** When the ban ends; infinite for one that does not. */
  readonly bannedUntil: number;
  readonly erasedAt: number;
  readonly readAt: number;
}

export function createExclusions({ store, clock, tell }: ExclusionsOptions): Exclusions {
  const known = new LRUCache<string, Known>({ max: remembered });
  /** Up to when listeners were told of somebody. */
  const told = new LRUCache<string, number>({ max: remembered });
  const listeners = new Set<(exclusion: Exclusion) => void>();

  async function read(userId: string): Promise<Known> {
    const before = known.get(userId);
    const readAt = clock.now().getTime();
    const { ban, erasedAt } = await store.read((tx) => store.methods.findExclusion(tx, { userId }));
    const bannedUntil = ban === null ? 0 : (ban.until?.getTime() ?? Number.POSITIVE_INFINITY);
    const found = { bannedUntil, erasedAt: erasedAt?.getTime() ?? 0, readAt };
    // What was heard of meanwhile is newer than what was read: the next question reads again.
    if (known.get(userId) === before) known.set(userId, found);
    return found;
  }

  function isRefused({ bannedUntil, erasedAt }: Known, issuedAt: Date | undefined): boolean {
    if (bannedUntil > clock.now().getTime()) return true;
    return erasedAt > 0 && (issuedAt === undefined || issuedAt.getTime() <= erasedAt);
  }

  function hear(exclusion: Exclusion): void {
    const { userId, at } = exclusion;
    known.delete(userId);
    const key = toldKey(exclusion);
    if ((told.get(key) ?? 0) >= at.getTime()) return;
    told.set(key, at.getTime());
    for (const listener of listeners) listener(exclusion);
  }

  const lookout = createLookout({
    clock,
    read: (input) => store.read((tx) => store.methods.listExclusions(tx, input)),
    dateOf: ({ at }) => at,
    hear(row) {
      // Heard again, it would have to be read again.
      if ((told.get(toldKey(row)) ?? 0) < row.at.getTime()) hear(row);
    },
  });

  return {
    async isExcluded(userId, issuedAt) {
      const found = known.get(userId) ?? (await read(userId));
      if (!isRefused(found, issuedAt)) return false;
      const age = clock.now().getTime() - found.readAt;
      return age < believedMs ? true : isRefused(await read(userId), issuedAt);
    },
    excluded(exclusion) {
      tell?.(exclusion.userId, exclusion);
      hear(exclusion);
    },
    lifted(userId) {
      known.delete(userId);
      tell?.(userId, null);
    },
    learn(userId, exclusion) {
      if (exclusion === null) known.delete(userId);
      else hear(exclusion);
    },
    onExcluded(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start: () => lookout.start(),
    stop: () => lookout.stop(),
  };
}

function toldKey({ kind, userId }: Exclusion): string {
  return `${kind} ${userId}`;
}
