import type { Message, PendingRoom, RoomUnread } from '@confab/shared';
import { loadMessages, loadMessageStates } from '../present/message.js';
import { messageRow } from '../records.js';
import type { MessageRow } from '../rows.js';
import type { ReadTx } from '../transaction.js';
import { placeholders, select } from './raw.js';

/** Everything of one user that waits to be read. */
export interface Unread {
  readonly total: number;
  readonly mentions: number;
  /** The rooms with something unread, latest message first. */
  readonly rooms: readonly RoomUnread[];
}

interface CountRow {
  readonly roomId: string;
  readonly unread: bigint | number;
  readonly mentions: bigint | number;
}

/** What the user has not read, in one statement over the tables. */
export async function unreadOf(tx: ReadTx, { userId }: { readonly userId: string }): Promise<Unread> {
  const rooms = await count(tx, userId, { mark: 'readSeq' });
  return {
    total: rooms.reduce((sum, room) => sum + room.unread, 0),
    mentions: rooms.reduce((sum, room) => sum + room.mentions, 0),
    rooms,
  };
}

/** The rooms in which something was not delivered to the user yet, latest message first, counted above that mark. */
export async function pendingNotifications(
  tx: ReadTx,
  { userId, limit }: { readonly userId: string; readonly limit: number },
): Promise<readonly PendingRoom[]> {
  const rooms = await count(tx, userId, { mark: 'deliveredSeq', limit });
  const rows = await newestRows(tx, { userId, roomIds: rooms.map((room) => room.roomId) });
  const newest = byRoom(await loadMessageStates(tx, rows));
  return rooms.map((room) => ({ ...room, lastMessage: newest.get(room.roomId) ?? null }));
}

/** What the user has not read in these rooms, by room id; rooms with nothing are left out. */
export async function roomCounts(
  tx: ReadTx,
  { userId, roomIds }: { readonly userId: string; readonly roomIds: readonly string[] },
): Promise<ReadonlyMap<string, RoomUnread>> {
  if (roomIds.length === 0) return new Map();
  const rooms = await count(tx, userId, { mark: 'readSeq', roomIds });
  return new Map(rooms.map((room) => [room.roomId, room]));
}

/** The newest message of each of these rooms, beside their threads, that the user may see, by room id; a tombstone if it was deleted. */
export async function lastMessages(
  tx: ReadTx,
  { userId, roomIds }: { readonly userId: string; readonly roomIds: readonly string[] },
): Promise<ReadonlyMap<string, Message>> {
  return byRoom(await loadMessages(tx, await newestRows(tx, { userId, roomIds }), userId));
}

function byRoom<Item extends { readonly roomId: string }>(items: readonly Item[]): ReadonlyMap<string, Item> {
  return new Map(items.map((item) => [item.roomId, item]));
}

async function newestRows(
  tx: ReadTx,
  { userId, roomIds }: { readonly userId: string; readonly roomIds: readonly string[] },
): Promise<readonly MessageRow[]> {
  if (roomIds.length === 0) return [];
  const found = await select<{ id: string | null }>(
    tx,
    `SELECT (SELECT m."id" FROM "chat_message" m
             WHERE m."roomId" = b."roomId" AND m."threadId" IS NULL
               AND m."seq" >= CASE WHEN r."history" = 'sinceJoin' THEN b."joinSeq" ELSE 0 END
               AND NOT EXISTS (SELECT 1 FROM "chat_hidden_message" h WHERE h."userId" = ? AND h."messageId" = m."id")
             ORDER BY m."threadId" DESC, m."seq" DESC LIMIT 1) AS "id"
     FROM "chat_member" b JOIN "chat_room" r ON r."id" = b."roomId"
     WHERE b."userId" = ? AND b."status" = 'in' AND b."roomId" IN ${placeholders(roomIds.length)}`,
    [userId, userId, ...roomIds],
  );
  const ids = found.flatMap(({ id }) => (id === null ? [] : [id]));
  if (ids.length === 0) return [];
  return (await tx.db.chatMessage.findMany({ where: { id: { in: ids } } })).map(messageRow);
}

/**
 * Counts, per room of the user, the messages of other users, beside those in threads, above a mark and from joining on
 * that are deleted neither for everyone nor for the user. CROSS JOIN fixes SQLite's order of tables; PostgreSQL plans as it likes. A room whose
 * head is not above the mark is left before its messages are looked at.
 */
async function count(
  tx: ReadTx,
  userId: string,
  which: { readonly mark: 'readSeq' | 'deliveredSeq'; readonly roomIds?: readonly string[]; readonly limit?: number },
): Promise<readonly RoomUnread[]> {
  const { mark, roomIds = [], limit } = which;
  const rows = await select<CountRow>(
    tx,
    `SELECT b."roomId" AS "roomId", COUNT(*) AS "unread",
            SUM(CASE WHEN m."mentionsRoom" = TRUE OR EXISTS
              (SELECT 1 FROM "chat_mention" n WHERE n."messageId" = m."id" AND n."userId" = ?)
              THEN 1 ELSE 0 END) AS "mentions"
     FROM "chat_member" b CROSS JOIN "chat_room" r CROSS JOIN "chat_message" m
     WHERE b."userId" = ? AND b."status" = 'in'
       ${roomIds.length === 0 ? '' : `AND b."roomId" IN ${placeholders(roomIds.length)}`}
       AND r."id" = b."roomId" AND r."deletedAt" IS NULL AND r."lastSeq" > b."${mark}"
       AND m."roomId" = b."roomId" AND m."threadId" IS NULL
       AND m."seq" > CASE WHEN b."${mark}" >= b."joinSeq" THEN b."${mark}" ELSE b."joinSeq" - 1 END
       AND m."kind" = 'user' AND m."senderId" <> ? AND m."deletedAt" IS NULL
       AND NOT EXISTS (SELECT 1 FROM "chat_hidden_message" h WHERE h."userId" = ? AND h."messageId" = m."id")
     GROUP BY b."roomId"
     ORDER BY MAX(m."createdAt") DESC, b."roomId"
     ${limit === undefined ? '' : 'LIMIT ?'}`,
    [userId, userId, ...roomIds, userId, userId, ...(limit === undefined ? [] : [limit])],
  );
  return rows.map(({ roomId, unread, mentions }) => ({ roomId, unread: Number(unread), mentions: Number(mentions) }));
}
