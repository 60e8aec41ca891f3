import type { JsonObject } from './json.js';
import type { Page } from './pages.js';
import type { UserProfile } from './people.js';

export type MessageFormat = 'text' | 'markdown' | 'html';
export type AttachmentType = 'image' | 'video' | 'audio' | 'file';

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

/** A page of a room's history, oldest first. */
export interface MessagePage extends Page<Message> {
  readonly hasBefore: boolean;
  readonly hasAfter: boolean;
}
