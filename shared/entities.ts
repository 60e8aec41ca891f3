/** Any value that survives JSON unchanged. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A plain JSON object, as in `custom` and `preferences`. */
export interface JsonObject {
  readonly [key: string]: Json;
}

export type RoomKind = 'direct' | 'group' | 'channel';
export type Visibility = 'private' | 'public';
export type JoinPolicy = 'invite' | 'request' | 'open';
export type HistoryPolicy = 'all' | 'sinceJoin';
export type Role = 'owner' | 'admin' | 'member';
export type NotifyPreference = 'all' | 'mentions' | 'none';
export type MessageFormat = 'text' | 'markdown' | 'html';
export type AttachmentType = 'image' | 'video' | 'audio' | 'file';

/** The rights that can be granted to a plain member of a group or channel. */
export const grants = ['member.add', 'member.remove', 'message.send', 'message.pin', 'message.moderate'] as const;
export type Grant = (typeof grants)[number];

/** What others may see of a user: never an e-mail address or another private field. */
export interface UserProfile {
  readonly id: string;
  /** `null` until the host's `viewer` or `users.load` has named the user. */
  readonly name: string | null;
  readonly image: string | null;
}

/** A membership as its co-members see it. */
export interface Member {
  readonly roomId: string;
  readonly userId: string;
  readonly user: UserProfile;
  readonly role: Role;
  readonly permissions: readonly Grant[];
  readonly joinedAt: Date;
  /** The `seq` of the event that made the user a member. */
  readonly joinSeq: number;
  readonly readSeq: number;
  readonly deliveredSeq: number;
  readonly mutedUntil: Date | null;
  readonly custom: JsonObject;
}

/** The caller's own membership, with the preferences nobody else sees. */
export interface OwnMember extends Member {
  readonly notify: NotifyPreference;
  readonly archived: boolean;
  readonly pinned: boolean;
}

/** Somebody who may not come back. */
export interface Ban {
  readonly roomId: string;
  readonly userId: string;
  readonly user: UserProfile;
  /** `null`: for ever. */
  readonly until: Date | null;
  readonly reason: string | null;
  /** `null`: the host itself. */
  readonly actorId: string | null;
  readonly createdAt: Date;
}

/** Somebody who waits to be let in. */
export interface JoinRequest {
  readonly roomId: string;
  readonly userId: string;
  readonly user: UserProfile;
  readonly createdAt: Date;
}

/** A way into a room. Its token is told once, to whoever made it. */
export interface Invite {
  readonly id: string;
  readonly roomId: string;
  /** Whom alone it lets in; `null`: anybody. */
  readonly userId: string | null;
  readonly createdBy: string;
  readonly createdAt: Date;
  /** `null`: never. */
  readonly expiresAt: Date | null;
  /** `null`: as many as like. */
  readonly maxUses: number | null;
  readonly uses: number;
}

/** As much of a room as one needs to decide whether to come in. */
export interface InvitedRoom {
  readonly id: string;
  readonly kind: RoomKind;
  readonly name: string | null;
  readonly description: string | null;
  readonly image: string | null;
  readonly memberCount: number;
}

/** An invite made for oneself. */
export interface Invitation {
  readonly id: string;
  readonly roomId: string;
  readonly room: InvitedRoom;
  /** Who made it. */
  readonly userId: string;
  readonly user: UserProfile;
  readonly createdAt: Date;
  /** `null`: never. */
  readonly expiresAt: Date | null;
}

