import type { ReadTx } from '../transaction.js';

/** Which of these users are members of `limit` living rooms or more. */
export async function usersAtRoomLimit(
  tx: ReadTx,
  { userIds, limit }: { readonly userIds: readonly string[]; readonly limit: number },
): Promise<ReadonlySet<string>> {
  // Memberships of deleted rooms stay, so this counts too many; it is cheap, and rules nearly everyone out.
  const groups = await tx.db.chatMember.groupBy({
    by: ['userId'],
    where: { userId: { in: [...userIds] }, status: 'in' },
    having: { userId: { _count: { gte: limit } } },
  });
  const atLimit = new Set<string>();
  for (const { userId } of groups) {
    if ((await countLivingRooms(tx, userId)) >= limit) atLimit.add(userId);
  }
  return atLimit;
}

async function countLivingRooms(tx: ReadTx, userId: string): Promise<number> {
  const rows = await tx.db.$queryRaw<{ readonly rooms: number | bigint }[]>`
    SELECT COUNT(*) AS "rooms"
    FROM "chat_member" m JOIN "chat_room" r ON r."id" = m."roomId"
    WHERE m."userId" = ${userId} AND m."status" = 'in' AND r."deletedAt" IS NULL`;
  return Number(rows[0]?.rooms ?? 0);
}
