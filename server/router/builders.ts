import type { ChatErrorCode, OwnMember, Room, RoomAction } from '@confab/shared';
import { ChatError } from '@confab/shared';
import type { TRPCUnsetMarker } from '@trpc/server';
import { z } from 'zod';
import type {
  ChatBuilder,
  MemberContext,
  MessageContext,
  MessageInput,
  RoomContext,
  RoomInput,
  UserContext,
} from '../extend/builders.js';
import { scopeOf } from '../extend/call-scope.js';
import type { PlainShape, Shape } from '../extend/types/shape.js';
import * as inputs from '../operations/inputs.js';
import type { Op } from '../operations/kernel.js';
import { lookAt } from '../policy/reach.js';
import { look } from '../policy/enter.js';
import { callKey, createBase } from './base.js';
import type { BaseOptions } from './base.js';

/** Builders for procedures of a host's own: `t.procedure.concat(chat.procedures.member)`. */
export interface ChatProcedures<S extends Shape = PlainShape> {
  /** Somebody is logged in: `ctx.chat`. */
  readonly viewer: ChatBuilder<UserContext, TRPCUnsetMarker, S['codes']>;
  /** Takes `roomId`; the caller may see the room: `ctx.room`, and `ctx.member` if they are in it. */
  readonly room: ChatBuilder<RoomContext<S>, RoomInput, S['codes']>;
  /** Takes `roomId`; the caller is a member of it: `ctx.room`, `ctx.member`. */
  readonly member: ChatBuilder<MemberContext<S>, RoomInput, S['codes']>;
  /** Takes `roomId`; the caller is an admin or the owner, or was granted `message.moderate`. */
  readonly moderator: ChatBuilder<MemberContext<S>, RoomInput, S['codes']>;
  /** Takes `roomId`; the permission table (and the host's overrides) allow this action to the caller. */
  can(action: RoomAction): ChatBuilder<RoomContext<S>, RoomInput, S['codes']>;
}

const roomInput = z.object({ roomId: inputs.id });
const messageInput = z.object({ messageId: inputs.id });

/** Makes the builders of one chat; `S` only says how the nouns read. */
export function createBuilders(options: BaseOptions) {
  const base = createBase(options);

  const user = (rate?: string) =>
    base(rate, 'host').use(({ ctx, next }) => next({ ctx: { chat: scopeOf(ctx[callKey]) } }));

  const room = (action: RoomAction, rate?: string) =>
    user(rate)
      .input(roomInput)
      .use(async ({ ctx, input, next }) => next({ ctx: await roomOf(ctx[callKey], action, input.roomId) }));

  const message = (action: RoomAction, rate?: string) =>
    user(rate)
      .input(messageInput)
      .use(async ({ ctx, input, next }) => next({ ctx: await messageOf(ctx[callKey], action, input.messageId) }));

  const member = (action: RoomAction) =>
    room(action).use(({ ctx, next }) => {
      // The host itself is nobody's member, and an override may let strangers in.
      if (ctx.member === null) throw new ChatError('PERMISSION_DENIED', 'This is for members of the room.');
      return next({ ctx: { member: ctx.member } });
    });

  return {
    user: (rate?: string) => user(rate) as unknown as ChatBuilder<UserContext, TRPCUnsetMarker, ChatErrorCode>,
    room: (action: RoomAction, rate?: string) =>
      room(action, rate) as unknown as ChatBuilder<RoomContext, RoomInput, ChatErrorCode>,
    message: (action: RoomAction, rate?: string) =>
      message(action, rate) as unknown as ChatBuilder<MessageContext, MessageInput, ChatErrorCode>,
    member: (action: RoomAction) => member(action) as unknown as ChatBuilder<MemberContext, RoomInput, ChatErrorCode>,
  };
}

export type Builders = ReturnType<typeof createBuilders>;

/** What a host is given of them. */
export function hostProcedures(builders: Builders): ChatProcedures {
  return Object.freeze({
    viewer: builders.user(),
    room: builders.room('room.get'),
    member: builders.member('room.members'),
    moderator: builders.member('message.moderate'),
    can: (action: RoomAction) => builders.room(action),
  }) as unknown as ChatProcedures;
}

async function roomOf(
  op: Op,
  action: RoomAction,
  roomId: string,
): Promise<{ readonly room: Room; readonly member: OwnMember | null }> {
  const { methods } = op.store;
  return op.store.read(async (tx) => {
    const { room, me } = await look(op, tx, action, roomId);
    const presented = await methods.getRoom(tx, { room, me });
    return { room: presented, member: presented.me };
  });
}

async function messageOf(op: Op, action: RoomAction, messageId: string): Promise<Omit<MessageContext, 'chat'>> {
  const { methods } = op.store;
  return op.store.read(async (tx) => {
    const { room, me, message } = await lookAt(op, tx, action, messageId);
    if (message.deletedAt !== null) throw new ChatError('NOT_FOUND');
    const [shown] = await methods.presentMessages(tx, { rows: [message], viewerId: op.caller.userId });
    if (shown === undefined) throw new ChatError('NOT_FOUND');
    const presented = await methods.getRoom(tx, { room, me });
    return { room: presented, member: presented.me, message: shown };
  });
}
