import { ChatError, invalid } from '@confab/shared';
import type { Ban, Page } from '@confab/shared';
import { z } from 'zod';
import { look } from '../../policy/enter.js';
import type { Settings } from '../../settings.js';
import { id, reason, until, userId } from '../inputs.js';
import { actorOf } from '../kernel.js';
import { mutation, query } from '../operation.js';
import { answer, enterShared, mayActOn } from './entry.js';
import { roomPage } from './inputs.js';
import type { MembersResult } from './roles.js';
import { sayGone } from './system-messages.js';

/** Whom a ban or a mute is for, until when and why. */
export const exclusion = (_settings: Settings) =>
  z.strictObject({ roomId: id, userId, until: until.nullable().optional(), reason: reason.nullable().optional() });

/**
 * Keeps somebody out of a room, for a time or for ever; a member is removed (`reason: 'banned'`). Bans of the same user
 * replace each other. Nobody but admins learns of one that removes nobody.
 */
export const ban = mutation('room.ban', exclusion, (op, asked): Promise<MembersResult> =>
  op.store.write(async (tx) => {
    const { methods } = op.store;
    const { roomId, userId } = asked;
    const entry = await enterShared(op, tx, 'room.ban', roomId);
    const target = await methods.findMember(tx, { roomId, userId });
    const isMember = target?.status === 'in';
    if (userId === op.caller.userId || (isMember && !mayActOn(op, entry, target.role))) {
      throw new ChatError('PERMISSION_DENIED');
    }
    const now = op.kernel.clock.now();
    const terms = { until: untilOf(asked.until, now), reason: asked.reason ?? null };
    const before = (await methods.findBans(tx, { roomId, userIds: [userId], now })).get(userId);
    const isSame = before?.until?.getTime() === terms.until?.getTime() && before?.reason === terms.reason;
    if (!isMember && before !== undefined && isSame) {
      op.unchanged?.();
    } else {
      await methods.banUser(tx, { roomId, userId, ...terms, actorId: actorOf(op), createdAt: now });
      if (isMember) {
        const removal = { roomId, userIds: [userId], reason: 'banned', actorId: actorOf(op), at: now } as const;
        await methods.removeMembers(tx, removal);
        await sayGone(op, tx, roomId, 'member.banned', { userIds: [userId], ownerId: entry.room.ownerId });
      }
    }
    return { room: await answer(op, tx, roomId), members: [] };
  }),
);

/** Lifts a ban; it adds nobody. */
export const unban = mutation(
  'room.unban',
  () => z.strictObject({ roomId: id, userId }),
  (op, { roomId, userId }): Promise<MembersResult> =>
    op.store.write(async (tx) => {
      await enterShared(op, tx, 'room.unban', roomId);
      const { isChanged } = await op.store.methods.unbanUser(tx, { roomId, userId });
      if (!isChanged) op.unchanged?.();
      return { room: await answer(op, tx, roomId), members: [] };
    }),
);

/** The bans that hold now, newest first. */
export const bans = query('room.bans', roomPage, (op, { roomId, ...page }): Promise<Page<Ban>> =>
  op.store.read(async (tx) => {
    await look(op, tx, 'room.bans', roomId);
    const now = op.kernel.clock.now();
    return op.store.methods.listBans(tx, { roomId, now, limit: page.limit, cursor: page.cursor });
  }),
);

/** When something ends; `null` for never. Throws `VALIDATION` for a time that is over. */
export function untilOf(given: Date | null | undefined, now: Date): Date | null {
  if (given === undefined || given === null) return null;
  if (given <= now) throw invalid('until', 'must be in the future');
  return given;
}
