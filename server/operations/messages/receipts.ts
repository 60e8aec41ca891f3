import { invalid } from '@confab/shared';
import type { Page, Receipt } from '@confab/shared';
import { z } from 'zod';
import type { Settings } from '../../settings.js';
import type { ReceiptCursor } from '../../store/messages/marks.js';
import * as inputs from '../inputs.js';
import { query } from '../operation.js';
import { lookAt } from '../../policy/reach.js';

const input = (settings: Settings) =>
  z.strictObject({ messageId: inputs.id, limit: inputs.limit(settings), cursor: inputs.cursor.nullish() });

/** When the room's other members got and read a message, longest-standing first. */
export const receipts = query(
  'message.receipts',
  input,
  async (op, { messageId, limit, cursor }): Promise<Page<Receipt>> => {
    const after = cursor === undefined || cursor === null ? null : placeIn(cursor);
    return op.store.read(async (tx) => {
      const { room, message } = await lookAt(op, tx, 'message.receipts', messageId);
      const { seq, senderId } = message;
      const page = await op.store.methods.listReceipts(tx, { roomId: room.id, seq, senderId, limit, after });
      return { items: page.items, nextCursor: page.next === null ? null : `${page.next.joinSeq}:${page.next.userId}` };
    });
  },
);

function placeIn(cursor: string): ReceiptCursor {
  const [, joinSeq, userId] = /^(\d{1,9}):(.+)$/su.exec(cursor) ?? [];
  if (joinSeq === undefined || !inputs.userId.safeParse(userId).success || userId === undefined) {
    throw invalid('cursor', 'is not a cursor of this list');
  }
  return { joinSeq: Number(joinSeq), userId };
}
