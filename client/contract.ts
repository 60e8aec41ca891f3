// Made by scripts/contract.mjs from the server's router; changes by hand are lost.
/* eslint-disable max-lines, @typescript-eslint/no-empty-object-type -- as the compiler prints it */
import type {
  TRPCBuiltRouter,
  TRPCMutationProcedure,
  TRPCQueryProcedure,
  TRPCSubscriptionProcedure,
} from '@trpc/server';
import type {
  ChatEvent,
  HistoryPolicy,
  JoinPolicy,
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
  RoomKind,
  RoomListItem,
  RoomUnread,
  Session,
  Visibility,
} from '@confab/shared';
import type { ChatErrorShape } from './flatten.js';

/** The procedures of a chat router. */
export type ChatProcedures = {
  room: {
    create: TRPCMutationProcedure<{
      input: {
        kind: 'direct' | 'group' | 'channel';
        clientId?: string | undefined;
        name?: string | undefined;
        description?: string | null | undefined;
        image?: string | null | undefined;
        visibility?: 'private' | 'public' | undefined;
        joinPolicy?: 'invite' | 'request' | 'open' | undefined;
        history?: 'all' | 'sinceJoin' | undefined;
        locked?: boolean | undefined;
        slowModeSeconds?: number | undefined;
        maxMembers?: number | undefined;
        preferences?: JsonObject | undefined;
        custom?: JsonObject | undefined;
        members?: string[] | undefined;
      };
      output: {
        readonly created: boolean;
        readonly me: OwnMember | null;
        readonly id: string;
        readonly kind: RoomKind;
        readonly name: string | null;
        readonly description: string | null;
        readonly image: string | null;
        readonly visibility: Visibility;
        readonly joinPolicy: JoinPolicy;
        readonly history: HistoryPolicy;
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
      meta: object;
    }>;
    get: TRPCQueryProcedure<{
      input: {
        roomId: string;
      };
      output: Room;
      meta: object;
    }>;
    list: TRPCQueryProcedure<{
      input: {
        limit?: number | undefined;
        cursor?: string | undefined;
        kinds?: ('direct' | 'group' | 'channel')[] | undefined;
        archived?: boolean | undefined;
      };
      output: {
        readonly items: readonly RoomListItem[];
        readonly nextCursor: string | null;
      };
      meta: object;
    }>;
    update: TRPCMutationProcedure<{
      input: {
        roomId: string;
        name?: string | undefined;
        description?: string | null | undefined;
        image?: string | null | undefined;
        visibility?: 'private' | 'public' | undefined;
        joinPolicy?: 'invite' | 'request' | 'open' | undefined;
        history?: 'all' | 'sinceJoin' | undefined;
        locked?: boolean | undefined;
        slowModeSeconds?: number | undefined;
        maxMembers?: number | undefined;
        preferences?: JsonObject | undefined;
        custom?: JsonObject | undefined;
      };
      output: Room;
      meta: object;
    }>;
    delete: TRPCMutationProcedure<{
      input: {
        roomId: string;
      };
      output: {
        readonly roomId: string;
      };
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
      meta: object;
    }>;
    members: TRPCQueryProcedure<{
      input: {
        roomId: string;
        limit?: number | undefined;
        cursor?: string | undefined;
        roles?: ('owner' | 'admin' | 'member')[] | undefined;
      };
      output: {
        readonly items: readonly Member[];
        readonly nextCursor: string | null;
      };
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
      meta: object;
    }>;
    grant: TRPCMutationProcedure<{
      input: {
        roomId: string;
        userIds: string[];
        permissions: ('member.add' | 'member.remove' | 'message.send' | 'message.pin' | 'message.moderate')[];
      };
      output: {
        readonly room: Room;
        readonly members: readonly Member[];
      };
      meta: object;
    }>;
    revoke: TRPCMutationProcedure<{
      input: {
        roomId: string;
        userIds: string[];
        permissions: ('member.add' | 'member.remove' | 'message.send' | 'message.pin' | 'message.moderate')[];
      };
      output: {
        readonly room: Room;
        readonly members: readonly Member[];
      };
      meta: object;
    }>;
  };
  message: {
    send: TRPCMutationProcedure<{
      input: {
        roomId: string;
        content: string;
        clientId?: string | undefined;
        format?: 'text' | 'markdown' | 'html' | undefined;
        attachments?:
          | {
              url: string;
              type: 'image' | 'file' | 'video' | 'audio';
              mime: string;
              size?: number | null | undefined;
              caption?: string | null | undefined;
              metadata?: JsonObject | null | undefined;
            }[]
          | undefined;
        mentions?: string[] | undefined;
        custom?: JsonObject | undefined;
      };
      output: Message;
      meta: object;
    }>;
    edit: TRPCMutationProcedure<{
      input: {
        messageId: string;
        content?: string | undefined;
        attachments?:
          | {
              url: string;
              type: 'image' | 'file' | 'video' | 'audio';
              mime: string;
              size?: number | null | undefined;
              caption?: string | null | undefined;
              metadata?: JsonObject | null | undefined;
            }[]
          | undefined;
        custom?: JsonObject | undefined;
      };
      output: Message;
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
      meta: object;
    }>;
    ack: TRPCMutationProcedure<{
      input:
        | {
            roomId: string;
            seq: number;
          }
        | {
            messageIds: string[];
          };
      output: {
        readonly marks: readonly Mark[];
      };
      meta: object;
    }>;
    read: TRPCMutationProcedure<{
      input:
        | {
            roomId: string;
            seq: number;
          }
        | {
            messageIds: string[];
          };
      output: {
        readonly marks: readonly Mark[];
      };
      meta: object;
    }>;
    list: TRPCQueryProcedure<{
      input: {
        roomId: string;
        limit?: number | undefined;
        before?: string | number | undefined;
        after?: string | number | undefined;
        around?: string | number | undefined;
        cursor?: string | null | undefined;
        direction?: 'forward' | 'backward' | undefined;
      };
      output: MessagePage;
      meta: object;
    }>;
    get: TRPCQueryProcedure<{
      input: {
        messageId: string;
      };
      output: Message;
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
      meta: object;
    }>;
    typing: TRPCMutationProcedure<{
      input: {
        roomId: string;
        typing: boolean;
      };
      output: {};
      meta: object;
    }>;
  };
  session: {
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
      meta: object;
    }>;
    revoke: TRPCMutationProcedure<{
      input: {
        sessionId: string;
      };
      output: {};
      meta: object;
    }>;
    heartbeat: TRPCMutationProcedure<{
      input:
        | {
            [x: string]: never;
          }
        | undefined;
      output: {};
      meta: object;
    }>;
  };
  notification: {
    pending: TRPCQueryProcedure<{
      input: {
        [x: string]: never;
      };
      output: {
        readonly rooms: readonly PendingRoom[];
      };
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
      meta: object;
    }>;
    ack: TRPCMutationProcedure<{
      input: {
        ids: string[];
      };
      output: {};
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
    meta: object;
  }>;
  sync: TRPCQueryProcedure<{
    input:
      | {
          roomId: string;
          afterSeq: number;
          limit?: number | undefined;
        }
      | {
          cursor?: string | undefined;
          limit?: number | undefined;
        };
    output:
      | {
          readonly events: readonly {
            readonly id: string;
            readonly event: ChatEvent;
          }[];
          readonly cursor: string;
          readonly more: boolean;
        }
      | {
          readonly events: readonly ChatEvent[];
          readonly headSeq: number;
          readonly more: boolean;
        };
    meta: object;
  }>;
};

/** The router of the standalone server. */
export type ChatContract = TRPCBuiltRouter<
  { ctx: object; meta: object; errorShape: ChatErrorShape; transformer: true },
  { chat: ChatProcedures }
>;
