import type { Page, UserProfile } from '@confab/shared';
import { olderThan, pageOf, readPlace, timePlace } from '../page.js';
import { loadProfiles, profileOf, withUsers } from '../present/user.js';
import type { ReadTx, WriteTx } from '../transaction.js';

/** A ban as it is kept. */
export interface UserBanRow {
  readonly userId: string;
  /** `null`: for ever. */
  readonly until: Date | null;
  readonly reason: string | null;
  readonly createdAt: Date;
}

/** A user whom the host keeps out, as `user.bans` lists them. */
export interface UserBan extends UserBanRow {
  readonly user: UserProfile;
}

/** What keeps a user out. */
export interface ExclusionRow {
  readonly userId: string;
  /** A ban, which may be over; `null`: none. */
  readonly ban: { readonly until: Date | null; readonly createdAt: Date } | null;
  /** Credentials issued up to then are refused; `null`: the user was never erased. */
  readonly erasedAt: Date | null;
}

/** Keeps a ban in the place of an earlier one; one that says the same as the earlier is not new. */
export async function banFromChat(
  tx: WriteTx,
  ban: UserBanRow,
): Promise<{ readonly ban: UserBan; readonly isNew: boolean }> {
  const { userId, until, reason, createdAt } = ban;
  const user = profileOf(await loadProfiles(tx, [userId]), userId);
  const before = await tx.db.chatUserBan.findUnique({ where: { userId } });
  const isSame = before !== null && before.until?.getTime() === until?.getTime() && before.reason === reason;
  if (isSame) return { ban: { ...before, user }, isNew: false };
  const data = { until, reason, createdAt };
  // An upsert, because another node may be doing the same at this moment.
  await tx.db.chatUserBan.upsert({ where: { userId }, create: { userId, ...data }, update: data });
  return { ban: { ...ban, user }, isNew: true };
}

/** Lifts a ban. */
export async function unbanFromChat(
  tx: WriteTx,
  { userId }: { readonly userId: string },
): Promise<'unbanned' | 'unchanged'> {
  const { count } = await tx.db.chatUserBan.deleteMany({ where: { userId } });
  return count > 0 ? 'unbanned' : 'unchanged';
}

/** The bans that hold now, newest first. */
export async function listUserBans(
  tx: ReadTx,
  input: { readonly now: Date; readonly limit: number; readonly cursor: string | undefined },
): Promise<Page<UserBan>> {
  const { now, limit } = input;
  const holding = { OR: [{ until: null }, { until: { gt: now } }] };
  const rows = await tx.db.chatUserBan.findMany({
    where: { AND: [holding, olderThan(readPlace(input.cursor, timePlace), 'userId')] },
    orderBy: [{ createdAt: 'desc' }, { userId: 'desc' }],
    take: limit + 1,
  });
  const page = pageOf(rows, limit, (row) => [row.createdAt.getTime(), row.userId]);
  return { items: await withUsers(tx, page.items), nextCursor: page.nextCursor };
}

/** What keeps this user out, past bans too. */
export async function findExclusion(tx: ReadTx, { userId }: { readonly userId: string }): Promise<ExclusionRow> {
  const ban = await tx.db.chatUserBan.findUnique({ where: { userId }, select: { until: true, createdAt: true } });
  const user = await tx.db.chatUser.findUnique({ where: { id: userId }, select: { erasedAt: true } });
  return { userId, ban, erasedAt: user?.erasedAt ?? null };
}

/** Bans made and users erased at `since` or later, oldest first, at most `limit`. */
export async function listExclusions(
  tx: ReadTx,
  { since, limit }: { readonly since: Date; readonly limit: number },
): Promise<readonly { readonly userId: string; readonly kind: 'ban' | 'erasure'; readonly at: Date }[]> {
  const bans = await tx.db.chatUserBan.findMany({
    where: { createdAt: { gte: since } },
    orderBy: { createdAt: 'asc' },
    take: limit,
    select: { userId: true, createdAt: true },
  });
  const erased = await tx.db.chatUser.findMany({
    where: { erasedAt: { gte: since } },
    orderBy: { erasedAt: 'asc' },
    take: limit,
    select: { id: true, erasedAt: true },
  });
  return [
    ...bans.map(({ userId, createdAt }) => ({ userId, kind: 'ban' as const, at: createdAt })),
    ...erased.flatMap(({ id, erasedAt }) =>
      erasedAt === null ? [] : [{ userId: id, kind: 'erasure' as const, at: erasedAt }],
    ),
  ]
    .toSorted((a, b) => a.at.getTime() - b.at.getTime())
    .slice(0, limit);
}
