import type { ChatEvent, LoggedEvent, Member, MessageState, RoomState } from '@confab/shared';

/** What is known of a room the user is in. */
export interface RoomView {
  readonly roomId: string;
  /** Every event up to here is accounted for. */
  readonly seq: number;
  /** `null` until it was loaded. */
  readonly room: RoomState | null;
  /** The members that are known, with their marks. */
  readonly members: ReadonlyMap<string, Member>;
  /** The newest messages that are known, in `seq` order; at most `messageWindow`. */
  readonly messages: readonly MessageState[];
  /** The need that has to be met before anything more is applied. */
  readonly waitingFor: number | null;
  /** Events that came meanwhile; at most `heldEvents`. */
  readonly held: readonly LoggedEvent[];
}

/** Something to ask the server for; answer it with an `Answer` of the same `id`, or ask again. */
export type Need =
  /** All rooms: there was no usable cursor. */
  | { readonly id: number; readonly kind: 'rooms' }
  /** One room: too much of it was missed. */
  | { readonly id: number; readonly kind: 'room'; readonly roomId: string }
  /** The events of a hole, as from `sync`. */
  | { readonly id: number; readonly kind: 'events'; readonly roomId: string; readonly afterSeq: number };

/** A room as it was loaded. What it holds is at least as new as its `room.seq`. */
export interface LoadedRoom {
  readonly room: RoomState;
  readonly members: readonly Member[];
  /** The newest ones, in `seq` order. */
  readonly messages: readonly MessageState[];
}

/** What came back for a need. Answers to needs that are no longer there are ignored. */
export type Answer =
  | { readonly kind: 'rooms'; readonly id: number; readonly rooms: readonly LoadedRoom[] }
  /** `null`: the user is not in it any more. */
  | { readonly kind: 'room'; readonly id: number; readonly loaded: LoadedRoom | null }
  | { readonly kind: 'events'; readonly id: number; readonly events: readonly ChatEvent[]; readonly more: boolean };

/** One value of the stream. */
export interface Arrival {
  readonly kind: 'event';
  /** The cursor. */
  readonly id: string;
  readonly event: ChatEvent;
}

/** All that the client knows. A plain value: change it with `reduce` only. */
export interface StoreState {
  readonly userId: string | null;
  /** Resume from here. */
  readonly cursor: string | null;
  readonly rooms: ReadonlyMap<string, RoomView>;
  /** The newest `seq` of the user's own log that was seen. */
  readonly personalSeq: number;
  readonly needs: ReadonlyMap<number, Need>;
  readonly nextNeed: number;
  /** The need for all rooms, while there is one: everything else is held. */
  readonly loading: number | null;
  readonly held: readonly ChatEvent[];
}

/** Messages kept per room. */
export const messageWindow = 200;

/** Events held while something is loaded; past it they are dropped and it is loaded anew. */
export const heldEvents = 1_000;

export const emptyState: StoreState = {
  userId: null,
  cursor: null,
  rooms: new Map(),
  personalSeq: 0,
  needs: new Map(),
  nextNeed: 1,
  loading: null,
  held: [],
};
