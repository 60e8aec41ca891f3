import { ChatError } from '@confab/shared';
import { z } from 'zod';
import { enter } from '../../policy/enter.js';
import { id } from '../inputs.js';
import { mutation } from '../operation.js';

const input = () =>
  z.strictObject({
    roomId: id,
    notify: z.enum(['all', 'mentions', 'none']).optional(),
    archived: z.boolean().optional(),
    pinned: z.boolean().optional(),
  });

/** Sets what the caller alone sees of a room; their other devices hear of it. */
export const setPreferences = mutation(
  'room.setPreferences',
  input,
  (op, { roomId, notify, archived, pinned }): Promise<Record<never, never>> =>
    op.store.write(async (tx) => {
      const { me } = await enter(op, tx, 'room.setPreferences', roomId);
      if (me?.status !== 'in') throw new ChatError('PERMISSION_DENIED', 'The host is not a member.');
      const preferences = {
        ...(notify === undefined || notify === me.notify ? {} : { notify }),
        ...(archived === undefined || archived === me.archived ? {} : { archived }),
        ...(pinned === undefined || pinned === me.pinned ? {} : { pinned }),
      };
      if (Object.keys(preferences).length === 0) {
        op.unchanged?.();
      } else {
        const at = op.kernel.clock.now();
        await op.store.methods.setPreferences(tx, { roomId, userId: me.userId, preferences, at });
      }
      return {};
    }),
);
