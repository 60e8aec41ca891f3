import type { UserProfile } from '@confab/shared';
import { placeholders, select } from '../messages/raw.js';
import { loadProfiles } from '../present/user.js';
import type { ReadTx, WriteTx } from '../transaction.js';

/** The profiles of these users in one statement; users never heard of have one without name and image. */
export function findProfiles(
  tx: ReadTx,
  { userIds }: { readonly userIds: readonly string[] },
): Promise<ReadonlyMap<string, UserProfile>> {
  return loadProfiles(tx, userIds);
}

/**
 * Who says what a user is called: the host itself, which knows best, or credentials by the time they were issued, `null`
 * when that is not known.
 */
export type ProfileSource = 'host' | Date | null;

/**
 * Keeps what is said of users. One statement each. Of somebody who was erased it is kept only if the host itself says
 * it, which makes them a user like any other again, or credentials that were issued since.
 */
export async function saveProfiles(
  tx: WriteTx,
  input: { readonly profiles: readonly UserProfile[]; readonly at: Date; readonly source?: ProfileSource },
): Promise<void> {
  const { at, source = null } = input;
  const erased = await tx.db.chatUser.findMany({
    where: { id: { in: input.profiles.map(({ id }) => id) }, erasedAt: { not: null } },
    select: { id: true, erasedAt: true },
  });
  const refused = new Set(erased.filter(({ erasedAt }) => !isSince(source, erasedAt)).map(({ id }) => id));
  for (const { id, name, image } of input.profiles) {
    if (refused.has(id)) continue;
    const back = source === 'host' ? { erasedAt: null } : {};
    await tx.db.chatUser.upsert({
      where: { id },
      create: { id, name, image, updatedAt: at },
      update: { name, image, updatedAt: at, ...back },
      select: { id: true },
    });
  }
}

/**
 * The users, `userId` among them, who share a living room of at most `maxRoomSize` members with this user; no more than
 * `limit` of them.
 */
export async function coMembers(
  tx: ReadTx,
  { userId, maxRoomSize, limit }: { readonly userId: string; readonly maxRoomSize: number; readonly limit: number },
): Promise<readonly string[]> {
  const rows = await select<{ userId: string }>(
    tx,
    `SELECT DISTINCT o."userId" AS "userId"
     FROM "chat_member" m
     JOIN "chat_room" r ON r."id" = m."roomId"
     JOIN "chat_member" o ON o."roomId" = m."roomId"
     WHERE m."userId" = ? AND m."status" = 'in'
       AND r."deletedAt" IS NULL AND r."memberCount" <= ?
       AND o."status" = 'in'
     LIMIT ?`,
    [userId, maxRoomSize, limit],
  );
  return rows.map((row) => row.userId);
}

/** Those of `others` who share a living room with the user. */
export async function sharingRooms(
  tx: ReadTx,
  { userId, others }: { readonly userId: string; readonly others: readonly string[] },
): Promise<ReadonlySet<string>> {
  if (others.length === 0) return new Set();
  const rows = await select<{ userId: string }>(
    tx,
    `SELECT DISTINCT o."userId" AS "userId"
     FROM "chat_member" o
     JOIN "chat_member" m ON m."roomId" = o."roomId"
     JOIN "chat_room" r ON r."id" = o."roomId"
     WHERE o."userId" IN ${placeholders(others.length)} AND o."status" = 'in'
       AND m."userId" = ? AND m."status" = 'in'
       AND r."deletedAt" IS NULL`,
    [...others, userId],
  );
  return new Set(rows.map((row) => row.userId));
}

function isSince(source: ProfileSource, erasedAt: Date | null): boolean {
  return erasedAt === null || source === 'host' || (source !== null && source > erasedAt);
}
