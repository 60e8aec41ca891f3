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

/** Keeps what the host says of its users. One statement each. */
export async function saveProfiles(
  tx: WriteTx,
  { profiles, at }: { readonly profiles: readonly UserProfile[]; readonly at: Date },
): Promise<void> {
  for (const { id, name, image } of profiles) {
    await tx.db.chatUser.upsert({
      where: { id },
      create: { id, name, image, updatedAt: at },
      update: { name, image, updatedAt: at },
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
