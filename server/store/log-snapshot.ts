import type { LogSnapshot, Membership, ShardHead } from '../events/log.js';
import { personalRoom } from '../events/log.js';
import { template } from './sql.js';
import type { Provider, ReadTx } from './transaction.js';

// SQLite's columns without a declared type come as bigint, so every number here is converted.

/** Which part of the snapshot a record is of. */
const parts = { head: 0, personal: 1, membership: 2 } as const;

interface SnapshotRecord {
  readonly part: number | bigint;
  readonly shard: number | bigint;
  readonly roomId: string;
  readonly status: string;
  readonly joinSeq: number | bigint;
  readonly leftSeq: number | bigint | null;
  readonly leftPos: number | bigint | null;
  readonly lastSeq: number | bigint;
  readonly lastPos: number | bigint;
  readonly isDeleted: number | bigint;
}

// One statement, because one statement sees one moment on both databases. A read transaction would do so, too, but on
// SQLite every other read of this process would fall into it and see its old moment.
const statements: Readonly<Record<Provider, TemplateStringsArray>> = {
  sqlite: snapshotStatement((shard) => [`json_extract(`, `, '$[' || ${shard} || ']')`]),
  postgresql: snapshotStatement((shard) => [`(`, `::jsonb ->> ${shard})::bigint`]),
};

function snapshotStatement(since: (shard: string) => readonly [string, string]): TemplateStringsArray {
  const [open, close] = since('"room"."shard"');
  return template(
    `SELECT ${parts.head} AS "part", "shard", '' AS "roomId", '' AS "status", 0 AS "joinSeq", 0 AS "leftSeq",
       "floorPos" AS "leftPos", 0 AS "lastSeq", "pos" AS "lastPos", 0 AS "isDeleted"
     FROM "chat_shard"
     UNION ALL
     SELECT ${parts.personal}, "shard", '', '', 0, 0, 0, 0, "lastPos", 0 FROM "chat_room" WHERE "id" = `,
    `
     UNION ALL
     SELECT ${parts.membership}, "room"."shard", "room"."id", "member"."status", "member"."joinSeq", "member"."leftSeq",
       "member"."leftPos", "room"."lastSeq", "room"."lastPos", CASE WHEN "room"."deletedAt" IS NULL THEN 0 ELSE 1 END
     FROM "chat_member" "member" JOIN "chat_room" "room" ON "room"."id" = "member"."roomId"
     WHERE "member"."userId" = `,
    ` AND (
       "member"."status" = 'in' AND "room"."deletedAt" IS NULL
       OR "member"."status" = 'in' AND "room"."lastPos" > ${open}`,
    `${close}
       OR "member"."status" = 'out' AND "member"."leftPos" > ${open}`,
    `${close})`,
  );
}

/** Heads, memberships and the personal position as they were at one moment. */
export async function readSnapshot(tx: ReadTx, userId: string, since?: readonly number[]): Promise<LogSnapshot> {
  // Nothing is greater than the missing positions of an empty list, so without `since` what is past is left out.
  const positions = JSON.stringify(since ?? []);
  const records = await tx.db.$queryRaw<SnapshotRecord[]>(
    statements[tx.provider],
    personalRoom(userId),
    userId,
    positions,
    positions,
  );
  const heads: ShardHead[] = [];
  const memberships: Membership[] = [];
  let personalPos = 0;
  for (const record of records) {
    const part = Number(record.part);
    if (part === parts.head) heads[Number(record.shard)] = headOf(record);
    else if (part === parts.personal) personalPos = Number(record.lastPos);
    else memberships.push(membershipOf(record));
  }
  return { heads, memberships, personalPos };
}

function headOf(record: SnapshotRecord): ShardHead {
  return { pos: Number(record.lastPos), floorPos: Number(record.leftPos) };
}

function membershipOf(record: SnapshotRecord): Membership {
  return {
    roomId: record.roomId,
    shard: Number(record.shard),
    status: record.status === 'in' ? 'in' : 'out',
    joinSeq: Number(record.joinSeq),
    leftSeq: record.leftSeq === null ? null : Number(record.leftSeq),
    leftPos: record.leftPos === null ? null : Number(record.leftPos),
    lastSeq: Number(record.lastSeq),
    lastPos: Number(record.lastPos),
    isDeleted: Number(record.isDeleted) === 1,
  };
}
