import type { Page, Thread } from '@confab/shared';
import { z } from 'zod';
import { look } from '../../policy/enter.js';
import type { Settings } from '../../settings.js';
import * as inputs from '../inputs.js';
import { query } from '../operation.js';

const input = (settings: Settings) =>
  z.strictObject({
    roomId: inputs.id.optional(),
    /** Only those with something unread. */
    unread: z.boolean().optional(),
    limit: inputs.limit(settings),
    cursor: inputs.cursor.optional(),
  });

/** The threads the caller follows, over all rooms or in one, the one that was answered last first. */
export const list = query('thread.list', input, (op, { roomId, unread = false, ...page }): Promise<Page<Thread>> =>
  op.store.read(async (tx) => {
    if (roomId !== undefined) await look(op, tx, 'message.list', roomId);
    const { limit, cursor } = page;
    return op.store.methods.listThreads(tx, { userId: op.caller.userId, roomId, unread, limit, cursor });
  }),
);