/** A room as events carry it: the same for every reader. */
export interface RoomState {
  readonly id: string;
  readonly kind: RoomKind;
  /** `null` in direct rooms. */
  readonly name: string | null;
  readonly description: string | null;
  readonly image: string | null;
  readonly visibility: Visibility;
  readonly joinPolicy: JoinPolicy;
  readonly history: HistoryPolicy;
  readonly locked: boolean;
  readonly slowModeSeconds: number;
  readonly maxMembers: number;
  /** `null` in direct rooms. */
  readonly ownerId: string | null;
  readonly memberCount: number;
  /** The `seq` of the room's newest event. */
  readonly seq: number;
  readonly preferences: JsonObject;
  readonly custom: JsonObject;
  readonly lastActivityAt: Date;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A room as an answer carries it. */
export interface Room extends RoomState {
  /** `null` for a stranger who looks at a public room. */
  readonly me: OwnMember | null;
}

/** A line of `room.list`. */
export interface RoomListItem extends Room {
  readonly lastMessage: Message | null;
  readonly unread: number;
  readonly mentions: number;
  /** The other user of a direct room, else `null`. */
  readonly peer: UserProfile | null;
}

export interface Attachment {
  readonly url: string;
  readonly type: AttachmentType;
  readonly mime: string;
  readonly size: number | null;
  readonly caption: string | null;
  readonly metadata: JsonObject | null;
}

export interface ReactionCount {
  readonly emoji: string;
  readonly count: number;
}

export interface Reaction extends ReactionCount {
  readonly mine: boolean;
}

/** One level of the message that is replied to, as it is today. */
export interface ReplySnapshot {
  readonly id: string;
  readonly seq: number;
  readonly senderId: string;
  readonly sender: UserProfile;
  readonly content: string | null;
  readonly deletedAt: Date | null;
}

/** Where a forwarded message came from; names no room. */
export interface ForwardSnapshot {
  readonly senderId: string;
  readonly sender: UserProfile;
  readonly createdAt: Date;
}

/** `'@room'` or a user id. */
export type Mention = string;

/** A message as events carry it: the same for every reader. */
export interface MessageState {
  readonly id: string;
  readonly roomId: string;
  /** The `seq` of its `message.created`. */
  readonly seq: number;
  readonly kind: 'user' | 'system';
  readonly senderId: string;
  readonly sender: UserProfile;
  /** `null` once deleted. */
  readonly content: string | null;
  readonly format: MessageFormat;
  readonly replyTo: ReplySnapshot | null;
  readonly threadId: string | null;
  readonly threadCount: number;
  readonly forwardedFrom: ForwardSnapshot | null;
  readonly attachments: readonly Attachment[];
  readonly mentions: readonly Mention[];
  readonly reactions: readonly ReactionCount[];
  readonly custom: JsonObject;
  readonly pinnedAt: Date | null;
  readonly editedAt: Date | null;
  /** Set: this is a tombstone, without content, attachments, mentions or reactions. */
  readonly deletedAt: Date | null;
  readonly createdAt: Date;
  readonly clientId: string | null;
}

/** A message as an answer carries it. */
export interface Message extends Omit<MessageState, 'reactions'> {
  readonly reactions: readonly Reaction[];
}

/** How a message read before it was edited. */
export interface MessageVersion {
  /** From 1, in the order they were written. */
  readonly version: number;
  readonly content: string | null;
  readonly attachments: readonly Attachment[];
  readonly custom: JsonObject;
  /** When it was worded so. */
  readonly createdAt: Date;
}

export interface Mark {
  readonly roomId: string;
  readonly deliveredSeq: number;
  readonly readSeq: number;
}

export interface Receipt {
  readonly userId: string;
  readonly deliveredAt: Date | null;
  readonly readAt: Date | null;
}

export interface RoomUnread {
  readonly roomId: string;
  readonly unread: number;
  readonly mentions: number;
}

/** A room with undelivered messages. Its `lastMessage` is the newest one, the same for every reader. */
export interface PendingRoom extends RoomUnread {
  readonly lastMessage: MessageState | null;
}

export interface Session {
  readonly id: string;
  readonly current: boolean;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly userAgent: string | null;
}

export interface Presence {
  readonly userId: string;
  readonly status: 'online' | 'offline';
  readonly lastSeenAt: Date | null;
}

export type NotificationKind = 'mention' | 'reply' | 'reaction' | 'invite' | 'joinRequest' | 'added';

export interface Notification {
  readonly id: string;
  readonly kind: NotificationKind;
  readonly roomId: string;
  readonly messageId: string | null;
  readonly actorId: string;
  readonly createdAt: Date;
}

/** A notification as one's own list of them has it. */
export interface ListedNotification extends Notification {
  /** `null`: not seen yet. */
  readonly ackedAt: Date | null;
}

/** Somebody one wants nothing to do with. */
export interface Block {
  readonly userId: string;
  readonly user: UserProfile;
  readonly createdAt: Date;
}

/** A page of any list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Hand it back as `cursor`; `null` at the end. */
  readonly nextCursor: string | null;
}

/** A page of a room's history, oldest first. */
export interface MessagePage extends Page<Message> {
  readonly hasBefore: boolean;
  readonly hasAfter: boolean;
}
