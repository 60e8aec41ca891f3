import { closeCodes } from '@confab/shared';
import { rethrowLater } from './rethrow.js';
import type { ConnectionReason } from './options.js';

/**
 * - `idle`: not needed yet.
 * - `connecting`: on the way to the first or the next connection.
 * - `live`: connected; if the stream is wanted, it flows.
 * - `waiting`: the connection was lost, the next attempt is at `retryAt`.
 * - `closed`: nothing happens by itself any more. `connect()` tries again, unless `close()` was called.
 */
export type ConnectionState = 'idle' | 'connecting' | 'live' | 'waiting' | 'closed';

/** What can be said of a connection at one moment. It is replaced, never changed. */
export interface ConnectionStatus {
  readonly state: ConnectionState;
  /** Why it is not live; `null` while all is well. */
  readonly reason: ConnectionReason | null;
  /** While `waiting`: when the next attempt begins. */
  readonly retryAt: Date | null;
}

/** The connection as an app sees it. */
export interface Connection extends ConnectionStatus {
  /** The same object until something changes. */
  readonly status: ConnectionStatus;
  /** Calls the listener at each change; the returned function ends it. */
  subscribe(listener: (status: ConnectionStatus) => void): () => void;
}

/** A connection and the right to say what becomes of it. */
export interface StatusBoard {
  readonly connection: Connection;
  show(state: ConnectionState, reason?: ConnectionReason | null, retryAt?: Date | null): void;
}

/** Creates an idle connection. */
export function createStatusBoard(): StatusBoard {
  let status: ConnectionStatus = Object.freeze({ state: 'idle', reason: null, retryAt: null });
  const listeners = new Set<(status: ConnectionStatus) => void>();
  const connection: Connection = Object.freeze({
    get status() {
      return status;
    },
    get state() {
      return status.state;
    },
    get reason() {
      return status.reason;
    },
    get retryAt() {
      return status.retryAt;
    },
    subscribe(listener: (status: ConnectionStatus) => void) {
      // A function of its own, so that one listener subscribed twice is called twice and ended one by one.
      const own = (next: ConnectionStatus): void => listener(next);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
  });
  return {
    connection,
    show(state, reason = null, retryAt = null) {
      const isSame =
        status.state === state &&
        status.reason?.code === reason?.code &&
        status.reason?.sentence === reason?.sentence &&
        status.retryAt?.getTime() === retryAt?.getTime();
      if (isSame) return;
      status = Object.freeze({ state, reason, retryAt });
      for (const listener of [...listeners]) {
        try {
          listener(status);
        } catch (error) {
          rethrowLater(error);
        }
      }
    },
  };
}

/** What a close code means to a user. */
export function reasonOf(code: number, text = ''): ConnectionReason {
  const known = Object.values(closeCodes).find((entry) => entry.code === code);
  return { code, sentence: known?.reason ?? (text === '' ? 'The connection was lost.' : text) };
}
