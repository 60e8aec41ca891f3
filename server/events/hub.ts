import type { ChatEvent, CloseReason, EphemeralEvent, LoggedEvent } from '@confab/shared';
import type { Audience } from '../bus/bus.js';
import type { CursorCodec, Positions } from './cursor.js';
import { headPositions } from './cursor.js';
import type { LogRow, LogSnapshot, LogStore } from './log.js';
import type { Delivery } from './outlet.js';
import type { Ring } from './ring.js';
import type { Routes } from './routes.js';
import { entering, leaving, personOf } from './routes.js';
import type { Held, Subscriber } from './subscriber.js';
import { closeOutlet, createDelivery, isClosed, send } from './subscriber.js';

export interface HubOptions {
  readonly codec: CursorCodec;
  readonly ring: Ring;
  readonly routes: Routes;
  /** What this node has applied; the tailer's living array. */
  readonly tail: Positions;
  /** The cursor of a stream between its snapshot and the tail. */
  readonly furthest: (floor: Positions, tail: Positions) => Positions;
  /** Which rows may be kept rendered. @default all */
  readonly isLasting?: LogStore['isLasting'];
  /** Deliveries one stream may hold while it replays. */
  readonly heldEvents: number;
  /** A backlog at which an outlet that did not close itself is closed. */
  readonly backlog: { readonly events: number; readonly bytes: number };
}

/** Routes what the tailer applies to the streams of this node. */
export interface Hub {
  /** Where the node stands, as a cursor. */
  readonly cursor: string;
  add(subscriber: Subscriber): void;
  /** Sends nothing to it any more. */
  remove(subscriber: Subscriber): void;
  /** Removes it and closes its outlet. */
  close(subscriber: Subscriber, reason: CloseReason): void;
  /**
   * Begins to route to a stream from its snapshot on; everything is held until `goLive`. `false`, and nothing has
   * changed, when the node has moved on so far that a newer snapshot is needed.
   */
  activate(subscriber: Subscriber, snapshot: LogSnapshot): boolean;
  goLive(subscriber: Subscriber): void;
  apply(row: LogRow, event: LoggedEvent): void;
  /** Nothing is left of the shard's positions up to `pos`; the tail has moved past them. */
  skip(shard: number, pos: number): void;
  announce(to: Audience, event: EphemeralEvent): void;
  /** Moves an idle stream's cursor on. */
  checkpoint(subscriber: Subscriber, at: Date): void;
}

