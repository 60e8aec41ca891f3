import { z } from 'zod';
import { look } from '../../policy/enter.js';
import * as inputs from '../inputs.js';
import { mutation } from '../operation.js';

const input = () => z.strictObject({ roomId: inputs.id, typing: z.boolean() });

/** Says that the caller is typing, or no longer. Counts towards no rate. */
export const typing = mutation(
  'message.typing',
  input,
  async (op, { roomId, typing: isTyping }): Promise<Record<never, never>> => {
    await op.store.read((tx) => look(op, tx, 'message.typing', roomId));
    op.kernel.typing.set(roomId, op.caller.userId, isTyping);
    return {};
  },
  { rate: null },
);
