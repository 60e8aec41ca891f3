import type { IncomingMessage, Server } from 'node:http';
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
  opened(session: ConnectedSession): unknown;
  closed(session: ConnectedSession): unknown;
  /** There was traffic; told at most every 15 s per socket. */
  touched(userId: string, sessionId: string): unknown;
}

/** Hooks around connections. One that throws is logged and changes nothing. */
export interface ConnectionHooks {
  readonly onConnect?: (session: ConnectedSession) => unknown;
  readonly onDisconnect?: (session: ConnectedSession, code: number) => unknown;
  readonly onCall?: (call: { readonly connectionId: string; readonly path: string; readonly type: string }) => unknown;
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
  readonly hooks?: ConnectionHooks;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: FrontLog;
}

/** The WebSocket side of a chat. */
export interface WebSockets {
  /** Answers the server's `upgrade` events on our path and enforces `handshakeMs` on its connections. */
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