export function createHub(options: HubOptions): Hub {
  const { codec, ring, routes, tail, isLasting } = options;
  let cursor: string | undefined;
  let checkpoint: Delivery | undefined;
  const tailCursor = (): string => (cursor ??= codec.encode(tail));

  function remove(subscriber: Subscriber): void {
    if (subscriber.phase === 'closed') return;
    subscriber.phase = 'closed';
    subscriber.held = [];
    routes.remove(subscriber);
    subscriber.onGone();
  }

  function close(subscriber: Subscriber, reason: CloseReason): void {
    if (subscriber.phase === 'closed') return;
    remove(subscriber);
    closeOutlet(subscriber.outlet, reason);
  }

  /** A stream whose snapshot the node has not caught up with needs cursors of its own; all others share one. */
  function isAhead(subscriber: Subscriber): boolean {
    if (subscriber.isAhead) {
      subscriber.isAhead = subscriber.floor?.some((pos, shard) => pos > (tail[shard] ?? 0)) ?? false;
    }
    return subscriber.isAhead;
  }

  function cursorFor(subscriber: Subscriber): string {
    const { floor } = subscriber;
    return floor !== undefined && isAhead(subscriber) ? codec.encode(options.furthest(floor, tail)) : tailCursor();
  }

  function hold(subscriber: Subscriber, held: Held): void {
    subscriber.held.push(held);
    if (subscriber.held.length <= options.heldEvents) return;
    close(subscriber, subscriber.outlet.backlog.events > 0 ? 'SLOW_READER' : 'TRY_LATER');
  }

  function hand(subscriber: Subscriber, delivery: Delivery): void {
    if (subscriber.phase === 'replaying') return hold(subscriber, delivery);
    if (subscriber.phase !== 'live') return;
    try {
      send(subscriber, delivery);
    } catch {
      // Without this event the stream would have a hole; the others still get theirs.
      return close(subscriber, 'TRY_LATER');
    }
    subscriber.sent += 1;
    // Outlets close themselves; this is for one that does not, so it need not be looked at each time.
    if (subscriber.sent % 64 !== 0) return;
    const { events, bytes } = subscriber.outlet.backlog;
    if (events > options.backlog.events || bytes > options.backlog.bytes) close(subscriber, 'SLOW_READER');
  }

  /** One delivery for all streams that stand where the node stands. */
  function createHand(event: ChatEvent): (subscriber: Subscriber) => void {
    let shared: Delivery | undefined;
    return (subscriber) => {
      if (isAhead(subscriber)) hand(subscriber, createDelivery(cursorFor(subscriber), event));
      else hand(subscriber, (shared ??= createDelivery(tailCursor(), event)));
    };
  }

  const isNews = (subscriber: Subscriber, row: LogRow): boolean =>
    subscriber.floor !== undefined && row.pos > (subscriber.floor[row.shard] ?? 0);

  function* newsFor(userIds: readonly string[], row: LogRow): Generator<Subscriber> {
    for (const userId of userIds) {
      for (const subscriber of routes.user(userId)) if (isNews(subscriber, row)) yield subscriber;
    }
  }

  function apply(row: LogRow, event: LoggedEvent): void {
    cursor = undefined;
    ring.push(row, event, isLasting?.(row));
    if (row.type === 'message.deleted') ring.forget(row.roomId, row.data.messageIds ?? []);
    const person = personOf(row);
    for (const subscriber of newsFor(entering(row), row)) routes.join(subscriber, row.roomId);
    const give = createHand(event);
    if (person !== undefined) for (const subscriber of newsFor([person], row)) give(subscriber);
    for (const subscriber of routes.room(row.roomId)) if (isNews(subscriber, row)) give(subscriber);
    for (const subscriber of newsFor(leaving(row), row)) routes.leave(subscriber, row.roomId);
    if (row.type !== 'room.deleted') return;
    for (const subscriber of [...routes.room(row.roomId)]) {
      if (isNews(subscriber, row)) routes.leave(subscriber, row.roomId);
    }
  }

  /** What the node applied while the snapshot was on its way is in the ring; membership moves with it, too. */
  function catchUp(subscriber: Subscriber, floor: Positions): void {
    const positions = [...floor];
    for (let shard = 0; shard < positions.length; shard += 1) {
      for (const entry of ring.after(shard, positions[shard] ?? 0) ?? []) {
        const { row, event } = entry;
        if (isClosed(subscriber)) return;
        positions[shard] = row.pos;
        if (entering(row).includes(subscriber.userId)) routes.join(subscriber, row.roomId);
        if (isFor(subscriber, row)) {
          const at = codec.encode(positions);
          hold(subscriber, event === undefined ? { cursor: at, entry } : createDelivery(at, event));
        }
        if (row.type === 'room.deleted' || leaving(row).includes(subscriber.userId)) {
          routes.leave(subscriber, row.roomId);
        }
      }
    }
  }

  function isFor(subscriber: Subscriber, row: LogRow): boolean {
    return subscriber.rooms.has(row.roomId) || personOf(row) === subscriber.userId;
  }

  function* audience(to: Audience): Generator<Subscriber> {
    if ('roomId' in to) {
      for (const subscriber of routes.room(to.roomId)) if (subscriber.userId !== to.except) yield subscriber;
    } else {
      for (const userId of new Set(to.userIds)) yield* routes.user(userId);
    }
  }

  return {
    get cursor() {
      return tailCursor();
    },
    add(subscriber) {
      routes.add(subscriber);
    },
    remove,
    close,
    activate(subscriber, snapshot) {
      const floor = headPositions(snapshot.heads);
      if (floor.some((pos, shard) => ring.after(shard, pos) === undefined)) return false;
      subscriber.floor = floor;
      subscriber.isAhead = true;
      subscriber.phase = 'replaying';
      for (const { roomId, status, isDeleted } of snapshot.memberships) {
        if (status === 'in' && !isDeleted) routes.join(subscriber, roomId);
      }
      catchUp(subscriber, floor);
      return true;
    },
    goLive(subscriber) {
      if (subscriber.phase === 'replaying') subscriber.phase = 'live';
    },
    apply,
    skip(shard, pos) {
      cursor = undefined;
      ring.skip(shard, pos);
    },
    announce(to, event) {
      const give = createHand(event);
      for (const subscriber of audience(to)) {
        const isOtherDevice = event.type === 'session.revoked' && subscriber.sessionId !== event.data.sessionId;
        if (!isOtherDevice) give(subscriber);
      }
    },
    checkpoint(subscriber, at) {
      if (subscriber.phase !== 'live') return;
      const here = cursorFor(subscriber);
      if (here === subscriber.cursor) return;
      if (checkpoint?.cursor !== here) checkpoint = createDelivery(here, { type: 'checkpoint', at, data: {} });
      send(subscriber, checkpoint);
    },
  };
}
