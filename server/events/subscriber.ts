import type { ChatEvent, CloseReason } from '@confab/shared';
import type { Positions } from './cursor.js';
import type { Delivery, Outlet } from './outlet.js';
import type { RingEntry } from './ring.js';
import type { StreamRequest } from './streams.js';

/** Something that waits for a replay to end: a delivery, or an entry whose content has to be rendered again first. */
export type Held = Delivery | { readonly cursor: string; readonly entry: RingEntry };

/** One open stream, as the hub sees it. */
export interface Subscriber {
  readonly userId: string;
  readonly sessionId: string;
  readonly issuedAt: Date | undefined;
  readonly outlet: Outlet;
  /** Where its snapshot stood: nothing at or below is routed to it. Absent until there is a snapshot. */
  floor: Positions | undefined;
  /** Whether the snapshot is ahead of what this node has applied, in any shard. */
  isAhead: boolean;
  /** `attaching` → `replaying` (with the snapshot) → `live`; `closed` from anywhere. */
  phase: 'attaching' | 'replaying' | 'live' | 'closed';
  /** The rooms that are routed to it. Changed by the routes only. */
  readonly rooms: Set<string>;
  /** Waits for the replay to end; bounded. */
  held: Held[];
  /** The cursor that was handed to the outlet last. */
  cursor: string;
  /** Live deliveries so far. */
  sent: number;
  /** Resolves when it is closed. */
  readonly gone: Promise<void>;
  readonly onGone: () => void;
}

/** What a subscriber is made of. */
export type SubscriberOptions = Pick<StreamRequest, 'userId' | 'sessionId' | 'issuedAt' | 'outlet'>;

export function createSubscriber({ userId, sessionId, issuedAt, outlet }: SubscriberOptions): Subscriber {
  let onGone = (): void => undefined;
  const gone = new Promise<void>((resolve) => {
    onGone = resolve;
  });
  return {
    userId,
    sessionId,
    issuedAt,
    outlet,
    floor: undefined,
    isAhead: false,
    phase: 'attaching',
    rooms: new Set(),
    held: [],
    cursor: '',
    sent: 0,
    gone,
    onGone,
  };
}

export function createDelivery(cursor: string, event: ChatEvent): Delivery {
  return { cursor, event, texts: new Map() };
}

/** Whether something closed it meanwhile: what the compiler can't see across an `await`. */
export function isClosed(subscriber: Subscriber): boolean {
  return subscriber.phase === 'closed';
}

/** Hands a delivery to the outlet and remembers how far that was. */
export function send(subscriber: Subscriber, delivery: Delivery): void {
  subscriber.cursor = delivery.cursor;
  subscriber.outlet.send(delivery);
}

/** Closes an outlet, whose own failure is nobody else's. */
export function closeOutlet(outlet: Outlet, reason: CloseReason): void {
  try {
    outlet.close(reason);
  } catch {
    // It is as good as closed.
  }
}
