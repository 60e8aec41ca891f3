import type { ChatEvent, CloseReason, EphemeralEvent, EventData, LoggedEvent } from '@confab/shared';
import type { Audience } from '../bus/bus.js';
import type { LogRow } from './log.js';
import type { Outlet } from './outlet.js';

/** What a stream is opened with. */
export interface StreamRequest {
  readonly userId: string;
  readonly sessionId: string;
  /** When the credentials were issued that it is opened with, if they say. */
  readonly issuedAt?: Date | undefined;
  /** The cursor the client came with, if any. Whatever it holds, it is never an error. */
  readonly cursor: string | undefined;
  readonly outlet: Outlet;
  /** The rest of `ready`; asked once, after the stream was registered and before anything is sent. */
  readonly ready: () => Promise<Omit<EventData['ready'], 'resumed'>>;
}

/** One open stream. */
export interface Stream {
  /** Takes it off the hub: nothing is sent afterwards. May be called again, and before `attached`. */
  detach(): void;
  /**
   * Resolves when `ready` and the whole replay were handed to the outlet and the stream is live. Rejects when the log
   * can't be read; the stream is detached then and its outlet closed with `TRY_LATER`.
   */
  readonly attached: Promise<void>;
}

/** A page of events without a stream. */
export interface SyncPage {
  readonly events: readonly { readonly id: string; readonly event: ChatEvent }[];
  readonly cursor: string;
  readonly more: boolean;
}

/** Everything one node delivers: tailer, hub, attach and replay behind one door. */
export interface Streams {
  /** Reads the heads and begins to tail. */
  start(): Promise<void>;
  /** Takes rows that were committed on this node, with their rendered events if the writer has them. Never throws. */
  offer(rows: readonly LogRow[], events?: readonly LoggedEvent[]): void;
  open(request: StreamRequest): Stream;
  /**
   * What a stream opened with this cursor would replay, a page at a time: at most `limit` events (1–100) after its
   * `room.limited` and `room.gone`. Without a cursor: no events and the cursor of now. Never waits for new events.
   */
  sync(userId: string, cursor: string | undefined, limit: number): Promise<SyncPage>;
  /** Tells an audience, on all nodes, of something that is not kept. */
  announce(to: Audience, event: EphemeralEvent): void;
  /** Hears every event of the log once, in log order per shard, as this node applies it. */
  onApplied(listener: (row: LogRow, event: LoggedEvent) => void): () => void;
  /**
   * Closes a session's streams on this node, or all of the user's when none is named; with `issuedUntil` those with newer
   * credentials stay.
   */
  disconnect(
    session: { readonly userId: string; readonly sessionId?: string; readonly issuedUntil?: Date },
    reason: CloseReason,
  ): void;
  /** Tells each of the user's devices that has a stream on this node, or one of them, that its session is at its end. */
  announceEnd(
    session: { readonly userId: string; readonly sessionId?: string; readonly issuedUntil?: Date },
    reason: string,
  ): void;
  /** Drops what this node remembers of how events read: this user, who may be named in them, was erased. */
  forgetAll(userId: string): void;
  /** The cursor of everything this node has applied. */
  readonly cursor: string;
  /** How many streams are open on this node, in all or for one user. */
  count(userId?: string): number;
  /** Ends the tailing and closes every stream with `DRAIN`. */
  stop(): Promise<void>;
}
