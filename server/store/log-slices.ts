import type { LogRow, RoomSlice } from '../events/log.js';
import type { ChatEvent } from './generated/sqlite/client.js';
import { logRow } from './records.js';
import type { ReadTx } from './transaction.js';

/** Slices that one statement reads. */
const slicesPerStatement = 250;

/** At most `limit` rows of each slice, all of them in (shard, pos) order. */
export async function readSlices(tx: ReadTx, slices: readonly RoomSlice[], limit: number): Promise<LogRow[]> {
  const rows: LogRow[] = [];
  for (let start = 0; start < slices.length; start += slicesPerStatement) {
    const records = await readSome(tx, slices.slice(start, start + slicesPerStatement), limit);
    rows.push(...records.map(logRow));
  }
  return rows.toSorted((a, b) => a.shard - b.shard || a.pos - b.pos);
}

// Per slice an index range that stops after `limit` rows, so a room that is far behind costs no more than one that isn't.
function readSome(tx: ReadTx, slices: readonly RoomSlice[], limit: number): Promise<ChatEvent[]> {
  const given = JSON.stringify(slices);
  if (tx.provider === 'postgresql') {
    return tx.db.$queryRaw<ChatEvent[]>`
      SELECT "found".* FROM jsonb_to_recordset(${given}::jsonb)
        AS "slice" ("roomId" text, "afterPos" bigint, "uptoPos" bigint, "fromSeq" int)
      CROSS JOIN LATERAL (
        SELECT "shard", "pos", "roomId", "seq", "type", "actorId", "at", "data" FROM "chat_event"
        WHERE "roomId" = "slice"."roomId" AND "pos" > "slice"."afterPos" AND "pos" <= "slice"."uptoPos"
          AND "seq" >= "slice"."fromSeq"
        ORDER BY "pos" LIMIT ${limit}
      ) "found"`;
  }
  return tx.db.$queryRaw<ChatEvent[]>`
    SELECT "event"."shard", "event"."pos", "event"."roomId", "event"."seq", "event"."type", "event"."actorId",
      "event"."at", "event"."data"
    FROM json_each(${given}) "slice"
    JOIN "chat_event" "event" ON "event"."shard" = json_extract("slice"."value", '$.shard')
      AND "event"."pos" IN (
        SELECT "pos" FROM "chat_event" WHERE "roomId" = json_extract("slice"."value", '$.roomId')
          AND "pos" > json_extract("slice"."value", '$.afterPos')
          AND "pos" <= json_extract("slice"."value", '$.uptoPos')
          AND "seq" >= json_extract("slice"."value", '$.fromSeq')
        ORDER BY "pos" LIMIT ${limit}
      )`;
}
