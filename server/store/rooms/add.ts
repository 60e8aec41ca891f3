import type { JsonObject } from '@confab/shared';
import type { WriteTx } from '../transaction.js';
import { endInvitations } from './invites.js';
import { dropRequests } from './requests.js';

/** Who joins a locked room, and by whom. */
export interface Joining {
  readonly roomId: string;
  /** None of them is a member now. */
  readonly userIds: readonly string[];
  readonly actorId: string | null;
  readonly at: Date;
  /** What `custom` of each begins with; who is not in it begins with none. */
  readonly customOf?: ReadonlyMap<string, JsonObject>;
}

/**
 * Makes these users members, those who were here before too, and logs `member.added`, which joins them all. Roles,
 * grants, preferences, custom data and followed threads of an earlier membership are gone; its marks and a mute stay.
 */
export async function addMembers(tx: WriteTx, { roomId, userIds, actorId, at, customOf }: Joining): Promise<void> {
  // Nobody needs to answer them any more, and they need not answer anybody.
  await dropRequests(tx, { roomId, userIds });
  await endInvitations(tx, { roomId, userIds, at });
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
        custom: {},
      },
    });
    await tx.db.chatThreadMember.updateMany({
      where: { roomId, userId: { in: [...formerIds] }, following: true },
      data: { following: false },
    });
  }
  for (const userId of formerIds) {
    const custom = customOf?.get(userId);
    if (custom !== undefined) await tx.db.chatMember.updateMany({ where: { roomId, userId }, data: { custom } });
  }
  const newcomers = userIds.filter((userId) => !formerIds.has(userId));
  await insertMembers(tx, { roomId, userIds: newcomers, joinSeq, at, customOf });
}

/** Makes one user a member by their own doing. */
export async function joinRoom(
  tx: WriteTx,
  { userId, ...joining }: Omit<Joining, 'userIds' | 'actorId'> & { readonly userId: string },
): Promise<void> {
  await addMembers(tx, { ...joining, userIds: [userId], actorId: userId });
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
    readonly customOf?: Joining['customOf'] | undefined;
  },
): Promise<void> {
  const { roomId, userIds, joinSeq, at, ownerId, customOf } = input;
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
      custom: customOf?.get(userId) ?? {},
    })),
  });
}
