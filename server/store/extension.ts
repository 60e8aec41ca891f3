import type { JsonObject } from '@confab/shared';
import type { LogRow } from '../events/log.js';
import type { Presentation } from './present/presentation.js';
import type { ReadTx } from './transaction.js';

/** What a host and its plugins add to what is read from the store. */
export interface StoreExtension {
  readonly present: Presentation;
  readonly ownEvents: OwnEvents;
  /** Told of what a host's functions threw while an event was rendered; the event is delivered all the same. */
  readonly onError?: (error: unknown, what: string) => void;
}

/** The events that hosts and plugins declared. */
export interface OwnEvents {
  has(type: string): boolean;
  /** Whether readers get something else than what was published. */
  isRendered(type: string): boolean;
  /** What the log keeps of a published event. Unknown types and facts that don't fit throw `VALIDATION`, too large ones `TOO_LARGE`. */
  facts(type: string, facts: unknown): JsonObject;
  /** `data` of each of these rows, all of declared types; same order and length. */
  render(tx: ReadTx, rows: readonly LogRow[]): Promise<readonly unknown[]>;
}
