import type { WriteTx } from '../transaction.js';

/** Who owns a locked room from now on. */
export interface Succession {
  readonly roomId: string;
  /** A member of the room. */
  readonly userId: string;
  /** The owner so far, if still a member, who stays on as an admin. */
  readonly formerId: string | null;
  readonly actorId: string | null;
  readonly at: Date;
}

/** Makes a member the owner and logs `member.updated` and `room.updated`. The owner needs no grants. */
export async function makeOwner(tx: WriteTx, { roomId, userId, formerId, actorId, at }: Succession): Promise<void> {
  const row = (id: string) => ({ roomId_userId: { roomId, userId: id } });
  await tx.db.chatMember.update({ where: row(userId), data: { role: 'owner', permissions: [] } });
  if (formerId !== null) await tx.db.chatMember.update({ where: row(formerId), data: { role: 'admin' } });
  tx.patch(roomId, { ownerId: userId, updatedAt: at });
  tx.fence(roomId);
  const userIds = formerId === null ? [userId] : [userId, formerId];
  tx.append({ roomId, type: 'member.updated', actorId, at, data: { userIds } });
  tx.append({ roomId, type: 'room.updated', actorId, at, data: {} });
}
