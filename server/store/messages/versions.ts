import type { MessageVersion, Page } from '@confab/shared';
import { z } from 'zod';
import { pageOf, readPlace } from '../page.js';
import { attachmentsOf, jsonObject } from '../records.js';
import type { MessageRow } from '../rows.js';
import type { ReadTx, WriteTx } from '../transaction.js';
import { jsonArray } from './json.js';

const place = z.tuple([z.int32().min(0)]);

/** Keeps how a message reads before it is edited. Its room is locked. */
export async function keepVersion(tx: WriteTx, message: MessageRow): Promise<void> {
  const { id: messageId, content, attachments, custom, editedAt, createdAt } = message;
  const version = (await tx.db.chatMessageVersion.count({ where: { messageId } })) + 1;
  await tx.db.chatMessageVersion.create({
    data: {
      ...{ messageId, version, content, custom },
      attachments: jsonArray(attachments),
      createdAt: editedAt ?? createdAt,
    },
  });
}

/** How a message read before each of its edits, oldest first. */
export async function listVersions(
  tx: ReadTx,
  input: { readonly messageId: string; readonly limit: number; readonly cursor: string | undefined },
): Promise<Page<MessageVersion>> {
  const { messageId, limit } = input;
  const [after] = readPlace(input.cursor, place) ?? [0];
  const rows = await tx.db.chatMessageVersion.findMany({
    where: { messageId, version: { gt: after } },
    orderBy: { version: 'asc' },
    take: limit + 1,
  });
  const page = pageOf(rows, limit, (row) => [row.version]);
  const items = page.items.map(({ version, content, attachments, custom, createdAt }) => ({
    ...{ version, content, createdAt },
    attachments: attachmentsOf(attachments),
    custom: jsonObject(custom),
  }));
  return { items, nextCursor: page.nextCursor };
}
