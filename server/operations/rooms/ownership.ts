import { ChatError } from '@confab/shared';
import { z } from 'zod';
import { id, userId } from '../inputs.js';
import { actorOf } from '../kernel.js';
import { mutation } from '../operation.js';
import { answer, enterShared } from './entry.js';
import type { MembersResult } from './roles.js';
import { saySystem } from './system-messages.js';

/** Hands the room to another member. The owner so far stays on as an admin. */
export const transferOwnership = mutation(
  'room.transferOwnership',
  () => z.strictObject({ roomId: id, userId }),
  (op, { roomId, userId }): Promise<MembersResult> =>
    op.store.write(async (tx) => {
      const { methods } = op.store;
      const { room } = await enterShared(op, tx, 'room.transferOwnership', roomId);
      const formerId = room.ownerId === userId ? null : room.ownerId;
      const userIds = formerId === null ? [userId] : [userId, formerId];
      const before = await methods.findMembers(tx, { roomId, userIds });
      if (before.get(userId)?.status !== 'in') {
        throw new ChatError('CONFLICT', 'Only a member can own the room.', { details: { constraint: 'notMember' } });
      }
      if (room.ownerId === userId) {
        op.unchanged?.();
      } else {
        const at = op.kernel.clock.now();
        await methods.makeOwner(tx, { roomId, userId, formerId, actorId: actorOf(op), at });
        await saySystem(op, tx, roomId, 'room.ownerChanged', [userId]);
      }
      const after = await methods.findMembers(tx, { roomId, userIds });
      const members = await methods.describeMembers(tx, { members: userIds.flatMap((one) => after.get(one) ?? []) });
      return { room: await answer(op, tx, roomId), members };
    }),
);
