// Made by scripts/contract.mjs from the server's router; changes by hand are lost.
/* eslint-disable max-lines, @typescript-eslint/no-empty-object-type -- as the compiler prints it */
import type {
  TRPCBuiltRouter,
  TRPCDefaultErrorShape,
  TRPCMutationProcedure,
  TRPCQueryProcedure,
  TRPCSubscriptionProcedure,
} from '@trpc/server';
import type {
  Attachment,
  ChatEvent,
  JsonObject,
  Mark,
  Member,
  Message,
  MessagePage,
  OwnMember,
  PendingRoom,
  Presence,
  Reaction,
  Receipt,
  Room,
  RoomListItem,
  RoomUnread,
  Session,
  UserProfile,
} from '@confab/shared';
import type { ChatErrorShape } from './error-shape.js';

export type ChatDraftGetOutputDraft = {
  readonly roomId: string;
  readonly threadId: string | null;
  readonly content: string;
  readonly format: 'html' | 'markdown' | 'text';
  readonly attachments: readonly Attachment[];
  readonly mentions: readonly string[];
  readonly replyToId: string | null;
  readonly custom: JsonObject;
  readonly updatedAt: Date;
};

export type ChatDraftSetInputAttachmentsItem = {
  url: string;
  type: 'audio' | 'file' | 'image' | 'video';
  mime: string;
  size?: number | null | undefined;
  caption?: string | null | undefined;
  metadata?: JsonObject | null | undefined;
};

export type ChatNotificationPreferencesOutput = {
  readonly notify: 'all' | 'mentions' | 'none';
  readonly doNotDisturb:
    | {
        readonly from: string;
        readonly to: string;
        readonly timeZone: string;
        readonly days?: readonly number[] | undefined;
      }
    | {
        readonly until: Date;
      }
    | null;
};

export type ChatReportListOutputItemsItem = {
  readonly id: string;
  readonly roomId: string;
  readonly messageId: string;
  readonly message: Message | null;
  readonly reporterId: string;
  readonly reporter: UserProfile;
  readonly reason: string;
  readonly createdAt: Date;
  readonly resolvedAt: Date | null;
  readonly resolvedBy: string | null;
  readonly action: 'ban' | 'delete' | 'dismiss' | 'mute' | null;
};

export type CreatedRoom = {
  readonly created: boolean;
  readonly me: OwnMember | null;
  readonly id: string;
  readonly kind: 'channel' | 'direct' | 'group';
  readonly name: string | null;
  readonly description: string | null;
  readonly image: string | null;
  readonly visibility: 'private' | 'public';
  readonly joinPolicy: 'invite' | 'open' | 'request';
  readonly history: 'all' | 'sinceJoin';
  readonly locked: boolean;
  readonly slowModeSeconds: number;
  readonly maxMembers: number;
  readonly ownerId: string | null;
  readonly memberCount: number;
  readonly seq: number;
  readonly preferences: JsonObject;
  readonly custom: JsonObject;
  readonly lastActivityAt: Date;
  readonly createdAt: Date;
  readonly updatedAt: Date;
};

export type ChatRoomGrantInput = {
  roomId: string;
  userIds: string[];
  permissions: ('member.add' | 'member.remove' | 'message.moderate' | 'message.pin' | 'message.send')[];
};

