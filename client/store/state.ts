import type { ChatEvent, LoggedEvent, Mark, Member, MessageState, RoomState, UserProfile } from '@confab/shared';
import type { Ask, AskAnswer, AskNotice, Asked, LoadedMessage, OwnPreferences, Roster } from './asks.js';

/** Messages that wait to be read, and how many of them name the user or everyone in the room. */
export interface Counts {
  readonly unread: number;
  readonly mentions: number;
}

/** What is known of a room the user is in. */
export interface RoomView {
  readonly roomId: string;
  /** Whose view it is. */
  readonly userId: string;
  /** Every event up to here is accounted for. */
  readonly seq: number;
  /** `null` until it was loaded. */
  readonly room: RoomState | null;
  /** The other user of a direct room, once known. */
  readonly peer: UserProfile | null;
  /** What the user set for themselves, once known. */
  readonly preferences: OwnPreferences | null;
  /** The members that are known, with their marks. */
  readonly members: ReadonlyMap<string, Member>;
  /** How far the list of members was read; `null` when it was not begun. */
  readonly roster: Roster | null;
  /** The newest messages that are known, in `seq` order; at most `messageWindow`, and `openWindow` while it is open. */
  readonly messages: readonly MessageState[];
  /** The user's own reactions to these, by message id. */
  readonly reacted: ReadonlyMap<string, readonly string[]>;
  /** Whether there may be messages before the first of these. */
  readonly hasOlder: boolean;
  /** A page of what is before the first of these, while it is asked for. */
  readonly paging: Asked | null;
  /** Somebody looks at it. */
  readonly isOpen: boolean;
  /** Everything up to here was read by the user, on any device, or said before the joining. Only moves forward. */
  readonly readTo: number;
  /** What waits to be read below the oldest of `messages`; `null` when that can't be known without asking. */
  readonly older: Counts | null;
  /** The newest need whose answer told `readTo`; 0 when none did. */
  readonly markedBy: number;
  /** The need that has to be met before anything more is applied. */
  readonly waitingFor: number | null;
  /** Events that came meanwhile; at most `heldEvents`. */
  readonly held: readonly LoggedEvent[];
}

/** Something to ask the server for; answer it with an `Answer` of the same `id`, or ask again. */
export type Need =
  /** All rooms: there was no usable cursor. */
  | { readonly id: number; readonly kind: 'rooms' }
  /** One room: too much of it was missed, or what is unread in it can't be told from what is held. */
  | { readonly id: number; readonly kind: 'room'; readonly roomId: string }
  /** The events of a hole, as from `sync`. */
  | { readonly id: number; readonly kind: 'events'; readonly roomId: string; readonly afterSeq: number }
  /** The user's own marks in rooms that seem unread: another device may have read them unheard. */
  | { readonly id: number; readonly kind: 'marks'; readonly roomIds: readonly string[] };

/** A room as it was loaded, after the need for it arose. */
export interface LoadedRoom extends Counts {
  /** Of one moment, as in a line of `room.list`: its `seq`, `me`, `unread` and `mentions`. */
  readonly room: RoomState;
  /** With the preferences where they were told. */
  readonly me: Member & Partial<OwnPreferences>;
  readonly peer?: UserProfile | null;
  /** At least as new as `room.seq`. */
  readonly members: readonly Member[];
  /** How far `members` was read, when it was. */
  readonly roster?: Pick<Roster, 'cursor' | 'isWhole'>;
  /** The newest ones, in `seq` order and without a gap; at least as new as `room.seq`. */
  readonly messages: readonly LoadedMessage[];
  /** Whether there may be messages before these. @default true */
  readonly hasOlder?: boolean;
}

/** What came back for a need. Answers to needs that are no longer there are ignored. */
export type Answer =
  | { readonly kind: 'rooms'; readonly id: number; readonly rooms: readonly LoadedRoom[] }
  /** `null`: the user is not in it any more. */
  | { readonly kind: 'room'; readonly id: number; readonly loaded: LoadedRoom | null }
  | { readonly kind: 'events'; readonly id: number; readonly events: readonly ChatEvent[]; readonly more: boolean }
  /** One for each room of the need that the user is still in; a room left out keeps its mark. */
  | { readonly kind: 'marks'; readonly id: number; readonly marks: readonly OwnMark[] };

export type OwnMark = Pick<Mark, 'roomId' | 'readSeq'>;

/** One value of the stream. */
export interface Arrival {
  readonly kind: 'event';
  /** The cursor. */
  readonly id: string;
  readonly event: ChatEvent;
}

/** What the device itself learned or wants to know, beside the stream. */
export type Notice =
  /** The answer to `message.read`. */
  | { readonly kind: 'moved'; readonly marks: readonly OwnMark[] }
  /**
   * Receipts are not kept and a live stream may miss one. Say this when the app is looked at again, or after pages of
   * `sync`: marks are asked for wherever something seems unread.
   */
  | { readonly kind: 'doubt' };

export type Input = Arrival | Answer | AskAnswer | Notice | AskNotice;

/** All that the client knows. A plain value: change it with `reduce` only. */
export interface StoreState {
  readonly userId: string | null;
  /** Resume from here. */
  readonly cursor: string | null;
  readonly rooms: ReadonlyMap<string, RoomView>;
  /** The newest `seq` of the user's own log that was seen. */
  readonly personalSeq: number;
  /** Messages the user deleted for themselves that were not held when it was told; the newest `hiddenIds`. */
  readonly hidden: readonly string[];
  readonly needs: ReadonlyMap<number, Need>;
  /** What a person wants to see beside that; answer it like a need. */
  readonly asks: ReadonlyMap<number, Ask>;
  readonly nextNeed: number;
  /** The need for all rooms, while there is one: everything else is held. */
  readonly loading: number | null;
  readonly held: readonly ChatEvent[];
  /** What was missed is still on its way; marks are asked for when it has come. */
  readonly isReplaying: boolean;
  /** A mark told by an older need than this may have moved unheard. */
  readonly doubtedFrom: number;
  /** The need for marks, while there is one. */
  readonly marking: number | null;
}

/** Messages kept per room. */
export const messageWindow = 200;

/** Messages kept of a room that somebody looks at; older ones than these are not paged in. */
export const openWindow = 10_000;

/** Events held while something is loaded; past it they are dropped and it is loaded anew. */
export const heldEvents = 1_000;

/** Ids of hidden messages remembered in case the message itself comes later. */
export const hiddenIds = 1_000;

export const emptyState: StoreState = {
  userId: null,
  cursor: null,
  rooms: new Map(),
  personalSeq: 0,
  hidden: [],
  needs: new Map(),
  asks: new Map(),
  nextNeed: 1,
  loading: null,
  held: [],
  isReplaying: false,
  doubtedFrom: 1,
  marking: null,
};
