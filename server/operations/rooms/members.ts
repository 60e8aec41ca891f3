import type { Room } from '@confab/shared';
import { z } from 'zod';
import type { Settings } from '../../settings.js';
import type { WriteTx } from '../../store/transaction.js';
import { id, userIds } from '../inputs.js';
import type { Op } from '../kernel.js';
import { mutation } from '../operation.js';
import { actorOf } from '../kernel.js';
import { notifyAdded } from '../notify.js';
import { answer, enterShared, mayActOn, requireSpace } from './entry.js';
import { sayGone, saySystem } from './system-messages.js';

const input = (settings: Settings) => z.strictObject({ roomId: id, userIds: userIds(settings) });

/** Someone a call named and passed over, and why. `refused` does not say for which of several reasons. */
export interface Skipped {
  readonly userId: string;
  readonly reason: 'member' | 'notMember' | 'rank' | 'refused';
}

/** Who was added to a room. */
export interface AddResult {
  readonly room: Room;
  readonly added: readonly string[];
  readonly skipped: readonly Skipped[];
}

/** Who was removed from a room. */
export interface RemoveResult {
  readonly room: Room;
  readonly removed: readonly string[];
  readonly skipped: readonly Skipped[];
}

/** Makes users members. Nobody is added when not all of them have space. */
export const addMembers = mutation('room.addMembers', input, async (op, { roomId, userIds }): Promise<AddResult> => {
  const wanted = [...new Set(userIds)];
  const known = await op.kernel.directory.known(wanted, op.store);
  const customOf = await op.kernel.custom.ofNewMembers(wanted);
  return op.store.write(async (tx) => {
    const { methods } = op.store;
    const { room } = await enterShared(op, tx, 'room.addMembers', roomId);
    const rows = await methods.findMembers(tx, { roomId, userIds: wanted });
    const isMember = (userId: string) => rows.get(userId)?.status === 'in';
    const banned = await methods.findBans(tx, { roomId, userIds: wanted, now: op.kernel.clock.now() });
    const blocked = await blockedBy(op, tx, wanted);
    const isAddable = (userId: string) =>
      !isMember(userId) && known.has(userId) && !banned.has(userId) && !blocked.has(userId);
    const full = await fullUsers(op, tx, wanted.filter(isAddable));
    const added = wanted.filter((userId) => isAddable(userId) && !full.has(userId));
    requireSpace(room, added.length);
    if (added.length > 0) {
      const at = op.kernel.clock.now();
      await methods.addMembers(tx, { roomId, userIds: added, actorId: actorOf(op), at, customOf });
      await saySystem(op, tx, roomId, 'member.added', added);
      await notifyAdded(op, tx, roomId, added, at);
    } else {
      op.unchanged?.();
    }
    const skipped = wanted
      .filter((userId) => !added.includes(userId))
      .map((userId): Skipped => ({ userId, reason: isMember(userId) ? 'member' : 'refused' }));
    return { room: await answer(op, tx, roomId), added, skipped };
  });
});

/**
 * Ends memberships. Whom the caller may not remove is passed over, and so is the caller: one leaves by `room.leave`.
 */
export const removeMembers = mutation('room.removeMembers', input, (op, { roomId, userIds }): Promise<RemoveResult> =>
  op.store.write(async (tx) => {
    const { methods } = op.store;
    const entry = await enterShared(op, tx, 'room.removeMembers', roomId);
    const wanted = [...new Set(userIds)];
    const rows = await methods.findMembers(tx, { roomId, userIds: wanted });
    const removed: string[] = [];
    const skipped: Skipped[] = [];
    for (const userId of wanted) {
      const target = rows.get(userId);
      if (target?.status !== 'in') skipped.push({ userId, reason: 'notMember' });
      else if (userId === op.caller.userId || !mayActOn(op, entry, target.role))
        skipped.push({ userId, reason: 'rank' });
      else removed.push(userId);
    }
    if (removed.length > 0) {
      const at = op.kernel.clock.now();
      await methods.removeMembers(tx, { roomId, userIds: removed, reason: 'removed', actorId: actorOf(op), at });
      const { ownerId } = entry.room;
      await sayGone(op, tx, roomId, 'member.removed', { userIds: removed, ownerId });
    } else {
      op.unchanged?.();
    }
    return { room: await answer(op, tx, roomId), removed, skipped };
  }),
);

async function blockedBy({ caller, store }: Op, tx: WriteTx, others: readonly string[]): Promise<ReadonlySet<string>> {
  return caller.isSystem ? new Set() : store.methods.blocksAmong(tx, { userId: caller.userId, others });
}

/** Those who are in as many rooms as a user may be. Their pseudo rooms are locked, so that two rooms can't both be the last. */
async function fullUsers(op: Op, tx: WriteTx, userIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (userIds.length === 0) return new Set();
  await tx.lockPersonal(userIds);
  const limit = op.kernel.settings.limits.roomsPerUser;
  return op.store.methods.usersAtRoomLimit(tx, { userIds, limit });
}
