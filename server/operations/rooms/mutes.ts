import { ChatError } from '@confab/shared';
import { z } from 'zod';
import { id, userId } from '../inputs.js';
import { actorOf } from '../kernel.js';
import type { Op } from '../kernel.js';
import { mutation } from '../operation.js';
import { exclusion, untilOf } from './bans.js';
import { answer, enterShared, mayActOn } from './entry.js';
import type { MembersResult } from './roles.js';

/** What `mutedUntil` is for somebody who is muted without an end. */
const endOfTime = new Date(Date.UTC(9999, 11, 31, 23, 59, 59, 999));

/**
 * Takes a member's right to write, for a time or until it is given back. It outlasts leaving and coming back. The reason
 * is for hooks on it: everybody hears of a mute, so it is not kept with the member.
 */
export const mute = mutation('room.mute', exclusion, (op, { roomId, userId, until: given }): Promise<MembersResult> =>
  setMute(op, 'room.mute', roomId, userId, (now) => untilOf(given, now) ?? endOfTime),
);

/** Gives it back. */
export const unmute = mutation(
  'room.unmute',
  () => z.strictObject({ roomId: id, userId }),
  (op, { roomId, userId }): Promise<MembersResult> => setMute(op, 'room.unmute', roomId, userId, () => null),
);

function setMute(
  op: Op,
  action: 'room.mute' | 'room.unmute',
  roomId: string,
  userId: string,
  untilAt: (now: Date) => Date | null,
): Promise<MembersResult> {
  return op.store.write(async (tx) => {
    const { methods } = op.store;
    const entry = await enterShared(op, tx, action, roomId);
    const target = await methods.findMember(tx, { roomId, userId });
    if (target?.status !== 'in') {
      throw new ChatError('CONFLICT', 'Only members can be muted.', { details: { constraint: 'notMember' } });
    }
    // A mute may come along with the ownership, and nobody ranks above an owner to lift it.
    const isOwnersOwn = action === 'room.unmute' && userId === op.caller.userId && target.role === 'owner';
    if (!isOwnersOwn && !mayActOn(op, entry, target.role)) throw new ChatError('PERMISSION_DENIED');
    const at = op.kernel.clock.now();
    const until = untilAt(at);
    // A mute that ran out by itself is none: lifting it would only tell everybody nothing.
    const before = target.mutedUntil !== null && target.mutedUntil > at ? target.mutedUntil : null;
    if (before?.getTime() === until?.getTime()) {
      op.unchanged?.();
    } else {
      const change = { roomId, actorId: actorOf(op), at, takesRights: until !== null };
      await methods.muteMember(tx, { ...change, userId, until });
    }
    const members = await methods.describeMembers(tx, { members: [{ ...target, mutedUntil: until }] });
    return { room: await answer(op, tx, roomId), members };
  });
}
