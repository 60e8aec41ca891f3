import type { ChatEvent, CloseReason } from '@confab/shared';

/**
 * One event on its way out. It is the same object for every stream that gets it with the same cursor, so whatever
 * an outlet derives from it (its serialised text) can be kept on it, keyed by the outlet's kind.
 */
export interface Delivery {
  readonly cursor: string;
  readonly event: ChatEvent;
  /** Texts already made of this delivery, by the transformer they were made with. */
  readonly texts: Map<object, string>;
}

/** What is waiting to be sent. */
export interface Backlog {
  readonly bytes: number;
  readonly events: number;
}

/** Where one stream's deliveries go: a socket's frames, or an async iterator for SSE and in-process callers. */
export interface Outlet {
  /** Never throws. Deliveries leave in the order they came. */
  send(delivery: Delivery): void;
  readonly backlog: Backlog;
  /** Resolves when what was sent has left far enough to send more; at once if it already has. */
  drained(): Promise<void>;
  /** Ends the stream so that the client comes back with its cursor (or stays away, as the reason says). */
  close(reason: CloseReason): void;
}
