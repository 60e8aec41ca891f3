import type {
  ChatBan,
  ChatBlock,
  ChatDelivery,
  ChatDraft,
  ChatEvent,
  ChatHiddenMessage,
  ChatInvite,
  ChatJoinRequest,
  ChatMember,
  ChatMention,
  ChatMessage,
  ChatMessageVersion,
  ChatNotification,
  ChatPushSubscription,
  ChatReaction,
  ChatReceipt,
  ChatRemovedMessage,
  ChatReport,
  ChatRoom,
  ChatScheduledMessage,
  ChatSession,
  ChatThreadMember,
  ChatUser,
  ChatUserBan,
  ChatUserPreferences,
} from '../generated/sqlite/client.js';

/** Columns that serve the server and say nothing of anybody. */
export const internalColumns = [
  ...(['shard', 'pos', 'lastPos', 'leftPos', 'authzVersion', 'bodyHash', 'searchText', 'directKey'] as const),
  ...(['directoryName', 'tokenHash', 'registrationHash', 'claimedUntil'] as const),
] as const;

type Exported<Row> = Readonly<Omit<Row, (typeof internalColumns)[number]>>;

/** What is kept of a user, by kind; rows as they are in the database, without columns that only serve the server. */
export interface ExportedData {
  readonly profile: Exported<ChatUser>;
  /** A room the user made, as it is today. */
  readonly room: Exported<ChatRoom>;
  /** Past memberships, too. */
  readonly membership: Exported<ChatMember>;
  readonly message: Exported<ChatMessage>;
  /** How a message of the user's read before an edit. */
  readonly version: Exported<ChatMessageVersion>;
  /** What is left of a message of the user's that was removed. */
  readonly removedMessage: Exported<ChatRemovedMessage>;
  /** A copy of the user's words that somebody forwarded. */
  readonly copy: Pick<ChatMessage, 'id' | 'roomId' | 'content' | 'forwardedAt'>;
  readonly reaction: Exported<ChatReaction>;
  readonly mention: Exported<ChatMention>;
  readonly receipt: Exported<ChatReceipt>;
  readonly hiddenMessage: Exported<ChatHiddenMessage>;
  readonly thread: Exported<ChatThreadMember>;
  readonly notification: Exported<ChatNotification>;
  readonly draft: Exported<ChatDraft>;
  readonly scheduled: Exported<ChatScheduledMessage>;
  readonly session: Exported<ChatSession>;
  readonly block: Exported<ChatBlock>;
  /** A ban of the user from a room. */
  readonly ban: Exported<ChatBan>;
  /** A ban of somebody else, made by the user. */
  readonly banMade: Exported<ChatBan>;
  /** A ban of the user by the host. */
  readonly userBan: Exported<ChatUserBan>;
  /** A report the user made. */
  readonly report: Exported<ChatReport>;
  readonly joinRequest: Exported<ChatJoinRequest>;
  /** An invite the user made. */
  readonly invite: Exported<ChatInvite>;
  /** An invite that was made for the user. */
  readonly invitation: Exported<ChatInvite>;
  readonly preferences: Exported<ChatUserPreferences>;
  readonly push: Exported<ChatPushSubscription>;
  /** Something on its way to a device of the user. */
  readonly delivery: Exported<ChatDelivery>;
  /** An event of a room that the user caused, or one that was for the user alone: ids and small facts. */
  readonly event: Exported<ChatEvent>;
}

export type ExportedType = keyof ExportedData;

/** One thing that is kept of a user. */
export type ExportedRecord = {
  readonly [Type in ExportedType]: { readonly type: Type; readonly data: ExportedData[Type] };
}[ExportedType];
