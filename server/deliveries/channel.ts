import type { LogRow } from '../events/log.js';
import type { ClaimedDelivery, NewDelivery } from '../store/deliveries/index.js';
import type { ReadTx } from '../store/transaction.js';

/** Events of one shard in order, and where to go on in the first of them. */
export interface Batch {
  readonly rows: readonly LogRow[];
  /** The first event was dealt with up to this push subscription; `null`: not at all. */
  readonly afterId: string | null;
}

/** What became of a batch. */
export interface Worked {
  readonly deliveries: readonly Omit<NewDelivery, 'id' | 'queue' | 'kind'>[];
  /** So many of its events are done, from the first on. */
  readonly done: number;
  /** The one after those was dealt with up to this push subscription. */
  readonly afterId: string | null;
}

/** How an attempt came out. */
export type Outcome =
  /** It arrived, or nobody wants it any more. */
  | { readonly outcome: 'done' }
  /** It did not arrive; it is tried again, at the earliest after `retryAfterMs`, and until then nothing else is tried. */
  | { readonly outcome: 'failed'; readonly error: string; readonly retryAfterMs?: number }
  /** It never will. */
  | { readonly outcome: 'dead'; readonly error: string }
  /** The device can't be reached any more: its subscription goes, with all that waits for it. */
  | { readonly outcome: 'gone' };

/** One attempt, ready to be made. What it throws is a failure. */
export type Attempt = (signal: AbortSignal) => Promise<Outcome>;

/** One way out of the chat: what is to go there, and how. */
export interface Channel {
  /** Of its consumer and its queue; fixed for good, whatever else about it changes. */
  readonly name: string;
  readonly kind: 'push' | 'webhook';
  /** Attempts at once, on this node. */
  readonly concurrency: number;
  /** How long one may take. */
  readonly timeoutMs: number;
  /** How many are made before it is given up. */
  readonly attempts: number;
  /** Works out what is to be delivered of some events, in the transaction that enqueues it. */
  workOut(tx: ReadTx, batch: Batch): Promise<Worked>;
  /** Reads what these need, in few statements, by the delivery's id; an outcome when there is nothing to be tried. */
  prepare(deliveries: readonly ClaimedDelivery[]): Promise<ReadonlyMap<string, Attempt | Outcome>>;
}
