import { personalRoom, shardOf } from '../events/log.js';
import type { ChatRoom, Prisma } from './generated/sqlite/client.js';
import { isLockTimeout, LockOrderConflict } from './errors.js';
import { roomRow } from './records.js';
import type { RoomRow } from './rows.js';
import { template } from './sql.js';
import type { Db, ReadTx } from './transaction.js';

const roomColumns = [
  'id',
  'shard',
  'kind',
  'name',
  'description',
  'image',
  'visibility',
  'joinPolicy',
  'history',
  'locked',
  'slowModeSeconds',
  'maxMembers',
  'retentionDays',
  'ownerId',
  'memberCount',
  'lastSeq',
  'lastPos',
  'authzVersion',
  'preferences',
  'custom',
  'directKey',
  'createdBy',
  'clientId',
  'bodyHash',
  'lastActivityAt',
  'createdAt',
  'updatedAt',
  'deletedAt',
] as const satisfies readonly (keyof RoomRow)[];

// NO KEY: it keeps out every other lock of ours, but not the foreign-key checks of a host's tables that refer to rooms.
// The order is the database's own, never this process's: two collations would be two orders, and that is a deadlock.
const lockRoomsStatement = template(
  `SELECT ${roomColumns.map((column) => `"${column}"`).join(', ')} FROM "chat_room"
   WHERE "id" = ANY (ARRAY (SELECT jsonb_array_elements_text(`,
  `::jsonb))) ORDER BY "id" FOR NO KEY UPDATE`,
);

/** Locks rooms until the transaction ends, in the order of their ids, and returns them as they are then. */
export async function lockRooms(tx: ReadTx, roomIds: readonly string[]): Promise<RoomRow[]> {
  if (roomIds.length === 0) return [];
  const records =
    tx.provider === 'postgresql'
      ? await tx.db.$queryRaw<ChatRoom[]>(lockRoomsStatement, JSON.stringify(roomIds))
      : // The transaction holds SQLite's one write lock already.
        await tx.db.chatRoom.findMany({ where: { id: { in: [...roomIds] } } });
  return records.map(roomRow);
}

/**
 * Locks rooms that sort before one that is locked already. Waiting for them as long as for others would often be a
 * deadlock, which PostgreSQL finds only after a second; so the wait is short, and a `LockOrderConflict` says that the
 * transaction should be done again with all its rooms locked in order.
 */
export async function lockRoomsBackwards(tx: ReadTx, roomIds: readonly string[]): Promise<RoomRow[]> {
  if (tx.provider === 'sqlite') return lockRooms(tx, roomIds);
  const [before] = await tx.db.$queryRaw<{ wait: string }[]>`
    SELECT current_setting('lock_timeout') AS "wait", set_config('lock_timeout', '50ms', true)`;
  try {
    const rooms = await lockRooms(tx, roomIds);
    await tx.db.$queryRaw`SELECT set_config('lock_timeout', ${before?.wait ?? '2s'}, true)`;
    return rooms;
  } catch (error) {
    throw isLockTimeout(error) ? new LockOrderConflict('A room is locked by another transaction.') : error;
  }
}

/** Locks the pseudo rooms of these users, after making those that are missing. */
export async function lockPersonalRooms(
  tx: ReadTx,
  userIds: readonly string[],
  { shardCount, now }: { readonly shardCount: number; readonly now: Date },
): Promise<RoomRow[]> {
  const ids = userIds.map(personalRoom);
  const found = await tx.db.chatRoom.findMany({ where: { id: { in: ids } }, select: { id: true } });
  const existing = new Set(found.map((room) => room.id));
  const missing = [...new Set(userIds)].filter((userId) => !existing.has(personalRoom(userId)));
  if (missing.length > 0) {
    const data = missing.toSorted().map((userId) => personalRecord(userId, shardCount, now));
    // Another transaction may be making the same row: skipping waits for it to end, and the lock below finds its row.
    // (SQLite knows no such option, and with its one writer no such race.)
    const onTaken = (tx.provider === 'postgresql' ? { skipDuplicates: true } : {}) as object;
    await tx.db.chatRoom.createMany({ data, ...onTaken });
  }
  return lockRooms(tx, ids);
}

function personalRecord(userId: string, shardCount: number, now: Date): Prisma.ChatRoomCreateManyInput {
  const id = personalRoom(userId);
  return {
    id,
    shard: shardOf(id, shardCount),
    kind: 'user',
    visibility: 'private',
    joinPolicy: 'invite',
    history: 'all',
    locked: false,
    slowModeSeconds: 0,
    maxMembers: 1,
    memberCount: 1,
    lastSeq: 0,
    lastPos: 0,
    authzVersion: 0,
    preferences: {},
    custom: {},
    createdBy: userId,
    lastActivityAt: now,
    createdAt: now,
    updatedAt: now,
  };
}

/**
 * Takes SQLite's write lock before anything is read: a transaction that reads first and then wants to write may find
 * that another process wrote in between, and has to start all over.
 */
export async function takeWriteLock(db: Db): Promise<void> {
  await db.$executeRaw`UPDATE "chat_shard" SET "pos" = "pos" WHERE "shard" = -1`;
}
