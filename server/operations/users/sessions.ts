import { LRUCache } from 'lru-cache';
import type { Clock } from '../../ports.js';
import type { Settings } from '../../settings.js';
import type { ChatStore } from '../../store/port.js';
import { createLookout } from './lookout.js';
import { createSessionWriter } from './session-writer.js';

/** A device of a user. */
export interface Device {
  readonly userId: string;
  readonly sessionId: string;
}

/** That a device was shut out. */
export interface Revocation extends Device {
  readonly reason: string;
  /** Credentials issued up to then are refused; newer ones come in. */
  readonly revokedAt: Date;
}

/** Which devices are connected, were seen, and are shut out. */
export interface Sessions {
  /** A device connected. Resolves when it is kept. */
  opened(device: Device & { readonly userAgent?: string | null | undefined }): Promise<void>;
  /** One connection of a device is gone. Never throws. */
  closed(device: Device): void;
  /** A device was heard of. Never throws; writes at most every 20 s per device. */
  touched(userId: string, sessionId: string): void;
  /** Resolves when everything this node was told of is kept, as far as it can be. */
  settled(): Promise<void>;
  /** The same, kept at once. */
  seen(userId: string, sessionId: string): Promise<void>;
  /**
   * Whether credentials issued at `issuedAt` are refused for this device. Without it any are, once it was revoked.
   * Asks the database the first time only.
   */
  isRevoked(userId: string, sessionId: string, issuedAt?: Date): Promise<boolean>;
  /** This node has just revoked a device: listeners and other nodes hear of it. */
  revoked(revocation: Revocation): void;
  /** Another node says that it revoked a device: listeners hear of it. */
  learn(revocation: Revocation): void;
  /** Hears of every revocation, on whichever node it was made; perhaps more than once. */
  onRevoked(listener: (revocation: Revocation) => void): () => void;
  /** Drops what this node remembers of a user's devices. */
  forget(userId: string): void;
  /** Begins to look for revocations that no other node told of, every 5 s. */
  start(): void;
  /** Writes what is still to be written and ends. */
  stop(): Promise<void>;
}

export interface SessionsOptions {
  readonly store: ChatStore;
  readonly clock: Clock;
  readonly settings: Pick<Settings, 'inactivityThresholdMs'>;
  /** Tells the other nodes. Left out, they find out by themselves. */
  readonly revoked?: (revocation: Revocation) => void;
}

const remembered = 50_000;
const touchMs = 20_000;

/** What this node knows of a device. */
interface Known {
  /** 0: never. */
  readonly revokedAt: number;
  /** Up to when listeners were told. */
  readonly toldAt: number;
}

export function createSessions({ store, clock, settings, revoked: tell }: SessionsOptions): Sessions {
  const writer = createSessionWriter({ store, clock });
  const known = new LRUCache<string, Known>({ max: remembered });
  const touches = new LRUCache<string, number>({ max: remembered });
  const open = new Map<string, number>();
  const listeners = new Set<(revocation: Revocation) => void>();
  // A device must not expire between two writes that are that far apart.
  const pace = Math.min(touchMs, settings.inactivityThresholdMs / 3);

  function hear(revocation: Revocation): void {
    const key = keyOf(revocation);
    const at = revocation.revokedAt.getTime();
    const before = known.get(key);
    known.set(key, { revokedAt: at, toldAt: Math.max(at, before?.toldAt ?? 0) });
    if (before !== undefined && before.toldAt >= at) return;
    for (const listener of listeners) listener(revocation);
  }

  const lookout = createLookout({
    clock,
    read: (input) => store.read((tx) => store.methods.listRevocations(tx, input)),
    dateOf: ({ revokedAt }) => revokedAt,
    hear: ({ userId, id, revokedAt }) => hear({ userId, sessionId: id, reason: 'revoked', revokedAt }),
  });

  function sign({ userId, sessionId }: Device, userAgent: string | null = null) {
    return { userId, id: sessionId, userAgent: userAgent?.slice(0, 512) ?? null };
  }

  return {
    opened(device) {
      const key = keyOf(device);
      open.set(key, (open.get(key) ?? 0) + 1);
      touches.set(key, clock.now().getTime());
      return writer.now({ ...sign(device, device.userAgent ?? null), isOpen: true, isOpening: true });
    },
    closed(device) {
      const key = keyOf(device);
      const left = (open.get(key) ?? 1) - 1;
      if (left > 0) {
        open.set(key, left);
        return;
      }
      open.delete(key);
      writer.soon({ ...sign(device), isOpen: false });
    },
    touched(userId, sessionId) {
      const key = keyOf({ userId, sessionId });
      const now = clock.now().getTime();
      if (now - (touches.get(key) ?? Number.NEGATIVE_INFINITY) < pace) return;
      touches.set(key, now);
      writer.soon({ ...sign({ userId, sessionId }), isOpen: open.has(key) ? true : null });
    },
    settled: () => writer.settled(),
    seen(userId, sessionId) {
      const key = keyOf({ userId, sessionId });
      touches.set(key, clock.now().getTime());
      return writer.now({ ...sign({ userId, sessionId }), isOpen: open.has(key) ? true : null });
    },
    async isRevoked(userId, sessionId, issuedAt) {
      const key = keyOf({ userId, sessionId });
      let revokedAt = known.get(key)?.revokedAt;
      if (revokedAt === undefined) {
        const found = await store.read((tx) => store.methods.findRevocation(tx, { userId, sessionId }));
        // A revocation that was heard of while this was read is newer than what was read.
        revokedAt = known.get(key)?.revokedAt ?? found?.getTime() ?? 0;
        known.set(key, { revokedAt, toldAt: known.get(key)?.toldAt ?? 0 });
      }
      return revokedAt > 0 && (issuedAt === undefined || issuedAt.getTime() <= revokedAt);
    },
    revoked(revocation) {
      tell?.(revocation);
      hear(revocation);
    },
    learn: hear,
    forget(userId) {
      writer.forget(userId);
      const isTheirs = (key: string): boolean => key.startsWith(`[${JSON.stringify(userId)},`);
      for (const cache of [known, touches]) for (const key of [...cache.keys()]) if (isTheirs(key)) cache.delete(key);
    },
    onRevoked(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start: () => lookout.start(),
    async stop() {
      await lookout.stop();
      await writer.stop();
    },
  };
}

function keyOf({ userId, sessionId }: Device): string {
  return JSON.stringify([userId, sessionId]);
}
