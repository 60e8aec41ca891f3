import type { Draft } from './drafts.js';
import type { PendingRoom } from './marks.js';
import type { MessageState, ReactionCount } from './messages.js';
import type { Notification } from './notifications.js';
import type { UserProfile } from './people.js';
import type { Member, NotifyPreference, RoomState } from './rooms.js';
import type { NotificationPreferences } from './notification-preferences.js';
import type { ThreadLoss, ThreadSize, ThreadStanding } from './threads.js';

export type ResyncReason = 'invalid' | 'epoch' | 'too_old' | 'too_much';

/** What each durable event of a room carries as `data`. */
export interface RoomEventData {
  'room.created': { readonly room: RoomState; readonly members: readonly Member[] };
  'room.updated': { readonly room: RoomState };
  /** The room's last event. */
  'room.deleted': Record<never, never>;
  /** For the added it is the first event of the room. */
  'member.added': { readonly members: readonly Member[]; readonly room: RoomState };
  /** For the removed it is the last event of the room. */
  'member.removed': { readonly userIds: readonly string[]; readonly reason: 'left' | 'removed' | 'banned' };
  'member.updated': { readonly members: readonly Member[] };
  /** `thread`: of a message in a thread, what that thread holds now. */
  'message.created': { readonly message: MessageState; readonly thread?: ThreadSize };
  'message.updated': { readonly message: MessageState };
  /** `threads`: those of them that were in threads, and what these hold now. */
  'message.deleted': { readonly messageIds: readonly string[]; readonly threads?: readonly ThreadLoss[] };
  'message.reaction': {
    readonly messageId: string;
    readonly userId: string;
    readonly emoji: string;
    readonly action: 'add' | 'remove';
    readonly replaced?: string;
    readonly reactions: readonly ReactionCount[];
  };
  'message.pinned': { readonly messageId: string; readonly pinned: boolean };
}

/** What each durable event in a user's own log carries. */
export interface PersonalEventData {
  notification: { readonly notification: Notification };
  /** Messages the user deleted for themselves only. */
  'message.hidden': { readonly roomId: string; readonly messageIds: readonly string[] };
  /** How the user stands to a thread. */
  'thread.updated': ThreadStanding & { readonly roomId: string; readonly threadId: string };
  /** What the user has begun to write in a room or thread, as it is now; `null`: it was dropped. */
  'draft.updated': { readonly roomId: string; readonly threadId: string | null; readonly draft: Draft | null };
  /** The user's own preferences of a room. */
  'preferences.updated': {
    readonly roomId: string;
    readonly notify: NotifyPreference;
    readonly archived: boolean;
    readonly pinned: boolean;
  };
  /** How the user wants to be disturbed, over all rooms. */
  'notifications.updated': NotificationPreferences;
}

/** Events that tell of now and are not kept. */
export interface EphemeralEventData {
  'receipt.delivered': { readonly userId: string; readonly seq: number; readonly at: Date };
  'receipt.read': { readonly userId: string; readonly seq: number; readonly at: Date };
  typing: { readonly userId: string; readonly typing: boolean };
  presence: { readonly userId: string; readonly status: 'online' | 'offline'; readonly lastSeenAt: Date | null };
  'user.updated': { readonly user: UserProfile };
  /** To the device concerned, before it is closed. */
  'session.revoked': { readonly sessionId: string; readonly reason: string };
}

/** Events about the stream itself. */
export interface StreamEventData {
  /** First on every stream. */
  ready: {
    readonly sessionId: string;
    readonly userId: string;
    readonly resumed: boolean;
    readonly unread: { readonly total: number; readonly mentions: number };
    /** At most 50 rooms, newest first. */
    readonly pending: readonly PendingRoom[];
  };
  /** The cursor can't be used: fetch anew. Live events follow. */
  resync: { readonly reason: ResyncReason };
  /** Too far behind in this room: drop what you hold of it, fetch, and ignore `seq <= headSeq`. */
  'room.limited': { readonly headSeq: number };
  /** Removed from this room while away. */
  'room.gone': { readonly leftSeq: number };
  /** Nothing happened that concerns this user, but the cursor moved. */
  checkpoint: Record<never, never>;
}

export type LoggedEventData = RoomEventData & PersonalEventData;
export type EventData = LoggedEventData & EphemeralEventData & StreamEventData;

export type RoomEventType = keyof RoomEventData;
export type PersonalEventType = keyof PersonalEventData;
export type LoggedEventType = keyof LoggedEventData;
export type EphemeralEventType = keyof EphemeralEventData;
export type StreamEventType = keyof StreamEventData;
export type EventType = keyof EventData;

/** One event of one type, as `events` yields it. */
export interface EventOf<Type extends EventType> {
  readonly type: Type;
  readonly at: Date;
  /** Who did it. Absent when nobody did (a timer, the system). */
  readonly actorId?: string;
  readonly roomId?: string;
  /** The event's place in its room's log: starts at 1, has no holes. Absent on what is not kept. */
  readonly seq?: number;
  readonly data: EventData[Type];
}

/** Anything `events` yields; narrow it by `type`. */
export type ChatEvent = { [Type in EventType]: EventOf<Type> }[EventType];
/** An event that has a place in a log. */
export type LoggedEvent = {
  [Type in LoggedEventType]: EventOf<Type> & { readonly roomId: string; readonly seq: number };
}[LoggedEventType];
export type EphemeralEvent = { [Type in EphemeralEventType]: EventOf<Type> }[EphemeralEventType];

/**
 * An event that a host or a plugin declared. It has a place in its room's log (or, without a room, in the log of the user
 * it is for) like any other.
 */
export interface OwnEvent<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly at: Date;
  readonly actorId?: string;
  readonly roomId: string;
  readonly seq: number;
  readonly data: Data;
}
