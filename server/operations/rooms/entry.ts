import { ChatError, outranks } from '@confab/shared';
import type { Role, Room, RoomAction } from '@confab/shared';
import { enter } from '../../policy/enter.js';
import type { Entry } from '../../policy/enter.js';
import type { RoomRow } from '../../store/rows.js';
import type { WriteTx } from '../../store/transaction.js';
import type { Op } from '../kernel.js';

/**
 * Lets the caller into a group or channel. What never happens in a direct room does not happen there for the host
 * either, nor by a host's own rule: it would no longer be a direct room.
 */
export async function enterShared(op: Op, tx: WriteTx, action: RoomAction, roomId: string): Promise<Entry> {
  const entry = await enter(op, tx, action, roomId);
  if (entry.room.kind === 'direct') throw new ChatError('PERMISSION_DENIED');
  return entry;
}

/** Whether the caller may act on a member of this role. Who was let in by a grant acts as an admin does. */
export function mayActOn({ caller }: Op, { me }: Entry, target: Role): boolean {
  if (caller.isSystem) return true;
  return outranks(me?.status === 'in' && me.role === 'owner' ? 'owner' : 'admin', target);
}

/** Throws `CONFLICT` when the room has no space for so many more. */
export function requireSpace(room: Pick<RoomRow, 'memberCount' | 'maxMembers'>, added: number): void {
  if (room.memberCount + added <= room.maxMembers) return;
  throw new ChatError('CONFLICT', `The room takes at most ${room.maxMembers} members.`, {
    details: { constraint: 'maxMembers' },
  });
}

/** Throws `CONFLICT` when one of these users is in as many rooms as a user may be. Their pseudo rooms are locked. */
export async function requireRooms(op: Op, tx: WriteTx, userIds: readonly string[]): Promise<void> {
  const limit = op.kernel.settings.limits.roomsPerUser;
  const full = await op.store.methods.usersAtRoomLimit(tx, { userIds, limit });
  if (full.size === 0) return;
  throw new ChatError('CONFLICT', `A user may be in at most ${limit} rooms.`, {
    details: { constraint: 'roomsPerUser' },
  });
}

/** A locked room, with everything that was done to it, as the caller sees it. */
export async function answer(op: Op, tx: WriteTx, roomId: string): Promise<Room> {
  const me = await op.store.methods.findMember(tx, { roomId, userId: op.caller.userId });
  return op.store.methods.getRoom(tx, { room: tx.room(roomId), me });
}
