import { ChatError } from '@confab/shared';
import type { MessageVersion, Page } from '@confab/shared';
import { z } from 'zod';
import type { Settings } from '../../settings.js';
import * as inputs from '../inputs.js';
import { query } from '../operation.js';
import { lookAt } from '../../policy/reach.js';

const input = (settings: Settings) =>
  z.strictObject({ messageId: inputs.id, limit: inputs.limit(settings), cursor: inputs.cursor.optional() });

/** How a message read before each of its edits, oldest first. They go with the message. */
export const versions = query(
  'message.versions',
  input,
  (op, { messageId, limit, cursor }): Promise<Page<MessageVersion>> =>
    op.store.read(async (tx) => {
      const { message } = await lookAt(op, tx, 'message.versions', messageId);
      if (message.deletedAt !== null) throw new ChatError('NOT_FOUND');
      return op.store.methods.listVersions(tx, { messageId, limit, cursor });
    }),
);
