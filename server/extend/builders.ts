import type { Message, OwnMember, Room } from '@confab/shared';
import type { TRPCProcedureBuilder, TRPCUnsetMarker } from '@trpc/server';
import type { ChatErrorShape } from '../trpc/error-shape.js';
import type { Reshape } from './types/reshape.js';
import type { ChatScope } from './scope.js';
import type { PlainShape, Shape } from './types/shape.js';

/** A builder to `.concat` to a procedure of one's own, or to go on from. */
export type ChatBuilder<Context, Input, Codes extends string> = TRPCProcedureBuilder<
  object,
  object,
  Context,
  Input,
  Input,
  TRPCUnsetMarker,
  TRPCUnsetMarker,
  false,
  ChatErrorShape<Codes>
>;

/** Adds `ctx.chat`. */
export interface UserContext {
  readonly chat: ChatScope;
}

/** Adds `ctx.room`, and `ctx.member`: `null` for a stranger who may look at a public room. */
export interface RoomContext<S extends Shape = PlainShape> extends UserContext {
  readonly room: Reshape<Room, S>;
  readonly member: Reshape<OwnMember, S> | null;
}

/** Adds `ctx.room` and `ctx.member`. */
export interface MemberContext<S extends Shape = PlainShape> extends UserContext {
  readonly room: Reshape<Room, S>;
  readonly member: Reshape<OwnMember, S>;
}

/** Adds `ctx.message` and its room. */
export interface MessageContext<S extends Shape = PlainShape> extends RoomContext<S> {
  readonly message: Reshape<Message, S>;
}

/**
 * What names the room or message a procedure is about; a procedure's own input is merged with it. Type aliases, as tRPC
 * merges inputs only where they are index-like, which interfaces are not.
 */
export type RoomInput = { roomId: string };
export type MessageInput = { messageId: string };
