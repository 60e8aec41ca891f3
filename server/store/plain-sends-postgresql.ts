import type { Client } from './client.js';
import type { Placement, PlainWriter } from './plain-batch.js';
import { searchTextOf } from './search/words.js';

/**
 * Milliseconds one batch waits for its rooms. Shorter than an ordinary transaction's wait: a room that stays locked
 * is then waited for by itself, for as long again, and the sender still has its answer in time.
 */
const lockTimeout = '1500';

interface PlacedRecord {
  readonly index: number;
  readonly seq: bigint | number | null;
  readonly pos: bigint | number | null;
  readonly isTaken: boolean;
}

/**
 * A batch as one statement: one round trip, and the locks are held for nothing but its own work and the commit.
 *
 * Everything in it sees the snapshot taken when it began, before it waited for any lock. What keeps it right:
 *
 * - `held` locks the rooms. For a row that changed while it waited, PostgreSQL (under READ COMMITTED) looks at the
 *   newest version, checks the conditions on it again and returns its columns. So `lastSeq`, `authzVersion` and
 *   `deletedAt` are those of the locked row, and everything else is computed from them alone.
 * - Membership is not asked for: a sub-select keeps the old snapshot, and would see someone who was removed while we
 *   waited. Whatever takes a right away raises `authzVersion`, so comparing that is enough.
 * - `taken` looks each client id up by the unique index: `EXISTS` may be answered by hashing every message there is, and
 *   a plan made while there were few is kept. It sees the old snapshot. A message committed since is caught by the
 *   unique index, which fails the statement; the batch is then done again one by one. There is no `ON CONFLICT`: a
 *   skipped row would leave a hole in `seq`. A message whose row was removed since raises `authzVersion` and so ends up
 *   fenced.
 * - Every lock is taken in one order: rooms by id (the lock node stands above the sort), then the shard. `head`
 *   counts what `stored` returns, so it can't touch the shard before all rooms are locked and all messages stored.
 * - The shard's row and the rooms' rows may be newer than the snapshot when they are updated. PostgreSQL then applies
 *   the update to the newest version: `pos + n` counts on from the last commit, and the rooms are ours since `held`.
 *
 * The lock timeout is set inside the statement, because outside a transaction it can't be set for one statement; as a
 * condition without a column it runs once, before any row is locked, and it ends with the statement.
 */
export function createPostgresqlPlainWriter(client: Client): PlainWriter {
  return async (shard, sends) => {
    const input = sends.map(({ message, authzVersion }, index) => ({
      index,
      authzVersion,
      id: message.id,
      roomId: message.roomId,
      senderId: message.senderId,
      content: message.content,
      format: message.format,
      attachments: message.attachments,
      custom: message.custom,
      clientId: message.clientId,
      bodyHash: message.bodyHash,
      createdAt: message.createdAt,
      searchText: searchTextOf(message),
    }));
    const records = await client.$queryRaw<PlacedRecord[]>`
      WITH "input" AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(${JSON.stringify(input)}::jsonb) AS "given" (
          "index" int, "authzVersion" int, "id" text, "roomId" text, "senderId" text, "content" text, "format" text,
          "attachments" jsonb, "custom" jsonb, "clientId" text, "bodyHash" text, "createdAt" timestamp(3),
          "searchText" text
        )
      ),
      "held" AS MATERIALIZED (
        SELECT "id", "lastSeq", "authzVersion" FROM "chat_room"
        WHERE "id" = ANY (ARRAY (SELECT "roomId" FROM "input")) AND "deletedAt" IS NULL
          AND (SELECT set_config('lock_timeout', ${lockTimeout}, true)) IS NOT NULL
        ORDER BY "id"
        FOR NO KEY UPDATE
      ),
      "taken" AS MATERIALIZED (
        SELECT "input"."index" FROM "input", LATERAL (
          SELECT 1 FROM "chat_message" "first" WHERE "first"."roomId" = "input"."roomId"
            AND "first"."senderId" = "input"."senderId" AND "first"."clientId" = "input"."clientId" LIMIT 1
        ) "said"
        UNION
        SELECT "input"."index" FROM "input", LATERAL (
          SELECT 1 FROM "chat_removed_message" "gone" WHERE "gone"."roomId" = "input"."roomId"
            AND "gone"."senderId" = "input"."senderId" AND "gone"."clientId" = "input"."clientId" LIMIT 1
        ) "removed"
      ),
      "accepted" AS MATERIALIZED (
        SELECT "input".*,
          "held"."lastSeq" + row_number() OVER (PARTITION BY "input"."roomId" ORDER BY "input"."index") AS "seq",
          row_number() OVER (ORDER BY "input"."index") AS "nth"
        FROM "input"
        JOIN "held" ON "held"."id" = "input"."roomId" AND "held"."authzVersion" = "input"."authzVersion"
        WHERE "input"."index" NOT IN (SELECT "index" FROM "taken")
      ),
      "stored" AS (
        INSERT INTO "chat_message" (
          "id", "roomId", "seq", "kind", "senderId", "content", "format", "attachments", "mentions", "mentionsRoom",
          "custom", "clientId", "bodyHash", "createdAt", "searchText"
        )
        SELECT "id", "roomId", "seq", 'user', "senderId", "content", "format", "attachments", '[]', false,
          "custom", "clientId", "bodyHash", "createdAt", "searchText"
        FROM "accepted" ORDER BY "index"
        RETURNING 1
      ),
      "head" AS (
        UPDATE "chat_shard" SET "pos" = "chat_shard"."pos" + "new"."count"
        FROM (SELECT count(*) AS "count" FROM "stored") "new"
        WHERE "chat_shard"."shard" = ${shard} AND "new"."count" > 0
        RETURNING "chat_shard"."pos" - "new"."count" AS "base"
      ),
      "logged" AS (
        INSERT INTO "chat_event" ("shard", "pos", "roomId", "seq", "type", "actorId", "at", "data")
        SELECT ${shard}, "head"."base" + "nth", "roomId", "seq", 'message.created', "senderId", "createdAt",
          jsonb_build_object('messageId', "id")
        FROM "accepted", "head" ORDER BY "nth"
      ),
      "moved" AS (
        UPDATE "chat_room" SET "lastSeq" = "last"."seq", "lastPos" = "last"."pos",
          "lastActivityAt" = greatest("chat_room"."lastActivityAt", "last"."at")
        FROM (
          SELECT "roomId", max("seq") AS "seq", max("head"."base" + "nth") AS "pos", max("createdAt") AS "at"
          FROM "accepted", "head" GROUP BY "roomId"
        ) "last"
        WHERE "chat_room"."id" = "last"."roomId"
      )
      SELECT "input"."index", "accepted"."seq", "head"."base" + "accepted"."nth" AS "pos",
        "taken"."index" IS NOT NULL AS "isTaken"
      FROM "input"
      LEFT JOIN "accepted" ON "accepted"."index" = "input"."index"
      LEFT JOIN "taken" ON "taken"."index" = "input"."index"
      LEFT JOIN "head" ON true`;
    const placements = sends.map((): Placement => ({ outcome: 'fenced' }));
    for (const record of records) placements[record.index] = placementOf(record);
    return placements;
  };
}

function placementOf({ seq, pos, isTaken }: PlacedRecord): Placement {
  if (isTaken) return { outcome: 'duplicate' };
  return seq === null || pos === null ? { outcome: 'fenced' } : { outcome: 'sent', seq: Number(seq), pos: Number(pos) };
}
