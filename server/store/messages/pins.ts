import type { Message, Page } from '@confab/shared';
import { pageOf, readOlderThan } from '../page.js';
import { loadMessages } from '../present/message.js';
import { messageRow } from '../records.js';
import type { MessageRow } from '../rows.js';
import type { ReadTx, WriteTx } from '../transaction.js';

/** Pins a message of a locked room, or (`at: null`) takes the pin out, and logs `message.pinned`. */
export async function pinMessage(
  tx: WriteTx,
  input: {
    readonly message: MessageRow;
    readonly pinned: boolean;
    readonly actorId: string | null;
    readonly at: Date;
  },
): Promise<MessageRow> {
  const { message, pinned, actorId, at } = input;
  const pinnedAt = pinned ? at : null;
  await tx.db.chatMessage.updateMany({ where: { id: message.id }, data: { pinnedAt } });
  const { id: messageId, roomId } = message;
  tx.append({ roomId, type: 'message.pinned', actorId, at, data: { messageId, pinned } });
  return { ...message, pinnedAt };
}

/** The pinned messages that the viewer may see, the one pinned last first. */
export async function listPins(
  tx: ReadTx,
  input: {
    readonly roomId: string;
    readonly viewerId: string;
    readonly floorSeq: number;
    readonly limit: number;
    readonly cursor: string | undefined;
  },
): Promise<Page<Message>> {
  const { roomId, viewerId, floorSeq, limit } = input;
  const { before, lastId } = readOlderThan(input.cursor);
  const found = await tx.db.$queryRaw<{ readonly id: string; readonly pinnedAt: Date | string }[]>`
    SELECT m."id" AS "id", m."pinnedAt" AS "pinnedAt" FROM "chat_message" m
    WHERE m."roomId" = ${roomId} AND m."pinnedAt" IS NOT NULL AND m."seq" >= ${floorSeq}
      AND (m."pinnedAt" < ${before} OR (m."pinnedAt" = ${before} AND m."id" < ${lastId}))
      AND NOT EXISTS (SELECT 1 FROM "chat_hidden_message" h WHERE h."userId" = ${viewerId} AND h."messageId" = m."id")
    ORDER BY m."pinnedAt" DESC, m."id" DESC LIMIT ${limit + 1}`;
  const page = pageOf(found, limit, (row) => [new Date(row.pinnedAt).getTime(), row.id]);
  const ids = page.items.map(({ id }) => id);
  const records = await tx.db.chatMessage.findMany({ where: { id: { in: ids } } });
  const rows = new Map(records.map((record) => [record.id, messageRow(record)]));
  const items = await loadMessages(
    tx,
    ids.flatMap((id) => rows.get(id) ?? []),
    viewerId,
  );
  return { items, nextCursor: page.nextCursor };
}
