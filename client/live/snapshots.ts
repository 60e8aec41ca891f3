import type { DefaultTypes, ChatTypes } from './types.js';

/** Why something did not work. */
export interface ChatFailure {
  /** The code of the answer: one of the chat's table or of the host's own. `null` when no such answer came. */
  readonly code: string | null;
  readonly sentence: string;
  readonly error: unknown;
}

export interface RoomsSnapshot<Types extends ChatTypes = DefaultTypes> {
  /** All rooms of the user, archived ones included, latest activity first. A room that did not change is the same object. */
  readonly rooms: readonly Types['room'][];
  /** Nothing is known yet. */
  readonly isLoading: boolean;
  /** Why they can't be loaded; it is tried again. */
  readonly error: ChatFailure | null;
}

export interface RoomSnapshot<Types extends ChatTypes = DefaultTypes> {
  readonly room: Types['room'] | null;
  /** `absent`: the user is not in it, or not any more. */
  readonly status: 'loading' | 'ready' | 'absent';
  readonly error: ChatFailure | null;
}

/** A message and what a list may know it by: own ones keep the key they had while they were on their way. */
export type ListedMessage<Types extends ChatTypes = DefaultTypes> = Types['message'] & { readonly key: string };

/** A message that was handed to the server, or will be; it is shown after those of the log. */
export interface OutgoingMessage<Types extends ChatTypes = DefaultTypes> {
  /** As that of the message that takes its place. */
  readonly key: string;
  readonly clientId: string;
  readonly roomId: string;
  readonly content: string;
  /** As it was given to `send`. */
  readonly input: Types['send'];
  readonly createdAt: Date;
  /** `sent`: it is stored, and its event on the way. `failed`: nothing happens by itself any more. */
  readonly status: 'sending' | 'sent' | 'failed';
  /** Why it failed. */
  readonly failure: ChatFailure | null;
}

export interface MessagesSnapshot<Types extends ChatTypes = DefaultTypes> {
  /** The newest messages, oldest first and without a gap. One that did not change is the same object. */
  readonly messages: readonly ListedMessage<Types>[];
  /** The user's own that are not among them yet, in the order they were sent. */
  readonly outgoing: readonly OutgoingMessage<Types>[];
  /** The first page is on its way. */
  readonly isLoading: boolean;
  /** Whether there are messages before the first. */
  readonly hasOlder: boolean;
  readonly isLoadingOlder: boolean;
  /** Why a page can't be loaded. */
  readonly error: ChatFailure | null;
}

/** What was said in a thread, like the messages of a room. */
export interface ThreadSnapshot<Types extends ChatTypes = DefaultTypes> extends MessagesSnapshot<Types> {
  /** The message the thread hangs on; `null` while it is not known, and when it is gone. */
  readonly root: ListedMessage<Types> | null;
  /** `absent`: there is no such thread for the user. */
  readonly status: 'loading' | 'ready' | 'absent';
}

export interface MembersSnapshot<Types extends ChatTypes = DefaultTypes> {
  /** Those that are known, longest-standing first. */
  readonly members: readonly Types['member'][];
  /** Some of them are on their way. */
  readonly isLoading: boolean;
  /** Whether there are members who are not among them. */
  readonly hasMore: boolean;
  readonly error: ChatFailure | null;
}

export interface UnreadSnapshot {
  readonly unread: number;
  readonly mentions: number;
  /** `false`: something is being asked for that may change them. */
  readonly isExact: boolean;
}
