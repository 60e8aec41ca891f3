import type { SocketOutlet } from './socket-outlet.js';

/**
 * Where a context says which of our sockets it belongs to. A symbol, because tRPC copies the context when a middleware
 * adds to it, and no input can name one.
 */
export const connectionKey = Symbol('confab.connection');

/** One WebSocket that our front accepted, as procedures see it. */
export interface SocketConnection {
  readonly id: string;
  /** `connectionParams.device`, if the client named its device. */
  readonly device: string | null;
  readonly userAgent: string | null;
  /** Where a stream of this socket writes to; release it when the stream ends. */
  openOutlet(): SocketOutlet;
}

/** The socket a context came by; `undefined` over HTTP, a foreign adapter or an in-process caller. */
export function connectionOf(ctx: unknown): SocketConnection | undefined {
  if (typeof ctx !== 'object' || ctx === null || !(connectionKey in ctx)) return undefined;
  return ctx[connectionKey] as SocketConnection;
}

/** A copy of a host's context that names the socket. The host's object may be frozen or shared, so it is left alone. */
export function withConnection(ctx: unknown, connection: SocketConnection): object {
  const source: object = typeof ctx === 'object' && ctx !== null ? ctx : {};
  return Object.create(Object.getPrototypeOf(source) as object | null, {
    ...Object.getOwnPropertyDescriptors(source),
    [connectionKey]: { value: connection, enumerable: true },
  }) as object;
}
