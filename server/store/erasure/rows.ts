import { deleteSome } from '../some-rows.js';
import type { Belongings } from '../some-rows.js';
import type { WriteTx } from '../transaction.js';

/** What is one's own and nobody else's: these rows are deleted. */
const ownTables: readonly Belongings[] = [
  { table: 'chat_notification', of: 'userId', key: ['id'] },
  { table: 'chat_draft', of: 'userId', key: ['userId', 'roomId', 'threadId'] },
  { table: 'chat_scheduled_message', of: 'userId', key: ['id'] },
  { table: 'chat_push_subscription', of: 'userId', key: ['id'] },
  { table: 'chat_delivery', of: 'userId', key: ['id'] },
  { table: 'chat_user_preferences', of: 'userId', key: ['userId'] },
  { table: 'chat_block', of: 'userId', key: ['userId', 'blockedId'] },
  { table: 'chat_thread_member', of: 'userId', key: ['threadId', 'userId'] },
  { table: 'chat_hidden_message', of: 'userId', key: ['userId', 'messageId'] },
  { table: 'chat_join_request', of: 'userId', key: ['roomId', 'userId'] },
  { table: 'chat_invite', of: 'createdBy', key: ['id'] },
  { table: 'chat_invite', of: 'userId', key: ['id'] },
  { table: 'chat_report', of: 'reporterId', key: ['id'] },
  { table: 'chat_session', of: 'userId', key: ['userId', 'id'] },
];

/** Deletes at most `limit` rows of a user's own, in no order, and says how many; fewer than `limit` were the last. */
export async function eraseOwnRows(
  tx: WriteTx,
  { userId, limit }: { readonly userId: string; readonly limit: number },
): Promise<number> {
  let left = limit;
  for (const own of ownTables) {
    if (left <= 0) break;
    left -= await deleteSome(tx.db, own, userId, left);
  }
  return limit - left;
}

/**
 * Blanks what is said of a user, or by them, in rows that have to stay: why they or somebody else was banned, and the
 * hashes of what they said when they made rooms. Rooms themselves belong to those who are in them. Returns how many.
 */
export async function eraseRemarks(tx: WriteTx, { userId }: { readonly userId: string }): Promise<number> {
  const bans = await tx.db.chatBan.updateMany({
    where: { OR: [{ userId }, { actorId: userId }], reason: { not: null } },
    data: { reason: null },
  });
  const ban = await tx.db.chatUserBan.updateMany({ where: { userId, reason: { not: null } }, data: { reason: null } });
  const rooms = await tx.db.chatRoom.updateMany({
    where: { createdBy: userId, clientId: { not: null } },
    data: { clientId: null, bodyHash: null },
  });
  return bans.count + ban.count + rooms.count;
}

/**
 * Empties a user's profile and says when; credentials issued up to then are refused. `unchanged` when they were erased
 * already and nothing has come since.
 */
export async function markErased(
  tx: WriteTx,
  { userId, at }: { readonly userId: string; readonly at: Date },
): Promise<'marked' | 'unchanged'> {
  const found = await tx.db.chatUser.findUnique({ where: { id: userId } });
  const isNamed = found !== null && (found.name !== null || found.image !== null || found.lastSeenAt !== null);
  if (found !== null && found.erasedAt !== null && !isNamed) {
    if ((await tx.db.chatSession.count({ where: { userId } })) === 0) return 'unchanged';
  }
  const data = { name: null, image: null, lastSeenAt: null, updatedAt: at, erasedAt: at };
  await tx.db.chatUser.upsert({ where: { id: userId }, create: { id: userId, ...data }, update: data });
  return 'marked';
}
