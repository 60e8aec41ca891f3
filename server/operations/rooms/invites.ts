import { ChatError, invalid } from '@confab/shared';
import type { Invite, Page, Room } from '@confab/shared';
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { isBanned } from '../../policy/facts.js';
import { look } from '../../policy/enter.js';
import type { Settings } from '../../settings.js';
import { isUsable } from '../../store/rooms/invites.js';
import { id, until } from '../inputs.js';
import { mutation, query } from '../operation.js';
import { answer, enterShared, requireRooms, requireSpace } from './entry.js';
import { roomPage } from './inputs.js';
import { saySystem } from './system-messages.js';

/** A token has 256 bits, so that guessing one is as hopeless as guessing a key. */
const tokenBytes = 32;

const createInput = (_settings: Settings) =>
  z.strictObject({
    roomId: id,
    expiresAt: until.nullable().optional(),
    maxUses: z.int().min(1).max(1_000_000).nullable().optional(),
  });

/** Makes a way into the room for whoever has the token, which is told this once. */
export const createInvite = mutation(
  'room.createInvite',
  createInput,
  (op, { roomId, expiresAt = null, maxUses = null }): Promise<{ readonly id: string; readonly token: string }> =>
    op.store.write(async (tx) => {
      await enterShared(op, tx, 'room.createInvite', roomId);
      const createdAt = op.kernel.clock.now();
      if (expiresAt !== null && expiresAt <= createdAt) throw invalid('expiresAt', 'must be in the future');
      const token = randomBytes(tokenBytes).toString('base64url');
      const invite = { id: op.kernel.ids.next(), roomId, createdBy: op.caller.userId, createdAt, expiresAt, maxUses };
      await op.store.methods.createInvite(tx, { ...invite, token });
      return { id: invite.id, token };
    }),
);

/** Ends an invite. Who came by it stays. */
export const revokeInvite = mutation(
  'room.revokeInvite',
  () => z.strictObject({ roomId: id, id }),
  (op, asked): Promise<Record<never, never>> =>
    op.store.write(async (tx) => {
      await enterShared(op, tx, 'room.revokeInvite', asked.roomId);
      const outcome = await op.store.methods.revokeInvite(tx, { ...asked, at: op.kernel.clock.now() });
      if (outcome === 'unknown') throw new ChatError('NOT_FOUND');
      if (outcome === 'unchanged') op.unchanged?.();
      return {};
    }),
);

/**
 * Makes the caller a member by an invite, whatever the room's join policy. One that is unknown, expired, revoked or used
 * up is `NOT_FOUND`. Who is a member already uses nothing up.
 */
export const acceptInvite = mutation(
  'room.acceptInvite',
  () => z.strictObject({ token: z.string().min(1).max(128) }),
  async (op, { token }): Promise<Room> => {
    const { userId, isSystem } = op.caller;
    if (isSystem) throw new ChatError('PERMISSION_DENIED', 'The host is not a user; add a member instead.');
    const { methods } = op.store;
    const customOf = await op.kernel.custom.ofNewMembers([userId]);
    const roomId = (await op.store.read((tx) => methods.findInvite(tx, { token })))?.roomId;
    if (roomId === undefined) throw new ChatError('NOT_FOUND');
    return op.store.write(async (tx) => {
      const room = (await tx.lock([roomId])).get(roomId);
      const invite = await methods.findInvite(tx, { token });
      const at = op.kernel.clock.now();
      if (room === undefined || room.deletedAt !== null || invite === null) throw new ChatError('NOT_FOUND');
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

/** The invites that can be used now, newest first; without their tokens, which nobody knows any more. */
export const invites = query('room.invites', roomPage, (op, { roomId, ...page }): Promise<Page<Invite>> =>
  op.store.read(async (tx) => {
    await look(op, tx, 'room.invites', roomId);
    const now = op.kernel.clock.now();
    return op.store.methods.listInvites(tx, { roomId, now, limit: page.limit, cursor: page.cursor });
  }),
);
