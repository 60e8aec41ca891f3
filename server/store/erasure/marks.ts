import type { Prisma } from '../generated/sqlite/client.js';
import { jsonArray } from '../messages/json.js';
import type { ReadTx, WriteTx } from '../transaction.js';
import { seqsPerLook } from './messages.js';

/** How much of a user's own one transaction takes away. */
interface Step {
  readonly userId: string;
  readonly limit: number;
  readonly at: Date;
}

/**
 * Takes a user's reactions back, at most `limit`, and returns how many. Rooms hear of `message.updated`, which names no
 * emoji: who is erased has said nothing.
 */
export async function eraseReactions(tx: WriteTx, { userId, limit, at }: Step): Promise<number> {
  const rows = await tx.db.chatReaction.findMany({
    where: { userId },
    orderBy: { messageId: 'asc' },
    take: limit,
    select: { messageId: true, roomId: true },
  });
  if (rows.length === 0) return 0;
  await tx.lock(rows.map(({ roomId }) => roomId));
  const messageIds = [...new Set(rows.map(({ messageId }) => messageId))];
  const { count } = await tx.db.chatReaction.deleteMany({ where: { userId, messageId: { in: messageIds } } });
  await logUpdates(tx, messageIds, at);
  return count;
}

/** Takes a user out of what others said to them, at most `limit` times, and returns how often. */
export async function eraseMentions(tx: WriteTx, { userId, limit, at }: Step): Promise<number> {
  const rows = await tx.db.chatMention.findMany({
    where: { userId },
    orderBy: [{ roomId: 'asc' }, { seq: 'asc' }],
    take: limit,
    select: { messageId: true, roomId: true },
  });
  if (rows.length === 0) return 0;
  await tx.lock(rows.map(({ roomId }) => roomId));
  const messageIds = rows.map(({ messageId }) => messageId);
  const { count } = await tx.db.chatMention.deleteMany({ where: { userId, messageId: { in: messageIds } } });
  const messages = await tx.db.chatMessage.findMany({
    where: { id: { in: messageIds } },
    select: { id: true, mentions: true },
  });
  for (const { id, mentions } of messages) {
    if (!Array.isArray(mentions)) continue;
    const others = jsonArray(mentions.filter((mention) => mention !== userId));
    await tx.db.chatMessage.update({ where: { id }, data: { mentions: others }, select: { id: true } });
  }
  await logUpdates(tx, messageIds, at);
  return count;
}

/** Tells the living rooms of these messages, all of them locked, that the messages read differently now. */
async function logUpdates(tx: WriteTx, messageIds: readonly string[], at: Date): Promise<void> {
  const living = await tx.db.chatMessage.findMany({
    where: { id: { in: [...messageIds] }, deletedAt: null },
    orderBy: { id: 'asc' },
    select: { id: true, roomId: true },
  });
  for (const { id: messageId, roomId } of living) {
    if (tx.room(roomId).deletedAt !== null) continue;
    tx.append({ roomId, type: 'message.updated', actorId: null, at, data: { messageId } });
  }
}

/** Deletes a user's receipts of a room, at most `limit`, and returns how many. */
export async function eraseReceipts(
  tx: WriteTx,
  { roomId, userId, limit }: { readonly roomId: string; readonly userId: string; readonly limit: number },
): Promise<number> {
  const rows = await tx.db.chatReceipt.findMany({
    where: { roomId, userId },
    take: limit,
    select: { kind: true, toSeq: true },
  });
  for (const kind of new Set(rows.map((row) => row.kind))) {
    const toSeq = { in: rows.filter((row) => row.kind === kind).map((row) => row.toSeq) };
    await tx.db.chatReceipt.deleteMany({ where: { roomId, userId, kind, toSeq } });
  }
  return rows.length;
}

/** The rooms somebody ever was in, in the order of their ids, at most `limit`. */
export async function everRoomsOf(
  tx: ReadTx,
  { userId, afterId, limit }: { readonly userId: string; readonly afterId: string; readonly limit: number },
): Promise<readonly string[]> {
  const rows = await tx.db.chatMember.findMany({
    where: { userId, roomId: { gt: afterId } },
    orderBy: { roomId: 'asc' },
    take: limit,
    select: { roomId: true },
  });
  return rows.map(({ roomId }) => roomId);
}

/** Leaves nothing of a past membership but that it was, which the log has to know. */
export async function eraseMembership(
  tx: WriteTx,
  { roomId, userId }: { readonly roomId: string; readonly userId: string },
): Promise<void> {
  const nothing = { notify: 'all', archived: false, pinned: false, mutedUntil: null, readSeq: 0, deliveredSeq: 0 };
  await tx.db.chatMember.updateMany({
    where: { roomId, userId },
    data: { ...nothing, role: 'member', permissions: [], custom: {} },
  });
}

/**
 * Blanks what a user reacted with in a piece of a room's log: an emoji may be any short text. Returns where to go on;
 * `null`: that was all.
 */
export async function eraseEmoji(
  tx: WriteTx,
  { roomId, userId, afterSeq }: { readonly roomId: string; readonly userId: string; readonly afterSeq: number },
): Promise<number | null> {
  const uptoSeq = afterSeq + seqsPerLook;
  const rows = await tx.db.chatEvent.findMany({
    where: { roomId, type: 'message.reaction', actorId: userId, seq: { gt: afterSeq, lte: uptoSeq } },
    select: { shard: true, pos: true, data: true },
  });
  for (const { shard, pos, data: facts } of rows) {
    const { emoji, replaced: _replaced, ...rest } = facts as Prisma.JsonObject;
    if (emoji === '') continue;
    await tx.db.chatEvent.update({
      where: { shard_pos: { shard, pos } },
      data: { data: { ...rest, emoji: '' } },
      select: { pos: true },
    });
  }
  const room = await tx.db.chatRoom.findUnique({ where: { id: roomId }, select: { lastSeq: true } });
  return uptoSeq < (room?.lastSeq ?? 0) ? uptoSeq : null;
}

/** Deletes events that were for the user alone, at most `limit`, and returns how many. Nobody else's log has them. */
export async function erasePersonalLog(
  tx: WriteTx,
  { roomId, limit }: { readonly roomId: string; readonly limit: number },
): Promise<number> {
  const rows = await tx.db.chatEvent.findMany({
    where: { roomId },
    orderBy: { seq: 'asc' },
    take: limit,
    select: { seq: true },
  });
  const last = rows.at(-1);
  if (last === undefined) return 0;
  const { count } = await tx.db.chatEvent.deleteMany({ where: { roomId, seq: { lte: last.seq } } });
  return count;
}
