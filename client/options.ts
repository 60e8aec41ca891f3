/** A `WebSocket` class: the browser's own, or `WebSocket` of the `ws` package. */
export interface WebSocketClass {
  readonly OPEN: number;
  new (url: string): object;
}

/** An `EventSource` class: the browser's own, or one that takes `fetch`, as that of the `eventsource` package. */
export type EventSourceClass = new (url: string, init?: never) => object;

/** Where a client keeps how far it has come, so that a reload misses nothing. */
export interface CursorStorage {
  /** The cursor saved last, if any. */
  load(): string | null | undefined | Promise<string | null | undefined>;
  /** Called at most once a second, and when the client closes. */
  save(cursor: string): void | Promise<void>;
}

/** Why a connection is as it is. */
export interface ConnectionReason {
  /** The close code, or `null` when there was none. */
  readonly code: number | null;
  readonly sentence: string;
}

export interface ChatClientOptions {
  /** Where tRPC is mounted, as `ws(s)://` or `http(s)://`; the scheme follows `transport`. */
  readonly url: string;
  /** Who one is. A function is asked again at every connect, so that it can answer with a fresh token. */
  readonly token?: string | (() => string | null | undefined | Promise<string | null | undefined>);
  /** A name of this device that stays the same over reloads, for sessions when the token has no `sid`. */
  readonly device?: string;
  /**
   * `http` sends calls in batches and receives events as server-sent events, for networks that let no WebSocket through.
   * @default 'ws'
   */
  readonly transport?: 'ws' | 'http';
  /** Needed where there is no global one, as in Node 20. */
  readonly WebSocket?: WebSocketClass;
  /**
   * For `http` where there is no global one. A class given here is handed a `fetch` that sends the token as a header;
   * the browser's own can't, and puts it into the address.
   */
  readonly EventSource?: EventSourceClass;
  /** Where the chat router is mounted in the host's router. @default 'chat' */
  readonly path?: string;
  /** Left out: the stream starts now, and a reload starts anew. */
  readonly cursor?: CursorStorage;
  /** The server does not know this user any more (not authenticated, revoked, banned): nothing reconnects by itself. */
  readonly onAuthLost?: (reason: ConnectionReason) => void;
  /** Full-jitter exponential back-off, in milliseconds. @default { baseMs: 500, maxMs: 30_000 } */
  readonly retry?: { readonly baseMs?: number; readonly maxMs?: number };
  /** Pings to the server; it pings too. @default { intervalMs: 20_000, timeoutMs: 8_000 } */
  readonly keepAlive?: { readonly intervalMs?: number; readonly timeoutMs?: number };
}