/** The procedures of the router. */
export type ChatProcedures = {
  chat: {
    draft: {
      clear: TRPCMutationProcedure<{
        input: {
          roomId: string;
          threadId?: string | undefined;
        };
        output: {};
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      get: TRPCQueryProcedure<{
        input: {
          roomId: string;
          threadId?: string | undefined;
        };
        output: {
          readonly draft: ChatDraftGetOutputDraft | null;
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      list: TRPCQueryProcedure<{
        input: {
          limit?: number | undefined;
          cursor?: string | undefined;
        };
        output: {
          readonly items: readonly ChatDraftGetOutputDraft[];
          readonly nextCursor: string | null;
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      set: TRPCMutationProcedure<{
        input: {
          roomId: string;
          content: string;
          mentions?: string[] | undefined;
          custom?: JsonObject;
          format?: 'html' | 'markdown' | 'text' | undefined;
          attachments?: ChatDraftSetInputAttachmentsItem[] | undefined;
          replyToId?: string | undefined;
          threadId?: string | undefined;
        };
        output: ChatDraftGetOutputDraft;
        errorShape: ChatErrorShape;
        meta: object;
      }>;
    };
    events: TRPCSubscriptionProcedure<{
      input: {
        lastEventId?: string | null | undefined;
        since?: string | null | undefined;
      };
      output: AsyncIterable<{
        id: string;
        data: ChatEvent;
      }>;
      errorShape: ChatErrorShape;
      meta: object;
    }>;
    message: {
      ack: TRPCMutationProcedure<{
        input:
          | {
              messageIds: string[];
            }
          | {
              roomId: string;
              seq: number;
            };
        output: {
          readonly marks: readonly Mark[];
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      delete: TRPCMutationProcedure<{
        input: {
          messageIds: string[];
          for?: 'everyone' | 'me' | undefined;
        };
        output: {
          readonly roomId: string;
          readonly messageIds: readonly string[];
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      edit: TRPCMutationProcedure<{
        input: {
          messageId: string;
          content?: string | undefined;
          attachments?: ChatDraftSetInputAttachmentsItem[] | undefined;
          custom?: JsonObject;
        };
        output: Message;
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      forward: TRPCMutationProcedure<{
        input: {
          messageId: string;
          roomIds: string[];
          clientId?: string | undefined;
        };
        output: readonly Message[];
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      get: TRPCQueryProcedure<{
        input: {
          messageId: string;
        };
        output: Message;
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      list: TRPCQueryProcedure<{
        input: {
          roomId: string;
          limit?: number | undefined;
          before?: number | string | undefined;
          after?: number | string | undefined;
          around?: number | string | undefined;
          threadId?: string | undefined;
          cursor?: string | null | undefined;
          direction?: 'backward' | 'forward' | undefined;
        };
        output: MessagePage;
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      pin: TRPCMutationProcedure<{
        input: {
          messageId: string;
        };
        output: Message;
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      pins: TRPCQueryProcedure<{
        input: {
          roomId: string;
          limit?: number | undefined;
          cursor?: string | undefined;
        };
        output: {
          readonly items: readonly Message[];
          readonly nextCursor: string | null;
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      react: TRPCMutationProcedure<{
        input: {
          messageId: string;
          emoji: string;
        };
        output: {
          readonly messageId: string;
          readonly reactions: readonly Reaction[];
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      read: TRPCMutationProcedure<{
        input:
          | {
              messageIds: string[];
            }
          | {
              roomId: string;
              seq: number;
            };
        output: {
          readonly marks: readonly Mark[];
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      receipts: TRPCQueryProcedure<{
        input: {
          messageId: string;
          limit?: number | undefined;
          cursor?: string | null | undefined;
        };
        output: {
          readonly items: readonly Receipt[];
          readonly nextCursor: string | null;
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      schedule: TRPCMutationProcedure<{
        input: {
          roomId: string;
          content: string;
          sendAt: Date;
          clientId?: string | undefined;
          format?: 'html' | 'markdown' | 'text' | undefined;
          attachments?: ChatDraftSetInputAttachmentsItem[] | undefined;
          replyToId?: string | undefined;
          threadId?: string | undefined;
          mentions?: string[] | undefined;
          custom?: JsonObject;
        };
        output: {
          readonly id: string;
          readonly sendAt: Date;
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      scheduled: TRPCQueryProcedure<{
        input: {
          roomId?: string | undefined;
          limit?: number | undefined;
          cursor?: string | undefined;
        };
        output: {
          readonly items: readonly {
            readonly id: string;
            readonly sendAt: Date;
            readonly state: 'failed' | 'waiting';
            readonly error: string | null;
            readonly createdAt: Date;
            readonly mentions: readonly string[];
            readonly custom: JsonObject;
            readonly roomId: string;
            readonly content: string;
            readonly format: 'html' | 'markdown' | 'text';
            readonly attachments: readonly Attachment[];
            readonly replyToId: string | null;
            readonly threadId: string | null;
          }[];
          readonly nextCursor: string | null;
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      search: TRPCQueryProcedure<{
        input: {
          query: string;
          roomId?: string | undefined;
          senderId?: string | undefined;
          limit?: number | undefined;
          cursor?: string | undefined;
        };
        output: {
          readonly items: readonly Message[];
          readonly nextCursor: string | null;
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      send: TRPCMutationProcedure<{
        input: {
          roomId: string;
          content: string;
          clientId?: string | undefined;
          format?: 'html' | 'markdown' | 'text' | undefined;
          attachments?: ChatDraftSetInputAttachmentsItem[] | undefined;
          replyToId?: string | undefined;
          threadId?: string | undefined;
          mentions?: string[] | undefined;
          custom?: JsonObject;
        };
        output: Message;
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      typing: TRPCMutationProcedure<{
        input: {
          roomId: string;
          typing: boolean;
        };
        output: {};
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      unpin: TRPCMutationProcedure<{
        input: {
          messageId: string;
        };
        output: Message;
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      unreact: TRPCMutationProcedure<{
        input: {
          messageId: string;
          emoji: string;
        };
        output: {
          readonly messageId: string;
          readonly reactions: readonly Reaction[];
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      unschedule: TRPCMutationProcedure<{
        input: {
          id: string;
        };
        output: {};
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      versions: TRPCQueryProcedure<{
        input: {
          messageId: string;
          limit?: number | undefined;
          cursor?: string | undefined;
        };
        output: {
          readonly items: readonly {
            readonly version: number;
            readonly content: string | null;
            readonly attachments: readonly Attachment[];
            readonly custom: JsonObject;
            readonly createdAt: Date;
          }[];
          readonly nextCursor: string | null;
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
    };
    notification: {
      ack: TRPCMutationProcedure<{
        input: {
          ids: string[];
        };
        output: {};
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      list: TRPCQueryProcedure<{
        input: {
          limit?: number | undefined;
          cursor?: string | undefined;
        };
        output: {
          readonly items: readonly {
            readonly ackedAt: Date | null;
            readonly id: string;
            readonly kind: 'added' | 'invite' | 'joinRequest' | 'mention' | 'reaction' | 'reply';
            readonly roomId: string;
            readonly messageId: string | null;
            readonly actorId: string;
            readonly createdAt: Date;
          }[];
          readonly nextCursor: string | null;
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      pending: TRPCQueryProcedure<{
        input: {
          [x: string]: never;
        };
        output: {
          readonly rooms: readonly PendingRoom[];
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      preferences: TRPCQueryProcedure<{
        input: {
          [x: string]: never;
        };
        output: ChatNotificationPreferencesOutput;
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      setPreferences: TRPCMutationProcedure<{
        input: {
          notify?: 'all' | 'mentions' | 'none' | undefined;
          doNotDisturb?:
            | {
                from: string;
                to: string;
                timeZone: string;
                days?: number[] | undefined;
              }
            | {
                until: Date;
              }
            | null
            | undefined;
        };
        output: ChatNotificationPreferencesOutput;
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      unread: TRPCQueryProcedure<{
        input: {
          [x: string]: never;
        };
        output: {
          readonly total: number;
          readonly mentions: number;
          readonly rooms: readonly RoomUnread[];
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
    };
    presence: {
      get: TRPCQueryProcedure<{
        input: {
          userIds: string[];
        };
        output: {
          readonly items: readonly Presence[];
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
    };
    push: {
      subscribe: TRPCMutationProcedure<{
        input: {
          registration: JsonObject | string;
        };
        output: {
          readonly id: string;
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      unsubscribe: TRPCMutationProcedure<{
        input: {
          registration?: JsonObject | string | undefined;
          id?: string | undefined;
        };
        output: {};
        errorShape: ChatErrorShape;
        meta: object;
      }>;
    };
    report: {
      create: TRPCMutationProcedure<{
        input: {
          messageId: string;
          reason: string;
        };
        output: {
          readonly id: string;
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      list: TRPCQueryProcedure<{
        input: {
          roomId?: string | undefined;
          state?: 'open' | 'resolved' | undefined;
          limit?: number | undefined;
          cursor?: string | undefined;
        };
        output: {
          readonly items: readonly ChatReportListOutputItemsItem[];
          readonly nextCursor: string | null;
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      resolve: TRPCMutationProcedure<{
        input: {
          reportId: string;
          action: 'ban' | 'delete' | 'dismiss' | 'mute';
          until?: Date | null | undefined;
        };
        output: ChatReportListOutputItemsItem;
        errorShape: ChatErrorShape;
        meta: object;
      }>;
    };
    room: {
      acceptInvite: TRPCMutationProcedure<{
        input:
          | {
              id: string;
            }
          | {
              token: string;
            };
        output: Room;
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      addMembers: TRPCMutationProcedure<{
        input: {
          roomId: string;
          userIds: string[];
        };
        output: {
          readonly room: Room;
          readonly added: readonly string[];
          readonly skipped: readonly {
            readonly userId: string;
            readonly reason: 'member' | 'notMember' | 'rank' | 'refused';
          }[];
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      answerJoinRequest: TRPCMutationProcedure<{
        input: {
          roomId: string;
          userId: string;
          accept: boolean;
        };
        output: {};
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      ban: TRPCMutationProcedure<{
        input: {
          roomId: string;
          userId: string;
          until?: Date | null | undefined;
          reason?: string | null | undefined;
        };
        output: {
          readonly room: Room;
          readonly members: readonly Member[];
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      bans: TRPCQueryProcedure<{
        input: {
          roomId: string;
          limit?: number | undefined;
          cursor?: string | undefined;
        };
        output: {
          readonly items: readonly {
            readonly roomId: string;
            readonly userId: string;
            readonly user: UserProfile;
            readonly until: Date | null;
            readonly reason: string | null;
            readonly actorId: string | null;
            readonly createdAt: Date;
          }[];
          readonly nextCursor: string | null;
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      create: TRPCMutationProcedure<{
        input: {
          kind: 'channel' | 'direct' | 'group';
          clientId?: string | undefined;
          name?: string | undefined;
          description?: string | null | undefined;
          image?: string | null | undefined;
          visibility?: 'private' | 'public' | undefined;
          joinPolicy?: 'invite' | 'open' | 'request' | undefined;
          history?: 'all' | 'sinceJoin' | undefined;
          locked?: boolean | undefined;
          slowModeSeconds?: number | undefined;
          maxMembers?: number | undefined;
          preferences?: JsonObject | undefined;
          custom?: JsonObject;
          members?: string[] | undefined;
        };
        output: CreatedRoom;
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      createInvite: TRPCMutationProcedure<{
        input: {
          roomId: string;
          userId?: string | undefined;
          expiresAt?: Date | null | undefined;
          maxUses?: number | null | undefined;
        };
        output: {
          readonly id: string;
          readonly token: string;
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      declineInvite: TRPCMutationProcedure<{
        input: {
          id: string;
        };
        output: {};
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      delete: TRPCMutationProcedure<{
        input: {
          roomId: string;
        };
        output: {
          readonly roomId: string;
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      discover: TRPCQueryProcedure<{
        input: {
          query?: string | undefined;
          limit?: number | undefined;
          cursor?: string | undefined;
        };
        output: {
          readonly items: readonly Room[];
          readonly nextCursor: string | null;
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      get: TRPCQueryProcedure<{
        input: {
          roomId: string;
        };
        output: Room;
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      grant: TRPCMutationProcedure<{
        input: ChatRoomGrantInput;
        output: {
          readonly room: Room;
          readonly members: readonly Member[];
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      invites: TRPCQueryProcedure<{
        input: {
          roomId: string;
          limit?: number | undefined;
          cursor?: string | undefined;
        };
        output: {
          readonly items: readonly {
            readonly id: string;
            readonly roomId: string;
            readonly userId: string | null;
            readonly createdBy: string;
            readonly createdAt: Date;
            readonly expiresAt: Date | null;
            readonly maxUses: number | null;
            readonly uses: number;
          }[];
          readonly nextCursor: string | null;
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      join: TRPCMutationProcedure<{
        input: {
          roomId: string;
        };
        output: {
          readonly status: 'joined' | 'requested';
          readonly room: Room;
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      joinRequests: TRPCQueryProcedure<{
        input: {
          roomId: string;
          limit?: number | undefined;
          cursor?: string | undefined;
        };
        output: {
          readonly items: readonly {
            readonly roomId: string;
            readonly userId: string;
            readonly user: UserProfile;
            readonly createdAt: Date;
          }[];
          readonly nextCursor: string | null;
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      leave: TRPCMutationProcedure<{
        input: {
          roomId: string;
        };
        output: {
          readonly roomId: string;
          readonly deleted: boolean;
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      list: TRPCQueryProcedure<{
        input: {
          limit?: number | undefined;
          cursor?: string | undefined;
          kinds?: ('channel' | 'direct' | 'group')[] | undefined;
          archived?: boolean | undefined;
        };
        output: {
          readonly items: readonly RoomListItem[];
          readonly nextCursor: string | null;
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      members: TRPCQueryProcedure<{
        input: {
          roomId: string;
          limit?: number | undefined;
          cursor?: string | undefined;
          roles?: ('admin' | 'member' | 'owner')[] | undefined;
        };
        output: {
          readonly items: readonly Member[];
          readonly nextCursor: string | null;
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      mute: TRPCMutationProcedure<{
        input: {
          roomId: string;
          userId: string;
          until?: Date | null | undefined;
          reason?: string | null | undefined;
        };
        output: {
          readonly room: Room;
          readonly members: readonly Member[];
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      removeMembers: TRPCMutationProcedure<{
        input: {
          roomId: string;
          userIds: string[];
        };
        output: {
          readonly room: Room;
          readonly removed: readonly string[];
          readonly skipped: readonly {
            readonly userId: string;
            readonly reason: 'member' | 'notMember' | 'rank' | 'refused';
          }[];
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      revoke: TRPCMutationProcedure<{
        input: ChatRoomGrantInput;
        output: {
          readonly room: Room;
          readonly members: readonly Member[];
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      revokeInvite: TRPCMutationProcedure<{
        input: {
          roomId: string;
          id: string;
        };
        output: {};
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      setPreferences: TRPCMutationProcedure<{
        input: {
          roomId: string;
          notify?: 'all' | 'mentions' | 'none' | undefined;
          archived?: boolean | undefined;
          pinned?: boolean | undefined;
        };
        output: {};
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      setRole: TRPCMutationProcedure<{
        input: {
          roomId: string;
          userIds: string[];
          role: 'admin' | 'member';
        };
        output: {
          readonly room: Room;
          readonly members: readonly Member[];
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      transferOwnership: TRPCMutationProcedure<{
        input: {
          roomId: string;
          userId: string;
        };
        output: {
          readonly room: Room;
          readonly members: readonly Member[];
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      unban: TRPCMutationProcedure<{
        input: {
          roomId: string;
          userId: string;
        };
        output: {
          readonly room: Room;
          readonly members: readonly Member[];
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      unmute: TRPCMutationProcedure<{
        input: {
          roomId: string;
          userId: string;
        };
        output: {
          readonly room: Room;
          readonly members: readonly Member[];
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      update: TRPCMutationProcedure<{
        input: {
          roomId: string;
          name?: string | undefined;
          description?: string | null | undefined;
          image?: string | null | undefined;
          visibility?: 'private' | 'public' | undefined;
          joinPolicy?: 'invite' | 'open' | 'request' | undefined;
          history?: 'all' | 'sinceJoin' | undefined;
          locked?: boolean | undefined;
          slowModeSeconds?: number | undefined;
          maxMembers?: number | undefined;
          preferences?: JsonObject | undefined;
          custom?: JsonObject;
        };
        output: Room;
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      updateMember: TRPCMutationProcedure<{
        input: {
          roomId: string;
          custom: JsonObject;
          userId?: string | undefined;
        };
        output: {
          readonly room: Room;
          readonly members: readonly Member[];
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
    };
    session: {
      heartbeat: TRPCMutationProcedure<{
        input:
          | {
              [x: string]: never;
            }
          | undefined;
        output: {};
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      list: TRPCQueryProcedure<{
        input: {
          state?: 'active' | 'expired' | undefined;
          limit?: number | undefined;
          cursor?: string | undefined;
        };
        output: {
          readonly items: readonly Session[];
          readonly nextCursor: string | null;
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      revoke: TRPCMutationProcedure<{
        input: {
          sessionId: string;
        };
        output: {};
        errorShape: ChatErrorShape;
        meta: object;
      }>;
    };
    sync: TRPCQueryProcedure<{
      input:
        | {
            cursor?: string | undefined;
            limit?: number | undefined;
          }
        | {
            roomId: string;
            afterSeq: number;
            limit?: number | undefined;
          };
      output:
        | {
            readonly events: readonly ChatEvent[];
            readonly headSeq: number;
            readonly more: boolean;
          }
        | {
            readonly events: readonly {
              readonly id: string;
              readonly event: ChatEvent;
            }[];
            readonly cursor: string;
            readonly more: boolean;
          };
      errorShape: ChatErrorShape;
      meta: object;
    }>;
    thread: {
      follow: TRPCMutationProcedure<{
        input: {
          threadId: string;
        };
        output: {};
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      list: TRPCQueryProcedure<{
        input: {
          roomId?: string | undefined;
          unread?: boolean | undefined;
          limit?: number | undefined;
          cursor?: string | undefined;
        };
        output: {
          readonly items: readonly {
            readonly id: string;
            readonly roomId: string;
            readonly root: Message;
            readonly lastReply: Message | null;
            readonly unread: number;
            readonly mentions: number;
            readonly lastReplyAt: Date;
            readonly following: boolean;
            readonly readSeq: number;
          }[];
          readonly nextCursor: string | null;
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      read: TRPCMutationProcedure<{
        input: {
          threadId: string;
          seq?: number | undefined;
          messageId?: string | undefined;
        };
        output: {
          readonly threadId: string;
          readonly readSeq: number;
          readonly unread: number;
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      unfollow: TRPCMutationProcedure<{
        input: {
          threadId: string;
        };
        output: {};
        errorShape: ChatErrorShape;
        meta: object;
      }>;
    };
    user: {
      block: TRPCMutationProcedure<{
        input: {
          userId: string;
        };
        output: {};
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      blocked: TRPCQueryProcedure<{
        input: {
          limit?: number | undefined;
          cursor?: string | undefined;
        };
        output: {
          readonly items: readonly {
            readonly userId: string;
            readonly user: UserProfile;
            readonly createdAt: Date;
          }[];
          readonly nextCursor: string | null;
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      invites: TRPCQueryProcedure<{
        input: {
          limit?: number | undefined;
          cursor?: string | undefined;
        };
        output: {
          readonly items: readonly {
            readonly id: string;
            readonly roomId: string;
            readonly room: {
              readonly id: string;
              readonly kind: 'channel' | 'direct' | 'group';
              readonly name: string | null;
              readonly description: string | null;
              readonly image: string | null;
              readonly memberCount: number;
            };
            readonly userId: string;
            readonly user: UserProfile;
            readonly createdAt: Date;
            readonly expiresAt: Date | null;
          }[];
          readonly nextCursor: string | null;
        };
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      me: TRPCQueryProcedure<{
        input: {
          [x: string]: never;
        };
        output: UserProfile;
        errorShape: ChatErrorShape;
        meta: object;
      }>;
      unblock: TRPCMutationProcedure<{
        input: {
          userId: string;
        };
        output: {};
        errorShape: ChatErrorShape;
        meta: object;
      }>;
    };
  };
};

/** The router as a client knows it. */
export type ChatContract = TRPCBuiltRouter<
  { ctx: object; meta: object; errorShape: TRPCDefaultErrorShape; transformer: true },
  ChatProcedures
>;
