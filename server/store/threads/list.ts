import type { Message, Page, Thread } from '@confab/shared';
import { placeholders, select } from '../messages/raw.js';
import { pageOf, readOlderThan } from '../page.js';
import { loadMessages, removedRow } from '../present/message.js';
import { messageRow } from '../records.js';
import type { MessageRow } from '../rows.js';
import type { ReadTx } from '../transaction.js';
import { isUnread, nothingUnread, threadUnread } from './counts.js';

interface Line {
  readonly id: string;
  readonly roomId: string;
  readonly lastReplyAt: Date | string;
  readonly readSeq: number;
}

interface Listing {
  readonly userId: string;
  /** Left out: of all rooms. */
  readonly roomId: string | undefined;
  /** Only those with something unread. */
  readonly unread: boolean;
  readonly limit: number;
  readonly cursor: string | undefined;
}

/**
 * The threads a user follows in the rooms they are in, the one that was answered last first; not those whose message they
 * may not see. The number of statements is always the same few.
 */
export async function listThreads(tx: ReadTx, input: Listing): Promise<Page<Thread>> {
  const { userId, limit } = input;
  const page = pageOf(await linesOf(tx, input), limit, (line) => [new Date(line.lastReplyAt).getTime(), line.id]);
  const threadIds = page.items.map(({ id }) => id);
  const counts = await threadUnread(tx, { userId, threadIds });
  const newest = await newestReplies(tx, userId, threadIds);
  const messages = await messagesOf(tx, userId, [...threadIds, ...newest.values()]);
  const items = page.items.flatMap(({ id, roomId, readSeq, lastReplyAt }): Thread[] => {
    const root = messages.get(id);
    if (root === undefined) return [];
    const lastReply = messages.get(newest.get(id) ?? '') ?? null;
    const told = { following: true, readSeq, ...(counts.get(id) ?? nothingUnread) };
    return [{ id, roomId, root, lastReply, ...told, lastReplyAt: new Date(lastReplyAt) }];
  });
  return { items, nextCursor: page.nextCursor };
}

function linesOf(tx: ReadTx, { userId, roomId, unread, limit, cursor }: Listing): Promise<readonly Line[]> {
  const { before, lastId } = readOlderThan(cursor);
  return select<Line>(
    tx,
    `SELECT t."id" AS "id", t."roomId" AS "roomId", t."lastReplyAt" AS "lastReplyAt", f."readSeq" AS "readSeq"
     FROM "chat_thread_member" f
       JOIN "chat_thread" t ON t."id" = f."threadId"
       JOIN "chat_member" b ON b."roomId" = t."roomId" AND b."userId" = f."userId"
       JOIN "chat_room" r ON r."id" = t."roomId"
     WHERE f."userId" = ? AND f."following" = TRUE AND b."status" = 'in' AND r."deletedAt" IS NULL
       AND t."rootSeq" >= CASE WHEN r."history" = 'sinceJoin' THEN b."joinSeq" ELSE 0 END
       AND NOT EXISTS (SELECT 1 FROM "chat_hidden_message" h WHERE h."userId" = ? AND h."messageId" = t."id")
       ${roomId === undefined ? '' : 'AND t."roomId" = ?'}
       ${unread ? `AND EXISTS (SELECT 1 FROM "chat_message" m WHERE ${isUnread})` : ''}
       AND (t."lastReplyAt" < ? OR (t."lastReplyAt" = ? AND t."id" < ?))
     ORDER BY t."lastReplyAt" DESC, t."id" DESC LIMIT ?`,
    [
      ...[userId, userId],
      ...(roomId === undefined ? [] : [roomId]),
      ...(unread ? [userId, userId] : []),
      ...[before, before, lastId, limit + 1],
    ],
  );
}

/** The newest message of each of these threads that the user may see. */
async function newestReplies(
  tx: ReadTx,
  userId: string,
  threadIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (threadIds.length === 0) return new Map();
  const found = await select<{ readonly threadId: string; readonly id: string | null }>(
    tx,
    `SELECT t."id" AS "threadId",
       (SELECT m."id" FROM "chat_message" m WHERE m."roomId" = t."roomId" AND m."threadId" = t."id"
          AND NOT EXISTS (SELECT 1 FROM "chat_hidden_message" h WHERE h."userId" = ? AND h."messageId" = m."id")
        ORDER BY m."seq" DESC LIMIT 1) AS "id"
     FROM "chat_thread" t WHERE t."id" IN ${placeholders(threadIds.length)}`,
    [userId, ...threadIds],
  );
  return new Map(found.flatMap(({ threadId, id }) => (id === null ? [] : [[threadId, id] as const])));
}

/** Messages by id as the user gets them; of one whose row was removed, what is left. */
async function messagesOf(tx: ReadTx, userId: string, ids: readonly string[]): Promise<ReadonlyMap<string, Message>> {
  if (ids.length === 0) return new Map();
  const kept = (await tx.db.chatMessage.findMany({ where: { id: { in: [...ids] } } })).map(messageRow);
  const known = new Set(kept.map(({ id }) => id));
  const missing = ids.filter((id) => !known.has(id));
  const removed = await tx.db.chatRemovedMessage.findMany({ where: { id: { in: missing } } });
  const rows: readonly MessageRow[] = [...kept, ...removed.map(removedRow)];
  const messages = await loadMessages(tx, rows, userId);
  return new Map(rows.flatMap(({ id }, index) => (messages[index] === undefined ? [] : [[id, messages[index]]])));
}
