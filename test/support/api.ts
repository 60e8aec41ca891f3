import type {
  Attachment,
  Ban,
  Block,
  ChatEvent,
  Draft,
  Grant,
  HistoryPolicy,
  Invitation,
  Invite,
  JoinPolicy,
  JoinRequest,
  JsonObject,
  ListedNotification,
  LoggedEvent,
  Mark,
  Member,
  Mention,
  Message,
  MessageFormat,
  MessagePage,
  MessageVersion,
  NotificationPreferences,
  OwnMember,
  Page,
  PendingRoom,
  Presence,
  PushRegistration,
  Reaction,
  Receipt,
  Report,
  ReportAction,
  ReportState,
  Role,
  Room,
  RoomKind,
  RoomListItem,
  RoomUnread,
  Scheduled,
  ScheduledMessage,
  Session,
  Thread,
  UserProfile,
  Visibility,
} from '@confab/shared';

interface Query<Input, Output> {
  query(input: Input): Promise<Output>;
}

interface Mutation<Input, Output> {
  mutate(input: Input): Promise<Output>;
}

/** What `events` hands to `onData`. */
export interface TrackedEvent {
  readonly id: string;
  readonly data: ChatEvent;
}

interface EventSubscription {
  subscribe(
    input: { lastEventId?: string; since?: string },
    handlers: {
      onData(value: TrackedEvent): void;
      onError?(error: unknown): void;
      onStarted?(): void;
      onComplete?(): void;
    },
  ): { unsubscribe(): void };
}

export interface RoomFields {
  name?: string | null;
  description?: string | null;
  image?: string | null;
  visibility?: Visibility;
  joinPolicy?: JoinPolicy;
  history?: HistoryPolicy;
  locked?: boolean;
  slowModeSeconds?: number;
  maxMembers?: number;
  preferences?: JsonObject;
  custom?: JsonObject;
}

export interface SendInput {
  roomId: string;
  content: string;
  clientId?: string;
  format?: MessageFormat;
  attachments?: (Pick<Attachment, 'url' | 'type' | 'mime'> & Partial<Attachment>)[];
  mentions?: Mention[];
  replyToId?: string;
  threadId?: string;
  custom?: JsonObject;
}

interface Skipped {
  readonly userId: string;
  readonly reason: 'member' | 'notMember' | 'rank' | 'refused';
}

interface RoomMembers {
  readonly room: Room;
  readonly members: readonly Member[];
}

type OneRoom = { roomId: string };
type OneUser = { userId: string };
type OneMessage = { messageId: string };
type OneThread = { threadId: string };
type Preferences = Pick<OwnMember, 'notify' | 'archived' | 'pinned'>;
type MarkInput = { roomId: string; seq: number } | { messageIds: string[] };
type Listing = { limit?: number; cursor?: string };

interface SyncPage {
  readonly events: readonly { readonly id: string; readonly event: ChatEvent }[];
  readonly cursor: string;
  readonly more: boolean;
}

/** A piece of one room's log; it has a place in the room, none in the stream. */
interface RoomSyncPage {
  readonly events: readonly LoggedEvent[];
  readonly headSeq: number;
  readonly more: boolean;
}

