import type { Mark, Page, Receipt } from '@confab/shared';
import type { MemberRow } from '../rows.js';
import type { ReadTx, WriteTx } from '../transaction.js';

/** Where a member's marks are to stand in a locked room; never lower than they are. */
export interface MarkMove {
  readonly me: MemberRow;
  readonly deliveredSeq: number;
  readonly readSeq: number;
}

export interface MarkMoves {
  readonly moves: readonly MarkMove[];
  readonly at: Date;
}

/** Moves marks and keeps one range per mark that moved, so that reading 50 messages writes one row. */
export async function moveMarks(tx: WriteTx, { moves, at }: MarkMoves): Promise<readonly Mark[]> {
  const ranges = moves.flatMap(({ me, deliveredSeq, readSeq }) => [
    ...range(me, 'delivered', me.deliveredSeq, deliveredSeq, at),
    ...range(me, 'read', me.readSeq, readSeq, at),
  ]);
  for (const { me, deliveredSeq, readSeq } of moves) {
    if (deliveredSeq === me.deliveredSeq && readSeq === me.readSeq) continue;
    const { roomId, userId } = me;
    await tx.db.chatMember.updateMany({ where: { roomId, userId }, data: { deliveredSeq, readSeq } });
  }
  if (ranges.length > 0) await tx.db.chatReceipt.createMany({ data: ranges });
  return moves.map(({ me, deliveredSeq, readSeq }) => ({ roomId: me.roomId, deliveredSeq, readSeq }));
}

/** `moveMarks` as `message.ack` calls it. */
export async function ackMessages(tx: WriteTx, input: MarkMoves): Promise<readonly Mark[]> {
  return moveMarks(tx, input);
}

/** `moveMarks` as `message.read` calls it. */
export async function readMessages(tx: WriteTx, input: MarkMoves): Promise<readonly Mark[]> {
  return moveMarks(tx, input);
}

// What was said before the membership was never delivered to it, whatever the mark says.
function range({ roomId, userId, joinSeq }: MemberRow, kind: 'delivered' | 'read', from: number, to: number, at: Date) {
  const fromSeq = Math.max(from + 1, joinSeq);
  return fromSeq > to ? [] : [{ roomId, userId, kind, fromSeq, toSeq: to, at }];
}

/** Who sent the messages of a stretch, the reader left out: at most `limit`. */
export async function sendersBetween(
  tx: ReadTx,
  stretch: {
    readonly roomId: string;
    readonly afterSeq: number;
    readonly uptoSeq: number;
    readonly exceptUserId: string;
    readonly limit: number;
  },
): Promise<readonly string[]> {
  const { roomId, afterSeq, uptoSeq, exceptUserId, limit } = stretch;
  const rows = await tx.db.$queryRaw<{ readonly senderId: string }[]>`
    SELECT DISTINCT m."senderId" AS "senderId" FROM "chat_message" m
    WHERE m."roomId" = ${roomId} AND m."seq" > ${afterSeq} AND m."seq" <= ${uptoSeq}
      AND m."kind" = 'user' AND m."senderId" <> ${exceptUserId}
    LIMIT ${limit}`;
  return rows.map((row) => row.senderId);
}

/**
 * When each current member but the sender got and read the message, longest-standing first. Two statements a page.
 * `after` is where the page before ended.
 */
export async function listReceipts(
  tx: ReadTx,
  input: {
    readonly roomId: string;
    readonly seq: number;
    readonly senderId: string;
    readonly limit: number;
    readonly after: ReceiptCursor | null;
  },
): Promise<Omit<Page<Receipt>, 'nextCursor'> & { readonly next: ReceiptCursor | null }> {
  const { roomId, seq, senderId, limit, after } = input;
  const members = await tx.db.chatMember.findMany({
    where: {
      roomId,
      status: 'in',
      userId: { not: senderId },
      ...(after === null
        ? {}
        : { OR: [{ joinSeq: { gt: after.joinSeq } }, { joinSeq: after.joinSeq, userId: { gt: after.userId } }] }),
    },
    orderBy: [{ joinSeq: 'asc' }, { userId: 'asc' }],
    take: limit + 1,
    select: { userId: true, joinSeq: true },
  });
  const page = members.slice(0, limit);
  const ranges = await tx.db.chatReceipt.findMany({
    where: {
      roomId,
      userId: { in: page.map((member) => member.userId) },
      fromSeq: { lte: seq },
      toSeq: { gte: seq },
    },
    select: { userId: true, kind: true, at: true },
  });
  const at = new Map(ranges.map((row) => [`${row.kind} ${row.userId}`, row.at]));
  const items = page.map(({ userId }) => ({
    userId,
    deliveredAt: at.get(`delivered ${userId}`) ?? null,
    readAt: at.get(`read ${userId}`) ?? null,
  }));
  return { items, next: members.length > limit ? (page.at(-1) ?? null) : null };
}

/** The last member of a page of receipts. */
export interface ReceiptCursor {
  readonly joinSeq: number;
  readonly userId: string;
}
