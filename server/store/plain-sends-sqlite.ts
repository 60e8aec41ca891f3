import type { LogRow } from '../events/log.js';
import type { Client, TransactionOptions } from './client.js';
import { takePositions } from './log-writer.js';
import { placedRow } from './plain-batch.js';
import type { Placement, PlainWriter } from './plain-batch.js';
import type { PlainSend } from './port.js';
import { searchTextOf } from './search/words.js';
import { valuesTemplate } from './sql.js';
import type { SqliteQueue } from './sqlite-queue.js';
import type { Db } from './transaction.js';

/**
 * A batch as one transaction in the queue of writes. Its first statement writes, so it holds SQLite's one write lock
 * from then on and everything it reads afterwards is final.
 */
export function createSqlitePlainWriter(client: Client, queue: SqliteQueue, limits: TransactionOptions): PlainWriter {
  return (shard, sends) => queue.run(() => client.$transaction((db) => storeBatch(db, shard, sends), limits));
}

async function storeBatch(db: Db, shard: number, sends: readonly PlainSend[]): Promise<readonly Placement[]> {
  const roomIds = JSON.stringify([...new Set(sends.map(({ message }) => message.roomId))]);
  const rooms = await db.$queryRaw<{ id: string; lastSeq: number; authzVersion: number }[]>`
    UPDATE "chat_room" SET "lastSeq" = "lastSeq"
    WHERE "id" IN (SELECT "value" FROM json_each(${roomIds})) AND "deletedAt" IS NULL
    RETURNING "id", "lastSeq", "authzVersion"`;
  const taken = await findTaken(db, sends);
  const versions = new Map(rooms.map((room) => [room.id, Number(room.authzVersion)]));
  const lastSeqs = new Map(rooms.map((room) => [room.id, Number(room.lastSeq)]));

  const isAccepted = ({ message, authzVersion }: PlainSend, index: number): boolean =>
    !taken.has(index) && versions.get(message.roomId) === authzVersion;
  const accepted = sends.filter(isAccepted);
  let pos = accepted.length === 0 ? 0 : (await takePositions(db, shard, accepted.length)) - accepted.length;
  const placements = sends.map((send, index): Placement => {
    if (taken.has(index)) return { outcome: 'duplicate' };
    if (!isAccepted(send, index)) return { outcome: 'fenced' };
    const seq = (lastSeqs.get(send.message.roomId) ?? 0) + 1;
    lastSeqs.set(send.message.roomId, seq);
    pos += 1;
    return { outcome: 'sent', seq, pos };
  });
  await storeAccepted(db, shard, sends, placements);
  return placements;
}

async function findTaken(db: Db, sends: readonly PlainSend[]): Promise<ReadonlySet<number>> {
  const keys = JSON.stringify(sends.map(({ message }) => [message.roomId, message.senderId, message.clientId]));
  const rows = await db.$queryRaw<{ index: bigint | number }[]>`
    SELECT "given"."key" AS "index" FROM json_each(${keys}) "given"
    WHERE EXISTS (
      SELECT 1 FROM "chat_message" "first" WHERE "first"."roomId" = json_extract("given"."value", '$[0]')
        AND "first"."senderId" = json_extract("given"."value", '$[1]')
        AND "first"."clientId" = json_extract("given"."value", '$[2]')
    ) OR EXISTS (
      SELECT 1 FROM "chat_removed_message" "gone" WHERE "gone"."roomId" = json_extract("given"."value", '$[0]')
        AND "gone"."senderId" = json_extract("given"."value", '$[1]')
        AND "gone"."clientId" = json_extract("given"."value", '$[2]')
    )`;
  return new Set(rows.map(({ index }) => Number(index)));
}

async function storeAccepted(
  db: Db,
  shard: number,
  sends: readonly PlainSend[],
  placements: readonly Placement[],
): Promise<void> {
  const messages: unknown[][] = [];
  const rows: LogRow[] = [];
  sends.forEach((send, index) => {
    const placement = placements[index];
    if (placement?.outcome !== 'sent') return;
    messages.push(messageValues(send, placement.seq));
    rows.push(placedRow(shard, send, placement));
  });
  if (rows.length === 0) return;
  // Plain statements: Prisma's own `createMany` takes several times as long for a batch, and holds up the whole process.
  await insert(db, 'chat_message', messageColumns, messages);
  await insert(db, 'chat_event', eventColumns, rows.map(eventValues));
  await moveRooms(db, rows);
}

async function insert(db: Db, table: string, columns: string, rows: readonly unknown[][]): Promise<void> {
  const width = rows[0]?.length ?? 0;
  const statement = valuesTemplate(`INSERT INTO "${table}" (${columns}) VALUES `, rows.length, width, '');
  await db.$executeRaw(statement, ...rows.flat());
}

/** One statement for all rooms. The dates are parameters, because only the adapter knows how it writes them. */
async function moveRooms(db: Db, rows: readonly LogRow[]): Promise<void> {
  const last = new Map(rows.map((row) => [row.roomId, row]));
  const statement = valuesTemplate(
    `UPDATE "chat_room" SET "lastSeq" = "last"."column2", "lastPos" = "last"."column3",
       "lastActivityAt" = max("lastActivityAt", "last"."column4") FROM (VALUES `,
    last.size,
    4,
    `) "last" WHERE "chat_room"."id" = "last"."column1"`,
  );
  await db.$executeRaw(statement, ...[...last.values()].flatMap((row) => [row.roomId, row.seq, row.pos, row.at]));
}

const messageColumns =
  '"id", "roomId", "seq", "kind", "senderId", "content", "format", "attachments", "mentions", "mentionsRoom", ' +
  '"custom", "clientId", "bodyHash", "createdAt", "searchText"';

function messageValues({ message }: PlainSend, seq: number): unknown[] {
  return [
    message.id,
    message.roomId,
    seq,
    'user',
    message.senderId,
    message.content,
    message.format,
    JSON.stringify(message.attachments),
    '[]',
    false,
    JSON.stringify(message.custom),
    message.clientId,
    message.bodyHash,
    message.createdAt,
    searchTextOf(message),
  ];
}

const eventColumns = '"shard", "pos", "roomId", "seq", "type", "actorId", "at", "data"';

function eventValues(row: LogRow): unknown[] {
  return [row.shard, row.pos, row.roomId, row.seq, row.type, row.actorId, row.at, JSON.stringify(row.data)];
}
