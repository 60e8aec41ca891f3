import type { TRPCLink } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import type { ConnectionReason } from './options.js';

/** How calls and events travel. */
export interface Transport {
  readonly links: readonly TRPCLink<AnyTRPCRouter>[];
  /** What it can't work without, and where to get it; `null` when all is there. */
  readonly missing: string | null;
  /** Whether an event stream is to be kept open from now on. */
  want(isWanted: boolean): void;
  /** The stream flows. */
  streaming(): void;
  /** The stream's own connection was lost and comes back by itself. */
  interrupted(): void;
  /** Tries again at once, if it was waiting to. */
  hurry(): void;
  /** Ends all connections. It may be used again afterwards. */
  stop(): Promise<void>;
}

/** What a transport may say of itself. */
export interface TransportEvents {
  /** The server says to stay away. */
  refused(reason: ConnectionReason): void;
}

/** `ws://…` for `http://…` and the other way round, as the transport needs it. */
export function withScheme(url: string, transport: 'ws' | 'http'): string {
  return transport === 'ws' ? url.replace(/^http/i, 'ws') : url.replace(/^ws/i, 'http');
}
