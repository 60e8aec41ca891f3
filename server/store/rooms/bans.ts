import type { Ban, Page } from '@confab/shared';
import { olderThan, pageOf, readPlace, timePlace } from '../page.js';
import { withUsers } from '../present/user.js';
import { endInvitations } from './invites.js';
import { dropRequests } from './requests.js';
import type { ReadTx, WriteTx } from '../transaction.js';

/** Someone in a room. */
interface Who {
  readonly roomId: string;
  readonly userId: string;
}

/** A ban as it is kept. */
export type BanRow = Who & Pick<Ban, 'until' | 'reason' | 'actorId' | 'createdAt'>;

/** The bans of these users that hold now, by user. */
export async function findBans(
  tx: ReadTx,
  { roomId, userIds, now }: { readonly roomId: string; readonly userIds: readonly string[]; readonly now: Date },
): Promise<ReadonlyMap<string, BanRow>> {
  if (userIds.length === 0) return new Map();
  const rows = await tx.db.chatBan.findMany({ where: { roomId, userId: { in: [...userIds] }, ...holding(now) } });
  return new Map(rows.map((row) => [row.userId, row]));
}

/** Keeps a ban in the place of an earlier one; drops the user's request to join, and ends what they were invited by. */
export async function banUser(tx: WriteTx, ban: BanRow): Promise<void> {
  const { roomId, userId, until, reason, actorId, createdAt } = ban;
  const data = { until, reason, actorId, createdAt };
  await tx.db.chatBan.upsert({
    where: { roomId_userId: { roomId, userId } },
    create: { roomId, userId, ...data },
    update: data,
  });
  await dropRequests(tx, { roomId, userIds: [userId] });
  await endInvitations(tx, { roomId, userIds: [userId], at: createdAt });
}

/** Lifts a ban. */
export async function unbanUser(tx: WriteTx, { roomId, userId }: Who): Promise<{ readonly isChanged: boolean }> {
  const { count } = await tx.db.chatBan.deleteMany({ where: { roomId, userId } });
  return { isChanged: count > 0 };
}

/** The bans of a room that hold now, newest first. */
export async function listBans(
  tx: ReadTx,
  input: { readonly roomId: string; readonly now: Date; readonly limit: number; readonly cursor: string | undefined },
): Promise<Page<Ban>> {
  const { roomId, now, limit } = input;
  const older = olderThan(readPlace(input.cursor, timePlace), 'userId');
  const rows = await tx.db.chatBan.findMany({
    where: { AND: [{ roomId }, holding(now), older] },
    orderBy: [{ createdAt: 'desc' }, { userId: 'desc' }],
    take: limit + 1,
  });
  const page = pageOf(rows, limit, (row) => [row.createdAt.getTime(), row.userId]);
  return { items: await withUsers(tx, page.items), nextCursor: page.nextCursor };
}

function holding(now: Date) {
  return { OR: [{ until: null }, { until: { gt: now } }] };
}