/** The procedures under `chat` that a stock client calls, as the documentation promises them. */
export interface ChatApi {
  readonly room: {
    readonly create: Mutation<
      RoomFields & { kind: RoomKind; members?: string[]; clientId?: string },
      Room & { readonly created: boolean }
    >;
    readonly get: Query<OneRoom, Room>;
    readonly list: Query<Listing & { kinds?: RoomKind[]; archived?: boolean }, Page<RoomListItem>>;
    readonly update: Mutation<OneRoom & RoomFields, Room>;
    readonly delete: Mutation<OneRoom, OneRoom>;
    readonly join: Mutation<OneRoom, { readonly status: 'joined' | 'requested'; readonly room: Room }>;
    readonly leave: Mutation<OneRoom, { readonly roomId: string; readonly deleted: boolean }>;
    readonly members: Query<OneRoom & Listing & { roles?: Role[] }, Page<Member>>;
    readonly addMembers: Mutation<
      OneRoom & { userIds: string[] },
      { readonly room: Room; readonly added: readonly string[]; readonly skipped: readonly Skipped[] }
    >;
    readonly removeMembers: Mutation<
      OneRoom & { userIds: string[] },
      { readonly room: Room; readonly removed: readonly string[]; readonly skipped: readonly Skipped[] }
    >;
    readonly setRole: Mutation<OneRoom & { userIds: string[]; role: 'admin' | 'member' }, RoomMembers>;
    readonly grant: Mutation<OneRoom & { userIds: string[]; permissions: Grant[] }, RoomMembers>;
    readonly revoke: Mutation<OneRoom & { userIds: string[]; permissions: Grant[] }, RoomMembers>;
    readonly updateMember: Mutation<OneRoom & { userId?: string; custom: JsonObject }, RoomMembers>;
    readonly transferOwnership: Mutation<OneRoom & OneUser, RoomMembers>;
    readonly ban: Mutation<OneRoom & OneUser & { until?: Date; reason?: string }, RoomMembers>;
    readonly unban: Mutation<OneRoom & OneUser, RoomMembers>;
    readonly bans: Query<OneRoom & Listing, Page<Ban>>;
    readonly mute: Mutation<OneRoom & OneUser & { until?: Date; reason?: string }, RoomMembers>;
    readonly unmute: Mutation<OneRoom & OneUser, RoomMembers>;
    readonly joinRequests: Query<OneRoom & Listing, Page<JoinRequest>>;
    readonly answerJoinRequest: Mutation<OneRoom & OneUser & { accept: boolean }, object>;
    readonly createInvite: Mutation<
      OneRoom & { userId?: string; expiresAt?: Date; maxUses?: number },
      { readonly id: string; readonly token: string }
    >;
    readonly revokeInvite: Mutation<OneRoom & { id: string }, object>;
    readonly acceptInvite: Mutation<{ token: string } | { id: string }, Room>;
    readonly declineInvite: Mutation<{ id: string }, object>;
    readonly invites: Query<OneRoom & Listing, Page<Invite>>;
    readonly discover: Query<Listing & { query?: string }, Page<Room>>;
    readonly setPreferences: Mutation<OneRoom & Partial<Preferences>, object>;
  };
  readonly message: {
    readonly send: Mutation<SendInput, Message>;
    readonly edit: Mutation<OneMessage & Partial<Pick<SendInput, 'content' | 'attachments' | 'custom'>>, Message>;
    readonly delete: Mutation<
      { messageIds: string[]; for?: 'everyone' | 'me' },
      { readonly roomId: string; readonly messageIds: readonly string[] }
    >;
    readonly react: Mutation<
      OneMessage & { emoji: string },
      { readonly messageId: string; readonly reactions: readonly Reaction[] }
    >;
    readonly unreact: Mutation<
      OneMessage & { emoji: string },
      { readonly messageId: string; readonly reactions: readonly Reaction[] }
    >;
    readonly ack: Mutation<MarkInput, { readonly marks: readonly Mark[] }>;
    readonly read: Mutation<MarkInput, { readonly marks: readonly Mark[] }>;
    readonly list: Query<
      OneRoom & {
        limit?: number;
        before?: number | string;
        after?: number | string;
        around?: number | string;
        threadId?: string;
        cursor?: string;
        direction?: 'forward' | 'backward';
      },
      MessagePage
    >;
    readonly get: Query<OneMessage, Message>;
    readonly receipts: Query<OneMessage & Listing, Page<Receipt>>;
    readonly versions: Query<OneMessage & Listing, Page<MessageVersion>>;
    readonly forward: Mutation<OneMessage & { roomIds: string[]; clientId?: string }, readonly Message[]>;
    readonly pin: Mutation<OneMessage, Message>;
    readonly unpin: Mutation<OneMessage, Message>;
    readonly pins: Query<OneRoom & Listing, Page<Message>>;
    readonly search: Query<Listing & { query: string; roomId?: string; senderId?: string }, Page<Message>>;
    readonly schedule: Mutation<SendInput & { sendAt: Date }, Scheduled>;
    readonly unschedule: Mutation<{ id: string }, object>;
    readonly scheduled: Query<Listing & { roomId?: string }, Page<ScheduledMessage>>;
    readonly typing: Mutation<OneRoom & { typing: boolean }, object>;
  };
  readonly thread: {
    readonly list: Query<Listing & { roomId?: string; unread?: boolean }, Page<Thread>>;
    readonly read: Mutation<
      OneThread & { seq?: number; messageId?: string },
      { readonly threadId: string; readonly readSeq: number; readonly unread: number }
    >;
    readonly follow: Mutation<OneThread, object>;
    readonly unfollow: Mutation<OneThread, object>;
  };
  readonly draft: {
    readonly get: Query<OneRoom & { threadId?: string }, { readonly draft: Draft | null }>;
    readonly set: Mutation<Omit<SendInput, 'clientId'>, Draft>;
    readonly clear: Mutation<OneRoom & { threadId?: string }, object>;
    readonly list: Query<Listing, Page<Draft>>;
  };
  readonly events: EventSubscription;
  readonly sync: Query<Listing, SyncPage> & Query<OneRoom & { afterSeq: number; limit?: number }, RoomSyncPage>;
  readonly session: {
    readonly list: Query<{ state?: 'active' | 'expired' }, Page<Session>>;
    readonly revoke: Mutation<{ sessionId: string }, object>;
    readonly heartbeat: Mutation<Record<never, never>, object>;
  };
  readonly notification: {
    readonly pending: Query<Record<never, never>, { readonly rooms: readonly PendingRoom[] }>;
    readonly unread: Query<
      Record<never, never>,
      { readonly total: number; readonly mentions: number; readonly rooms: readonly RoomUnread[] }
    >;
    readonly list: Query<Listing, Page<ListedNotification>>;
    readonly ack: Mutation<{ ids: string[] }, object>;
    readonly preferences: Query<Record<never, never>, NotificationPreferences>;
    readonly setPreferences: Mutation<Partial<NotificationPreferences>, NotificationPreferences>;
  };
  readonly user: {
    readonly me: Query<Record<never, never>, UserProfile>;
    readonly block: Mutation<OneUser, object>;
    readonly unblock: Mutation<OneUser, object>;
    readonly blocked: Query<Listing, Page<Block>>;
    readonly invites: Query<Listing, Page<Invitation>>;
  };
  readonly report: {
    readonly create: Mutation<OneMessage & { reason: string }, { readonly id: string }>;
    readonly list: Query<Listing & { roomId: string; state?: ReportState }, Page<Report>>;
    readonly resolve: Mutation<{ reportId: string; action: ReportAction; until?: Date }, Report>;
  };
  readonly push: {
    readonly subscribe: Mutation<{ registration: PushRegistration }, { readonly id: string }>;
    readonly unsubscribe: Mutation<{ registration: PushRegistration } | { id: string }, object>;
  };
  readonly presence: { readonly get: Query<{ userIds: string[] }, { readonly items: readonly Presence[] }> };
}

