import type { LogRow } from '../events/log.js';
import type { Prisma } from './generated/sqlite/client.js';
import type { Db, NewEvent, ReadTx } from './transaction.js';

/** An event with its place in its room, waiting for its place in the log. */
export interface PendingEvent extends NewEvent {
  readonly shard: number;
  readonly seq: number;
}

/**
 * Gives the events their positions and stores them. To be called last: it locks shard rows, by number, and everything
 * else that writes to these shards waits for the commit. Returns the rows in `pos` order per shard.
 */
export async function writeLog(tx: ReadTx, events: readonly PendingEvent[]): Promise<LogRow[]> {
  const byShard = new Map<number, PendingEvent[]>();
  for (const event of events) byShard.set(event.shard, [...(byShard.get(event.shard) ?? []), event]);
  const rows: LogRow[] = [];
  for (const [shard, group] of [...byShard].toSorted(([a], [b]) => a - b)) {
    const base = (await takePositions(tx.db, shard, group.length)) - group.length;
    group.forEach((event, index) => rows.push({ ...event, pos: base + index + 1 }));
  }
  if (rows.length > 0) await tx.db.chatEvent.createMany({ data: rows.map(eventRecord) });
  return rows;
}

/** Takes `count` positions of a shard and returns the last of them. */
export async function takePositions(db: Db, shard: number, count: number): Promise<number> {
  const [head] = await db.$queryRaw<{ pos: bigint | number }[]>`
    UPDATE "chat_shard" SET "pos" = "pos" + ${count} WHERE "shard" = ${shard} RETURNING "pos"`;
  if (head === undefined) throw new Error(`The log has no shard ${shard}.`);
  return Number(head.pos);
}

function eventRecord(row: LogRow): Prisma.ChatEventCreateManyInput {
  return {
    shard: row.shard,
    pos: row.pos,
    roomId: row.roomId,
    seq: row.seq,
    type: row.type,
    actorId: row.actorId,
    at: row.at,
    data: row.data as Prisma.InputJsonObject,
  };
}
