import { checkText, isBlank, searchQueryLength } from '@confab/shared';
import type { Message, Page } from '@confab/shared';
import { z } from 'zod';
import { look } from '../../policy/enter.js';
import type { Settings } from '../../settings.js';
import * as inputs from '../inputs.js';
import { query } from '../operation.js';

const input = (settings: Settings) =>
  z.strictObject({
    query: z
      .string()
      .transform((value) => {
        checkText(value, { maxCodePoints: searchQueryLength, maxBytes: 4 * searchQueryLength }, 'query');
        return value;
      })
      .refine((value) => !isBlank(value), 'must not be empty'),
    /** @default all rooms of the caller */
    roomId: inputs.id.optional(),
    senderId: inputs.userId.optional(),
    limit: inputs.limit(settings),
    cursor: inputs.cursor.optional(),
  });

/**
 * Messages that hold every word of the query, newest first, whatever case or accents they are written with; of the last
 * word the beginning is enough. Only in rooms the caller is a member of now, and only what they may see there.
 */
export const search = query('message.search', input, (op, asked): Promise<Page<Message>> => {
  const { query: text, roomId, senderId, limit, cursor } = asked;
  const viewerId = op.caller.isSystem ? null : op.caller.userId;
  return op.store.read(async (tx) => {
    if (roomId !== undefined) await look(op, tx, 'message.list', roomId);
    return op.store.methods.searchMessages(tx, { query: text, viewerId, roomId, senderId, limit, cursor });
  });
});