/** Every procedure of {@link ChatApi} that answers once, and how it is called. */
export const procedureKinds = {
  'room.create': 'mutation',
  'room.get': 'query',
  'room.list': 'query',
  'room.update': 'mutation',
  'room.delete': 'mutation',
  'room.join': 'mutation',
  'room.leave': 'mutation',
  'room.members': 'query',
  'room.addMembers': 'mutation',
  'room.removeMembers': 'mutation',
  'room.setRole': 'mutation',
  'room.grant': 'mutation',
  'room.revoke': 'mutation',
  'room.updateMember': 'mutation',
  'room.transferOwnership': 'mutation',
  'room.ban': 'mutation',
  'room.unban': 'mutation',
  'room.bans': 'query',
  'room.mute': 'mutation',
  'room.unmute': 'mutation',
  'room.joinRequests': 'query',
  'room.answerJoinRequest': 'mutation',
  'room.createInvite': 'mutation',
  'room.revokeInvite': 'mutation',
  'room.acceptInvite': 'mutation',
  'room.declineInvite': 'mutation',
  'room.invites': 'query',
  'room.discover': 'query',
  'room.setPreferences': 'mutation',
  'message.send': 'mutation',
  'message.edit': 'mutation',
  'message.delete': 'mutation',
  'message.react': 'mutation',
  'message.unreact': 'mutation',
  'message.ack': 'mutation',
  'message.read': 'mutation',
  'message.list': 'query',
  'message.get': 'query',
  'message.receipts': 'query',
  'message.typing': 'mutation',
  'message.versions': 'query',
  'message.forward': 'mutation',
  'message.pin': 'mutation',
  'message.unpin': 'mutation',
  'message.pins': 'query',
  'message.search': 'query',
  'message.schedule': 'mutation',
  'message.unschedule': 'mutation',
  'message.scheduled': 'query',
  'draft.get': 'query',
  'draft.set': 'mutation',
  'draft.clear': 'mutation',
  'draft.list': 'query',
  'thread.list': 'query',
  'thread.read': 'mutation',
  'thread.follow': 'mutation',
  'thread.unfollow': 'mutation',
  sync: 'query',
  'session.list': 'query',
  'session.revoke': 'mutation',
  'session.heartbeat': 'mutation',
  'notification.pending': 'query',
  'notification.unread': 'query',
  'notification.ack': 'mutation',
  'notification.list': 'query',
  'notification.preferences': 'query',
  'notification.setPreferences': 'mutation',
  'report.create': 'mutation',
  'report.list': 'query',
  'report.resolve': 'mutation',
  'user.me': 'query',
  'user.block': 'mutation',
  'user.unblock': 'mutation',
  'user.blocked': 'query',
  'user.invites': 'query',
  'presence.get': 'query',
  'push.subscribe': 'mutation',
  'push.unsubscribe': 'mutation',
} as const satisfies Readonly<Record<string, 'query' | 'mutation'>>;

export type Procedure = keyof typeof procedureKinds;
