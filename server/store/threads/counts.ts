import { placeholders, select } from '../messages/raw.js';
import type { ReadTx } from '../transaction.js';

/** What waits to be read in a thread. */
export interface ThreadUnread {
  readonly unread: number;
  readonly mentions: number;
}

export const nothingUnread: ThreadUnread = { unread: 0, mentions: 0 };

/**
 * What of a thread (`t`) somebody (`b`, who may stand to it as `f`) has not read among its messages (`m`). It takes the
 * user's id twice.
 */
export const isUnread = `m."roomId" = t."roomId" AND m."threadId" = t."id"
  AND m."seq" > CASE WHEN COALESCE(f."readSeq", 0) >= b."joinSeq" THEN f."readSeq" ELSE b."joinSeq" - 1 END
  AND m."kind" = 'user' AND m."senderId" <> ? AND m."deletedAt" IS NULL
  AND NOT EXISTS (SELECT 1 FROM "chat_hidden_message" h WHERE h."userId" = ? AND h."messageId" = m."id")`;

interface CountRow {
  readonly threadId: string;
  readonly unread: bigint | number;
  readonly mentions: bigint | number;
}

/** What a member has not read of these threads, by thread; those with nothing are left out. One statement. */
export async function threadUnread(
  tx: ReadTx,
  { userId, threadIds }: { readonly userId: string; readonly threadIds: readonly string[] },
): Promise<ReadonlyMap<string, ThreadUnread>> {
  if (threadIds.length === 0) return new Map();
  // CROSS JOIN fixes SQLite's order of tables, so that only what is above the mark is looked at.
  const rows = await select<CountRow>(
    tx,
    `SELECT t."id" AS "threadId", COUNT(*) AS "unread",
            SUM(CASE WHEN m."mentionsRoom" = TRUE OR EXISTS
              (SELECT 1 FROM "chat_mention" n WHERE n."messageId" = m."id" AND n."userId" = ?)
              THEN 1 ELSE 0 END) AS "mentions"
     FROM "chat_thread" t CROSS JOIN "chat_member" b
       LEFT JOIN "chat_thread_member" f ON f."threadId" = t."id" AND f."userId" = b."userId"
       CROSS JOIN "chat_message" m
     WHERE t."id" IN ${placeholders(threadIds.length)}
       AND b."roomId" = t."roomId" AND b."userId" = ? AND b."status" = 'in'
       AND ${isUnread}
     GROUP BY t."id"`,
    [userId, ...threadIds, userId, userId, userId],
  );
  return new Map(
    rows.map(({ threadId, unread, mentions }) => [threadId, { unread: Number(unread), mentions: Number(mentions) }]),
  );
}
