import { clearMessages, deleteMessages } from '../messages/delete.js';
import type { Deletion } from '../messages/delete.js';
import { select } from '../messages/raw.js';
import type { ReadTx, WriteTx } from '../transaction.js';

/** Places of a room's log that one statement looks at: few enough to be read at once and held in memory. */
export const seqsPerLook = 1_000;

/** Messages that one statement looks at for words of somebody else. */
const messagesPerLook = 10_000;

/** A piece of a room's log, as far as it was looked at. */
export interface Look<Item> {
  readonly items: readonly Item[];
  /** Look on from here; `null`: that was all. */
  readonly nextSeq: number | null;
}

/** What a user wrote in a piece of a room that still holds anything of theirs. */
export async function authoredIn(
  tx: ReadTx,
  { roomId, userId, afterSeq }: { readonly roomId: string; readonly userId: string; readonly afterSeq: number },
): Promise<Look<{ readonly id: string; readonly isDeleted: boolean }>> {
  const uptoSeq = afterSeq + seqsPerLook;
  const rows = await tx.db.chatMessage.findMany({
    where: {
      ...{ roomId, senderId: userId, kind: 'user', seq: { gt: afterSeq, lte: uptoSeq } },
      OR: [{ deletedAt: null }, { clientId: { not: null } }, { bodyHash: { not: null } }],
    },
    orderBy: { seq: 'asc' },
    select: { id: true, deletedAt: true },
  });
  const room = await tx.db.chatRoom.findUnique({ where: { id: roomId }, select: { lastSeq: true } });
  const items = rows.map(({ id, deletedAt }) => ({ id, isDeleted: deletedAt !== null }));
  return { items, nextSeq: uptoSeq < (room?.lastSeq ?? 0) ? uptoSeq : null };
}

/**
 * Deletes messages of a locked room for everyone because somebody is erased. In a room that was deleted before it is not
 * logged: `room.deleted` is the last event there. Reports about them go as well.
 */
export async function eraseMessages(tx: WriteTx, deletion: Deletion): Promise<void> {
  await tx.db.chatReport.deleteMany({ where: { messageId: { in: [...deletion.messageIds] } } });
  if (tx.room(deletion.roomId).deletedAt === null) await deleteMessages(tx, deletion);
  else await clearMessages(tx, deletion);
}

/** Drops what is left of deleted messages beside their place: client ids, and hashes of what they said. */
export async function eraseTraces(
  tx: WriteTx,
  { messageIds }: { readonly messageIds: readonly string[] },
): Promise<void> {
  const where = { id: { in: [...messageIds] } };
  const nothing = { clientId: null, bodyHash: null };
  await tx.db.chatMessage.updateMany({ where: { ...where, deletedAt: { not: null } }, data: nothing });
  await tx.db.chatRemovedMessage.updateMany({ where, data: nothing });
}

/** The same of messages whose rows were removed, in one room; at most `limit` of them. Returns how many. */
export async function eraseRemoved(
  tx: WriteTx,
  { roomId, userId, limit }: { readonly roomId: string; readonly userId: string; readonly limit: number },
): Promise<number> {
  const rows = await tx.db.chatRemovedMessage.findMany({
    where: { roomId, senderId: userId, clientId: { not: null } },
    take: limit,
    select: { id: true },
  });
  await eraseTraces(tx, { messageIds: rows.map(({ id }) => id) });
  return rows.length;
}

/** A piece of a room's reports. */
interface ReportPiece {
  readonly roomId: string;
  readonly userId: string;
  readonly afterId: string;
  readonly limit: number;
}

/**
 * Deletes what others reported of a user's messages in a locked room, of those that are gone as well: a reason may repeat
 * what was said. `nextId`: look on from there; `null`: those were all.
 */
export async function eraseReportsAbout(
  { db }: WriteTx,
  { roomId, userId, afterId, limit }: ReportPiece,
): Promise<{ readonly count: number; readonly nextId: string | null }> {
  const reports = await db.chatReport.findMany({
    where: { roomId, id: { gt: afterId } },
    orderBy: { id: 'asc' },
    take: limit,
    select: { id: true, messageId: true },
  });
  const where = { id: { in: [...new Set(reports.map(({ messageId }) => messageId))] }, senderId: userId };
  const kept = await db.chatMessage.findMany({ where, select: { id: true } });
  const removed = await db.chatRemovedMessage.findMany({ where, select: { id: true } });
  const messageIds = [...kept, ...removed].map(({ id }) => id);
  const own = { roomId, id: { in: reports.map(({ id }) => id) }, messageId: { in: messageIds } };
  const { count } = messageIds.length === 0 ? { count: 0 } : await db.chatReport.deleteMany({ where: own });
  return { count, nextId: reports.length < limit ? null : (reports.at(-1)?.id ?? null) };
}

/**
 * Messages, of anybody in any room, that are copies of what a user said, among the next of all messages. `nextId`: look
 * on from there; `null`: those were all.
 */
export async function copiesOf(
  tx: ReadTx,
  { userId, afterId }: { readonly userId: string; readonly afterId: string },
): Promise<{
  readonly items: readonly { readonly id: string; readonly roomId: string }[];
  readonly nextId: string | null;
}> {
  const [end] = await select<{ id: string | null; count: number | bigint }>(
    tx,
    `SELECT MAX(m."id") AS "id", COUNT(*) AS "count"
     FROM (SELECT "id" FROM "chat_message" WHERE "id" > ? ORDER BY "id" LIMIT ?) m`,
    [afterId, messagesPerLook],
  );
  const uptoId = end?.id ?? null;
  if (uptoId === null) return { items: [], nextId: null };
  const items = await tx.db.chatMessage.findMany({
    where: { id: { gt: afterId, lte: uptoId }, forwardedSenderId: userId, deletedAt: null },
    orderBy: { id: 'asc' },
    select: { id: true, roomId: true },
  });
  return { items, nextId: Number(end?.count ?? 0) < messagesPerLook ? null : uptoId };
}
