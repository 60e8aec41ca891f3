import { ChatError } from '@confab/shared';
import type { JoinRequest, Page } from '@confab/shared';
import { z } from 'zod';
import { look } from '../../policy/enter.js';
import type { WriteTx } from '../../store/transaction.js';
import { id, userId } from '../inputs.js';
import { actorOf } from '../kernel.js';
import type { Op } from '../kernel.js';
import { notifyAdded, tellOf } from '../notify.js';
import { mutation, query } from '../operation.js';
import { enterShared, requireRooms, requireSpace } from './entry.js';
import { roomPage } from './inputs.js';
import { saySystem } from './system-messages.js';

/** How many of those who run a room are told of each who asks to come in. */
const told = 20;

/** Who waits to be let in, longest first. */
export const joinRequests = query(
  'room.joinRequests',
  roomPage,
  (op, { roomId, ...page }): Promise<Page<JoinRequest>> =>
    op.store.read(async (tx) => {
      await look(op, tx, 'room.joinRequests', roomId);
      return op.store.methods.listRequests(tx, { roomId, limit: page.limit, cursor: page.cursor });
    }),
);

/** Lets somebody in who asked to, or not. Who is in already, or was answered with no before, changes nothing. */
export const answerJoinRequest = mutation(
  'room.answerJoinRequest',
  () => z.strictObject({ roomId: id, userId, accept: z.boolean() }),
  async (op, { roomId, userId, accept }): Promise<Record<never, never>> => {
    const customOf = await op.kernel.custom.ofNewMembers([userId]);
    return op.store.write(async (tx) => {
      const { methods } = op.store;
      const { room } = await enterShared(op, tx, 'room.answerJoinRequest', roomId);
      const isWaiting = await methods.hasRequested(tx, { roomId, userId });
      if (!isWaiting) {
        const member = await methods.findMember(tx, { roomId, userId });
        if (accept && member?.status !== 'in') {
          throw new ChatError('CONFLICT', 'This user does not wait to be let in.', {
            details: { constraint: 'joinRequest' },
          });
        }
        op.unchanged?.();
      } else if (accept) {
        requireSpace(room, 1);
        await tx.lockPersonal([userId]);
        await requireRooms(op, tx, [userId]);
        const at = op.kernel.clock.now();
        await methods.addMembers(tx, { roomId, userIds: [userId], actorId: actorOf(op), at, customOf });
        await saySystem(op, tx, roomId, 'member.added', [userId]);
        await notifyAdded(op, tx, roomId, [userId], at);
      } else {
        await methods.dropRequests(tx, { roomId, userIds: [userId] });
      }
      return {};
    });
  },
);

/** Keeps the caller's request to be let in, and tells those who run the room. Asking again is fine. */
export async function request(op: Op, tx: WriteTx, roomId: string): Promise<void> {
  const { methods } = op.store;
  const { userId } = op.caller;
  if (await methods.hasRequested(tx, { roomId, userId })) {
    op.unchanged?.();
    return;
  }
  const at = op.kernel.clock.now();
  await methods.requestToJoin(tx, { roomId, userId, at });
  const userIds = await methods.adminsOf(tx, { roomId, limit: told });
  await tellOf(op, tx, { kind: 'joinRequest', roomId, messageId: null, actorId: userId, at }, userIds);
}
