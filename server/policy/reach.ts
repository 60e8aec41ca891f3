import { ChatError } from '@confab/shared';
import type { RoomAction, Situation } from '@confab/shared';
import { look, situation } from './enter.js';
import type { Entry } from './enter.js';
import type { MessagePlace } from '../store/messages/find.js';
import type { MemberRow, MessageRow, RoomRow } from '../store/rows.js';
import type { ReadTx, WriteTx } from '../store/transaction.js';
import type { Op } from '../operations/kernel.js';

/** A message the caller may act on, and where they stand. */
export interface Reached {
  readonly room: RoomRow;
  /** `null` for the system when it is not a member. */
  readonly me: MemberRow | null;
  readonly message: MessageRow;
}

/** Whether these are words of this user's own. What the system says of their doing is not. */
export function isSaidBy({ kind, senderId }: Pick<MessagePlace, 'kind' | 'senderId'>, userId: string): boolean {
  return kind === 'user' && senderId === userId;
}

/** The first `seq` this member may see: from joining on where the room says so. */
export function floorOf(room: RoomRow, me: MemberRow | null): number {
  return room.history === 'sinceJoin' && me?.status === 'in' ? me.joinSeq : 0;
}

/** The room if it is one that can be acted in. */
export function living(room: RoomRow | null | undefined): RoomRow | null {
  return room !== null && room !== undefined && room.deletedAt === null && room.kind !== 'user' ? room : null;
}

/** Rules on an action by rows that were read (and, in a write, locked) before; the system may do everything there is. */
export async function authorize(
  op: Op,
  action: RoomAction,
  room: RoomRow | null,
  me: MemberRow | null,
  extra: Pick<Situation, 'isSender' | 'isBlocked'> = {},
): Promise<RoomRow> {
  if (!op.caller.isSystem) await op.kernel.policy.require(op.caller.userId, action, situation(op, room, me, extra));
  if (room === null) throw new ChatError('NOT_FOUND');
  return room;
}

/**
 * Locks the message's room, reads everything again and rules on the action. A deleted message, and one the caller may
 * not see, is `NOT_FOUND` before any rule is asked.
 */
export async function reach(op: Op, tx: WriteTx, action: RoomAction, messageId: string): Promise<Reached> {
  const { methods } = op.store;
  const { userId, isSystem } = op.caller;
  const [place] = await methods.locateMessages(tx, { messageIds: [messageId] });
  if (place === undefined) throw new ChatError('NOT_FOUND');
  const { roomId } = place;
  const found = living((await tx.lock([roomId])).get(roomId));
  const me = (await methods.membershipsOf(tx, { userId, roomIds: [roomId] })).get(roomId) ?? null;
  const message = await methods.findMessage(tx, { messageId });
  if (me !== null || isSystem) {
    const isGone = message === null || message.deletedAt !== null;
    if (found === null || isGone || message.seq < floorOf(found, me)) throw new ChatError('NOT_FOUND');
    if (await methods.isHidden(tx, { messageId, userId })) throw new ChatError('NOT_FOUND');
  }
  const room = await authorize(op, action, found, me, { isSender: isSaidBy(place, userId) });
  if (message === null || message.deletedAt !== null) throw new ChatError('NOT_FOUND');
  return { room, me, message };
}

/** Reads a message the caller may see, a tombstone too; locks nothing. */
export async function lookAt(op: Op, tx: ReadTx, action: RoomAction, messageId: string): Promise<Reached> {
  const { methods } = op.store;
  const message = await methods.findMessage(tx, { messageId });
  if (message === null) throw new ChatError('NOT_FOUND');
  const isSender = isSaidBy(message, op.caller.userId);
  const { room, me } = await look(op, tx, action, message.roomId, { isSender });
  if (message.seq < floorOf(room, me)) throw new ChatError('NOT_FOUND');
  if (await methods.isHidden(tx, { messageId, userId: op.caller.userId })) throw new ChatError('NOT_FOUND');
  return { room, me, message };
}

/** Those of these messages of a room that the caller may see, in the order they were sent in; no tombstones. */
export async function seenAmong(
  op: Op,
  tx: ReadTx,
  { room, me }: Entry,
  messageIds: readonly string[],
): Promise<readonly MessageRow[]> {
  const { userId: viewerId } = op.caller;
  const floorSeq = floorOf(room, me);
  return op.store.methods.seenMessages(tx, { roomId: room.id, viewerId, floorSeq, messageIds });
}
