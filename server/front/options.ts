import type { IncomingMessage } from 'node:http';
import type { Server } from 'node:net';
import type { Duplex } from 'node:stream';
import type { CloseReason, SocketLimits } from '@confab/shared';
import type { AnyTRPCRouter } from '@trpc/server';
import type { CreateWSSContextFnOptions } from '@trpc/server/adapters/ws';
import type { Clock, Random } from '../ports.js';
import type { Viewer } from '../viewer.js';

/** What the front writes its log to; pino fits. */
export interface FrontLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Who is connected, and from what. */
export interface ConnectedSession {
  readonly userId: string;
  readonly sessionId: string;
  readonly connectionId: string;
  readonly userAgent: string | null;
}

/** What the front asks and tells about sessions. What it tells is fire and forget. */
export interface SocketSessions {
  /** A rejection refuses the socket with 1013, so that nobody slips in while the database is away. */
  isRevoked(userId: string, sessionId: string, issuedAt: Date | undefined): Promise<boolean>;
  /**
   * May turn a socket away. A `ChatError` closes it with 4001 and that error's message, or with 1013 when trying again may
   * help; whatever else it rejects with is logged and closes it with 1013. Left out, nobody is turned away.
   */
  admit?(session: ConnectedSession, viewer: Viewer): Promise<void>;
  opened(session: ConnectedSession): unknown;
  closed(session: ConnectedSession, code: number): unknown;
  /** There was traffic, in whatever frame: to be quick. */
  touched(userId: string, sessionId: string): unknown;
}

/** A call whose turn has come. */
export interface SocketCall {
  readonly connectionId: string;
  /** `undefined`: nobody is logged in. */
  readonly session: ConnectedSession | undefined;
  readonly path: string;
  readonly type: 'query' | 'mutation' | 'subscription';
}

/** Hooks around sockets; a session is always the same object. One that throws is logged and changes nothing. */
export interface SocketHooks {
  readonly onConnect?: (session: ConnectedSession) => unknown;
  readonly onDisconnect?: (session: ConnectedSession, code: number) => unknown;
  readonly onCall?: (call: SocketCall) => unknown;
}

/** What `createContext` gets: the upgrade request as `req`, the socket as `res`, and tRPC's `info`. */
export type SocketContextOptions = CreateWSSContextFnOptions;

export interface WebSocketsOptions {
  /** The host's root router. Its transformer has to keep `Date`. */
  readonly router: AnyTRPCRouter;
  /** Runs once per connection. When it throws, calls on that socket are answered `UNAUTHENTICATED`. */
  readonly createContext: (options: SocketContextOptions) => unknown;
  /** The path of the socket, without a query. @default '/trpc' */
  readonly path?: string;
  /** Exact origins (`https://app.example:8443`) of pages that may connect; a function is asked at every handshake. */
  readonly allowedOrigins: readonly string[] | (() => readonly string[]);
  readonly limits?: Partial<SocketLimits>;
  /**
   * `refuse`: a socket without a viewer gets its calls answered and is closed with 4001 within a second.
   * @default 'allow'
   */
  readonly anonymous?: 'allow' | 'refuse';
  readonly viewerOf: (ctx: unknown) => Viewer | null;
  /** The peer's address for `connectionsPerAddress`; set it behind a proxy. @default the TCP peer */
  readonly addressOf?: (req: IncomingMessage) => string | undefined;
  readonly sessions: SocketSessions;
  readonly hooks?: SocketHooks;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: FrontLog;
}

/** The WebSocket side of a chat. */
export interface WebSockets {
  /**
   * Answers the `upgrade` events of an HTTP server on our path and enforces `handshakeMs` on its connections. Frameworks
   * know their server by different types, so that any is taken.
   */
  attach(server: Server): void;
  /** For a host that routes `upgrade` itself. `false`: another path, nothing was done. */
  handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /**
   * Closes a user's sockets, or those of one session, on this node, within a second and after the calls at hand were
   * answered; returns how many. With `issuedUntil` those with newer credentials stay.
   */
  disconnect(
    target: { readonly userId: string; readonly sessionId?: string; readonly issuedUntil?: Date },
    reason: CloseReason,
  ): number;
  readonly connections: {
    /** Open sockets of this node, in all or of one user. */
    count(userId?: string): number;
  };
  /** Refuses new sockets and moves the present ones away in random order over `drainMs`, each once its calls are answered. */
  close(options?: { readonly drainMs?: number }): Promise<void>;
}
