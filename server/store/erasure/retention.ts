import { clearMessages, deleteMessages } from '../messages/delete.js';
import type { ReadTx, WriteTx } from '../transaction.js';

/** Sets how long the messages of a locked room are kept. Nobody is told: it is no setting of the room's own. */
export function setRetention(
  tx: WriteTx,
  { roomId, days }: { readonly roomId: string; readonly days: number | null },
): Promise<'set' | 'unchanged'> {
  if (tx.room(roomId).retentionDays === days) return Promise.resolve('unchanged');
  tx.patch(roomId, { retentionDays: days });
  return Promise.resolve('set');
}

/** Living rooms whose messages are kept for a time only, in the order of their ids, at most `limit`. */
export function roomsWithRetention(
  tx: ReadTx,
  { afterId, limit }: { readonly afterId: string; readonly limit: number },
): Promise<readonly { readonly id: string; readonly retentionDays: number | null }[]> {
  return tx.db.chatRoom.findMany({
    where: { retentionDays: { not: null }, id: { gt: afterId }, deletedAt: null },
    orderBy: { id: 'asc' },
    take: limit,
    select: { id: true, retentionDays: true },
  });
}

/**
 * Removes the oldest messages of a locked room that are from before a time, at most `limit`, tombstones among them, with
 * all that hangs on them; what is not gone already is logged. Returns the ids of all that were removed.
 */
export async function expireMessages(
  tx: WriteTx,
  {
    roomId,
    before,
    limit,
    at,
  }: { readonly roomId: string; readonly before: Date; readonly limit: number; readonly at: Date },
): Promise<readonly string[]> {
  const oldest = await tx.db.chatMessage.findMany({
    where: { roomId },
    orderBy: { seq: 'asc' },
    take: limit,
    select: { id: true, createdAt: true, deletedAt: true },
  });
  const expired = oldest.filter(({ createdAt }) => createdAt < before);
  const [gone, living] = [expired.filter(isGone), expired.filter((row) => !isGone(row))];
  const deletion = { roomId, actorId: null, at, softDelete: false } as const;
  if (gone.length > 0) await clearMessages(tx, { ...deletion, messageIds: gone.map(({ id }) => id) });
  if (living.length > 0) await deleteMessages(tx, { ...deletion, messageIds: living.map(({ id }) => id) });
  const where = { messageId: { in: expired.map(({ id }) => id) } };
  if (expired.length > 0) await tx.db.chatReport.deleteMany({ where });
  return expired.map(({ id }) => id);
}

function isGone({ deletedAt }: { readonly deletedAt: Date | null }): boolean {
  return deletedAt !== null;
}
