import { ChatError, invalid, isBlank } from '@confab/shared';
import { z } from 'zod';
import * as inputs from '../inputs.js';
import { reach } from '../../policy/reach.js';
import { mutation } from '../operation.js';

const input = () =>
  z.strictObject({
    messageId: inputs.id,
    reason: inputs.reason.refine((text) => !isBlank(text), 'must not be empty'),
  });

/**
 * Shows somebody else's message to those who run the room, or in a direct room to the host. The same user's second report
 * of a message is the first one, whatever became of it. Nobody in the room is told.
 */
export const create = mutation('report.create', input, (op, { messageId, reason }): Promise<{ readonly id: string }> =>
  op.store.write(async (tx) => {
    const { room, message } = await reach(op, tx, 'report.create', messageId);
    const { userId: reporterId } = op.caller;
    // Nobody in particular said it.
    if (message.kind === 'system') throw new ChatError('NOT_FOUND');
    if (message.senderId === reporterId) throw invalid('messageId', 'Nobody reports their own message.');
    const { clock, ids } = op.kernel;
    const place = { id: ids.next(), roomId: room.id, createdAt: clock.now() };
    const { id, isNew } = await op.store.methods.createReport(tx, {
      report: { ...place, messageId, reporterId, reason },
    });
    if (!isNew) op.unchanged?.();
    return { id };
  }),
);
