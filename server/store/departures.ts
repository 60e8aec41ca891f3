import type { LogRow } from '../events/log.js';
import type { Db } from './transaction.js';

/** Users who left a room in a transaction that has not ended. */
export interface Departure {
  readonly roomId: string;
  readonly userIds: readonly string[];
  /** That of their `member.removed`. */
  readonly seq: number;
  readonly reason: 'left' | 'removed' | 'banned';
  /** Their rows say so already, but for the position. */
  readonly isStored: boolean;
}

/** Marks the members as gone, before the position of their last event is known. */
export async function storeDepartures(db: Db, departures: readonly Departure[]): Promise<void> {
  for (const { roomId, userIds, seq, reason } of departures) {
    await db.chatMember.updateMany({
      where: { roomId, userId: { in: [...userIds] } },
      data: { status: 'out', leftSeq: seq, leftReason: reason },
    });
  }
}

/** Marks the members as gone, with the position of their last event. */
export async function storeDeparturePositions(
  db: Db,
  departures: readonly Departure[],
  rows: readonly LogRow[],
): Promise<void> {
  if (departures.length === 0) return;
  const positions = new Map(rows.map((row) => [`${row.roomId} ${row.seq}`, row.pos]));
  for (const { roomId, userIds, seq, reason, isStored } of departures) {
    // Someone who came back within the same transaction is a member again and has no `leftSeq`.
    const stillGone = isStored ? { status: 'out', leftSeq: seq } : {};
    await db.chatMember.updateMany({
      where: { roomId, userId: { in: [...userIds] }, ...stillGone },
      data: { status: 'out', leftSeq: seq, leftReason: reason, leftPos: positions.get(`${roomId} ${seq}`) ?? null },
    });
  }
}
