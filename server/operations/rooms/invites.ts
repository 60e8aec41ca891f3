import { ChatError, invalid } from '@confab/shared';
import type { Invite, Page } from '@confab/shared';
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { look } from '../../policy/enter.js';
import type { Settings } from '../../settings.js';
import type { WriteTx } from '../../store/transaction.js';
import { id, until, userId } from '../inputs.js';
import type { Op } from '../kernel.js';
import { notifyInvited } from '../notify.js';
import { mutation, query } from '../operation.js';
import { enterShared } from './entry.js';
import { roomPage } from './inputs.js';

/** A token has 256 bits, so that guessing one is as hopeless as guessing a key. */
const tokenBytes = 32;

const createInput = (_settings: Settings) =>
  z.strictObject({
    roomId: id,
    userId: userId.optional(),
    expiresAt: until.nullable().optional(),
    maxUses: z.int().min(1).max(1_000_000).nullable().optional(),
  });

/** An invite, and what it is used with. */
export interface CreatedInvite {
  readonly id: string;
  readonly token: string;
}

/**
 * Makes a way into the room for whoever has the token, which is told this once. One for a single user lets in nobody else
 * and once; they are told of it, and use it by its id. It takes the place of an open one they have, of which they were
 * told. `CONFLICT` for a member; who is unknown, banned or blocked is `PERMISSION_DENIED`.
 */
export const createInvite = mutation(
  'room.createInvite',
  createInput,
  async (op, { roomId, userId = null, expiresAt = null, maxUses }): Promise<CreatedInvite> => {
    if (userId !== null && (maxUses ?? 1) !== 1) {
      throw invalid('maxUses', 'An invite for one user is used once.');
    }
    const isKnown = userId === null || (await op.kernel.directory.known([userId], op.store)).has(userId);
    return op.store.write(async (tx) => {
      const { methods } = op.store;
      await enterShared(op, tx, 'room.createInvite', roomId);
      const createdAt = op.kernel.clock.now();
      if (expiresAt !== null && expiresAt <= createdAt) throw invalid('expiresAt', 'must be in the future');
      const told = userId === null ? 0 : await clearWay(op, tx, { roomId, userId, isKnown });
      const token = randomBytes(tokenBytes).toString('base64url');
      const terms = { userId, expiresAt, maxUses: userId === null ? (maxUses ?? null) : 1 };
      const invite = { id: op.kernel.ids.next(), roomId, createdBy: op.caller.userId, createdAt, ...terms };
      await methods.createInvite(tx, { ...invite, token });
      if (userId !== null && told === 0) await notifyInvited(op, tx, roomId, userId, createdAt);
      return { id: invite.id, token };
    });
  },
);

/** Checks that somebody may be invited, and ends the open invites they have. Resolves to how many those were. */
async function clearWay(
  op: Op,
  tx: WriteTx,
  { roomId, userId, isKnown }: { readonly roomId: string; readonly userId: string; readonly isKnown: boolean },
): Promise<number> {
  const { methods } = op.store;
  const now = op.kernel.clock.now();
  if ((await methods.findMember(tx, { roomId, userId }))?.status === 'in') {
    throw new ChatError('CONFLICT', 'They are a member already.', { details: { constraint: 'member' } });
  }
  // Whoever blocks somebody at this moment waits here, or is waited for.
  await tx.lockPersonal([userId]);
  const isBlocked = !op.caller.isSystem && (await methods.blocksAmong(tx, pairOf(op, userId))).has(userId);
  const isKeptOut = (await methods.findBans(tx, { roomId, userIds: [userId], now })).has(userId);
  if (!isKnown || isBlocked || isKeptOut) throw new ChatError('PERMISSION_DENIED', 'They can not be invited.');
  return methods.endInvitations(tx, { roomId, userIds: [userId], at: now });
}

function pairOf({ caller }: Op, other: string) {
  return { userId: caller.userId, others: [other] };
}

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

/** The invites that can be used now, newest first; without their tokens, which nobody knows any more. */
export const invites = query('room.invites', roomPage, (op, { roomId, ...page }): Promise<Page<Invite>> =>
  op.store.read(async (tx) => {
    await look(op, tx, 'room.invites', roomId);
    const now = op.kernel.clock.now();
    return op.store.methods.listInvites(tx, { roomId, now, limit: page.limit, cursor: page.cursor });
  }),
);
