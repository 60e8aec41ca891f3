import type { WriteTx } from '../transaction.js';

/** Who joins a locked room, and by whom. */
export interface Joining {
  readonly roomId: string;
  /** None of them is a member now. */
  readonly userIds: readonly string[];
  readonly actorId: string | null;
  readonly at: Date;
}

/**
 * Makes these users members, those who were here before too, and logs `member.added`, which joins them all. Roles,
 * grants and preferences of an earlier membership are gone; its marks and a mute stay.
 */
export async function addMembers(tx: WriteTx, { roomId, userIds, actorId, at }: Joining): Promise<void> {
  const joinSeq = tx.append({ roomId, type: 'member.added', actorId, at, data: { userIds } });
  tx.patch(roomId, { memberCount: tx.room(roomId).memberCount + userIds.length });
  const former = await tx.db.chatMember.findMany({
    where: { roomId, userId: { in: [...userIds] } },
    select: { userId: true },
  });
  const formerIds = new Set(former.map((member) => member.userId));
  if (formerIds.size > 0) {
    await tx.db.chatMember.updateMany({
      where: { roomId, userId: { in: [...formerIds] } },
      data: {
        status: 'in',
        role: 'member',
        permissions: [],
        joinedAt: at,
        joinSeq,
        leftSeq: null,
        leftPos: null,
        leftReason: null,
        notify: 'all',
        archived: false,
        pinned: false,
      },
    });
  }
  await insertMembers(tx, { roomId, userIds: userIds.filter((userId) => !formerIds.has(userId)), joinSeq, at });
}

/** Makes one user a member by their own doing. */
export async function joinRoom(
  tx: WriteTx,
  { roomId, userId, at }: { readonly roomId: string; readonly userId: string; readonly at: Date },
): Promise<void> {
  await addMembers(tx, { roomId, userIds: [userId], actorId: userId, at });
}

/** Rows of users who were never in the room. One statement. */
export async function insertMembers(
  tx: WriteTx,
  input: {
    readonly roomId: string;
    readonly userIds: readonly string[];
    readonly joinSeq: number;
    readonly at: Date;
    readonly ownerId?: string | null;
  },
): Promise<void> {
  const { roomId, userIds, joinSeq, at, ownerId } = input;
  if (userIds.length === 0) return;
  await tx.db.chatMember.createMany({
    data: userIds.map((userId) => ({
      roomId,
      userId,
      status: 'in',
      role: userId === ownerId ? 'owner' : 'member',
      permissions: [],
      joinedAt: at,
      joinSeq,
      leftSeq: null,
      leftPos: null,
      leftReason: null,
      readSeq: 0,
      deliveredSeq: 0,
      mutedUntil: null,
      notify: 'all',
      archived: false,
      pinned: false,
    })),
  });
}
