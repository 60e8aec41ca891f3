import type { EphemeralEvent } from '@confab/shared';

/** Who an event that is not kept is for. */
export type Audience = { readonly roomId: string; readonly except?: string } | { readonly userIds: readonly string[] };

/** What nodes tell each other. Losing any of it costs time, never an event of the log. */
export type BusMessage =
  /** "The log of these shards now reaches these positions." */
  | { readonly kind: 'heads'; readonly heads: readonly { readonly shard: number; readonly pos: number }[] }
  | { readonly kind: 'ephemeral'; readonly to: Audience; readonly event: EphemeralEvent }
  /** Close what this session has open, on every node. */
  | {
      readonly kind: 'revoked';
      readonly userId: string;
      readonly sessionId: string;
      readonly reason: string;
      /** Milliseconds since the epoch; credentials issued later are not meant. */
      readonly revokedAt: number;
    }
  /** The host keeps a user out, or has erased one: close what the user has open, on every node. */
  | {
      readonly kind: 'excluded';
      readonly userId: string;
      readonly why: 'ban' | 'erasure';
      /** Milliseconds since the epoch. */
      readonly at: number;
    }
  /** The host lets a user in again. */
  | { readonly kind: 'included'; readonly userId: string };

/** Hints between nodes: at most once, unordered, and never the truth. */
export interface Bus {
  /** Fire and forget; never throws. Its own messages do not come back to the node that published them. */
  publish(message: BusMessage): void;
  /** Returns what ends the subscription. */
  subscribe(listener: (message: BusMessage) => void): () => void;
  close(): Promise<void>;
}
