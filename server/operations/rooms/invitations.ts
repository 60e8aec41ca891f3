import { ChatError } from '@confab/shared';
import type { Invitation, Page, Room } from '@confab/shared';
import { z } from 'zod';
import { isBanned } from '../../policy/facts.js';
import { isUsable } from '../../store/rooms/invites.js';
import type { InviteKey, InviteRow } from '../../store/rooms/invites.js';
import { cursor, id, limit } from '../inputs.js';
import type { Op } from '../kernel.js';
import { mutation, query } from '../operation.js';
import { answer, requireRooms, requireSpace } from './entry.js';
import { saySystem } from './system-messages.js';

/**
 * Makes the caller a member by an invite, whatever the room's join policy. One that is unknown, expired, revoked, used up
 * or for somebody else is `NOT_FOUND`. Who is a member already uses nothing up.
 */
export const acceptInvite = mutation(
  'room.acceptInvite',
  () => z.union([z.strictObject({ token: z.string().min(1).max(128) }), z.strictObject({ id })]),
  async (op, key): Promise<Room> => {
    const { userId, isSystem } = op.caller;
    if (isSystem) throw new ChatError('PERMISSION_DENIED', 'The host is not a user; add a member instead.');
    const { methods } = op.store;
    const customOf = await op.kernel.custom.ofNewMembers([userId]);
    const roomId = (await op.store.read((tx) => methods.findInvite(tx, key)))?.roomId;
    if (roomId === undefined) throw new ChatError('NOT_FOUND');
    return op.store.write(async (tx) => {
      const room = (await tx.lock([roomId])).get(roomId);
      const invite = await methods.findInvite(tx, key);
      const at = op.kernel.clock.now();
      if (room === undefined || room.deletedAt !== null || invite === null || !isFor(op, key, invite))
        throw new ChatError('NOT_FOUND');
      const me = await methods.findMember(tx, { roomId, userId });
      if (me?.status === 'in') {
        op.unchanged?.();
        return answer(op, tx, roomId);
      }
      if (!isUsable(invite, at)) throw new ChatError('NOT_FOUND');
      if (await isBanned(op, tx, roomId)) throw new ChatError('PERMISSION_DENIED', 'You are banned from this room.');
      requireSpace(room, 1);
      await tx.lockPersonal([userId]);
      await requireRooms(op, tx, [userId]);
      await methods.useInvite(tx, { invite, at });
      await methods.joinRoom(tx, { roomId, userId, at, customOf });
      await saySystem(op, tx, roomId, 'member.joined', [userId]);
      return answer(op, tx, roomId);
    });
  },
);

/** Ends an invite that was made for the caller, who stays out. One that was ended already changes nothing. */
export const declineInvite = mutation(
  'room.declineInvite',
  () => z.strictObject({ id }),
  async (op, key): Promise<Record<never, never>> => {
    const { methods } = op.store;
    const roomId = (await op.store.read((tx) => methods.findInvite(tx, key)))?.roomId;
    if (roomId === undefined) throw new ChatError('NOT_FOUND');
    return op.store.write(async (tx) => {
      await tx.lock([roomId]);
      const invite = await methods.findInvite(tx, key);
      if (invite === null || !isFor(op, key, invite)) throw new ChatError('NOT_FOUND');
      const outcome = await methods.revokeInvite(tx, { roomId, id: invite.id, at: op.kernel.clock.now() });
      if (outcome !== 'revoked') op.unchanged?.();
      return {};
    });
  },
);

/** What the caller is invited to by name, newest first. */
export const invitations = query(
  'user.invites',
  (settings) => z.strictObject({ limit: limit(settings), cursor: cursor.optional() }),
  (op, page): Promise<Page<Invitation>> => {
    const who = { userId: op.caller.userId, now: op.kernel.clock.now() };
    return op.store.read((tx) => op.store.methods.listInvitations(tx, { ...who, ...page, cursor: page.cursor }));
  },
);

/** Whether the caller may use an invite found in this way: an id is no secret. */
function isFor({ caller }: Op, key: InviteKey, { userId }: InviteRow): boolean {
  return userId === null ? 'token' in key : userId === caller.userId;
}
