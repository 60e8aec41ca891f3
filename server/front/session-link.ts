import type { Viewer } from '../viewer.js';
import { watchExpiry } from './expiry.js';
import { guarded } from './guarded.js';
import type { ConnectedSession, WebSocketsOptions } from './options.js';

/** What ties an open socket to its session: it tells of traffic and of the end, and watches over the credentials. */
export interface SessionLink {
  readonly session: ConnectedSession;
  touched(): void;
  /** The credentials matter no more. */
  stop(): void;
  left(code: number): void;
}

export interface SessionLinkOptions {
  readonly options: WebSocketsOptions;
  readonly session: ConnectedSession;
  readonly viewer: Viewer;
  readonly notice: () => void;
  readonly expired: () => void;
}

export function linkSession({ options, session, viewer, notice, expired }: SessionLinkOptions): SessionLink {
  const { clock, random, log, sessions, hooks } = options;
  const { expiresAt } = viewer;

  const stop = expiresAt ? watchExpiry({ clock, random, expiresAt, notice, expired }) : () => undefined;
  guarded(log, 'sessions.opened', () => sessions.opened(session));
  guarded(log, 'onConnect', () => hooks?.onConnect?.(session));
  return {
    session,
    touched() {
      guarded(log, 'sessions.touched', () => sessions.touched(session.userId, session.sessionId));
    },
    stop,
    left(code) {
      guarded(log, 'sessions.closed', () => sessions.closed(session, code));
      guarded(log, 'onDisconnect', () => hooks?.onDisconnect?.(session, code));
    },
  };
}
