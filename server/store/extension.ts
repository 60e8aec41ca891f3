import type { JsonObject, Member, MessageState, RoomState } from '@confab/shared';
import type { LogRow } from '../events/log.js';
import type { MemberRow, MessageRow, RoomRow } from './rows.js';
import type { ReadTx } from './transaction.js';

/** What a host and its plugins add to what is read from the store. */
export interface StoreExtension {
  readonly present: Presentation;
  readonly ownEvents: OwnEvents;
  /** Told of what a host's functions threw while an event was rendered; the event is delivered all the same. */
  readonly onError?: (error: unknown, what: string) => void;
}

/** How rows leave the store: a host's `present`, with nothing done where there is none. */
export interface Presentation {
  /** Reactions are added afterwards where a host kept the field: answers tell each reader their own. */
  message(message: MessageState, row: MessageRow): MessageState;
  room(room: RoomState, row: RoomRow): RoomState;
  member(member: Member, row: MemberRow): Member;
  /** The host's own columns, which rows must have when they are presented. */
  readonly columns: Required<OwnColumns>;
  /** Whether nothing is done. */
  readonly isPlain: boolean;
}

/** A host's own columns on Confab's models, to be handed to `present`. */
export interface OwnColumns {
  readonly room?: readonly string[];
  readonly member?: readonly string[];
  /** Messages are then always sent on the ordinary path, so that the row can be read back. */
  readonly message?: readonly string[];
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
