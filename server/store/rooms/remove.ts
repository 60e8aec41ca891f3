import { dropDrafts } from '../drafts/drafts.js';
import type { RoomRow } from '../rows.js';
import type { WriteTx } from '../transaction.js';
import { makeOwner } from './ownership.js';
import { deleteRoom } from './update.js';

/** Who leaves a locked room, and why. */
export interface Leaving {
  readonly roomId: string;
  /** All of them are members now. */
  readonly userIds: readonly string[];
  readonly reason: 'left' | 'removed' | 'banned';
  readonly actorId: string | null;
  readonly at: Date;
}

/**
 * Ends these memberships; their roles and grants die with them. When nobody would be left the room is deleted instead,
 * and `room.deleted` is the last event they get. When the owner is among them, the room passes to the longest-standing
 * admin, else member.
 */
export async function removeMembers(tx: WriteTx, leaving: Leaving): Promise<{ readonly isDeleted: boolean }> {
  const { roomId, userIds, reason, actorId, at } = leaving;
  const room = tx.room(roomId);
  if (userIds.length >= room.memberCount) {
    await deleteRoom(tx, { roomId, actorId, at });
    return { isDeleted: true };
  }
  tx.appendRemoval({ roomId, type: 'member.removed', actorId, at, data: { userIds, reason } });
  tx.patch(roomId, { memberCount: room.memberCount - userIds.length });
  tx.fence(roomId);
  await tx.db.chatMember.updateMany({
    where: { roomId, userId: { in: [...userIds] } },
    data: { role: 'member', permissions: [] },
  });
  await dropDrafts(tx, roomId, userIds);
  if (room.ownerId !== null && userIds.includes(room.ownerId)) await passOwnership(tx, room, leaving);
  return { isDeleted: false };
}

/** Ends one membership by the member's own doing. */
export function leaveRoom(
  tx: WriteTx,
  { roomId, userId, at }: { readonly roomId: string; readonly userId: string; readonly at: Date },
): Promise<{ readonly isDeleted: boolean }> {
  return removeMembers(tx, { roomId, userIds: [userId], reason: 'left', actorId: userId, at });
}

/** An owner who left is followed by the longest-standing admin, else member. */
async function passOwnership(tx: WriteTx, { id: roomId }: RoomRow, { userIds, actorId, at }: Leaving): Promise<void> {
  const remaining = { roomId, status: 'in', userId: { notIn: [...userIds] } };
  const orderBy = [{ joinSeq: 'asc' }, { userId: 'asc' }] as const;
  const heir =
    (await tx.db.chatMember.findFirst({ where: { ...remaining, role: 'admin' }, orderBy: [...orderBy] })) ??
    (await tx.db.chatMember.findFirst({ where: remaining, orderBy: [...orderBy] }));
  if (heir === null) tx.patch(roomId, { ownerId: null, updatedAt: at });
  else await makeOwner(tx, { roomId, userId: heir.userId, formerId: null, actorId, at });
}
