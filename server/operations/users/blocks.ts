import { invalid } from '@confab/shared';
import type { Block, Page, UserProfile } from '@confab/shared';
import { z } from 'zod';
import type { Settings } from '../../settings.js';
import { cursor, limit, userId } from '../inputs.js';
import { mutation, query } from '../operation.js';
import { directKeyOf } from '../rooms/create.js';

const oneUser = () => z.strictObject({ userId });

const listInput = (settings: Settings) => z.strictObject({ limit: limit(settings), cursor: cursor.optional() });

/**
 * Ends what the two could say to each other alone: no new direct room and no message in the one there is, either way. In
 * rooms with others nothing changes, and the blocked is not told.
 */
export const block = mutation('user.block', oneUser, async (op, asked): Promise<Record<never, never>> => {
  const { methods } = op.store;
  const { userId: me } = op.caller;
  if (asked.userId === me) throw invalid('userId', 'Nobody blocks themselves.');
  return op.store.write(async (tx) => {
    // Whoever makes their direct room at this moment waits here, or is waited for.
    await tx.lockPersonal([me, asked.userId]);
    const at = op.kernel.clock.now();
    const outcome = await methods.blockUser(tx, { userId: me, blockedId: asked.userId, at });
    if (outcome === 'unchanged') {
      op.unchanged?.();
      return {};
    }
    const room = await methods.findDirectRoom(tx, { directKey: directKeyOf([me, asked.userId]) });
    if (room !== null && (await tx.lock([room.id])).has(room.id)) tx.fence(room.id);
    return {};
  });
});

/** Lifts a block of one's own. */
export const unblock = mutation('user.unblock', oneUser, async (op, asked): Promise<Record<never, never>> => {
  const pair = { userId: op.caller.userId, blockedId: asked.userId };
  const outcome = await op.store.write((tx) => op.store.methods.unblockUser(tx, pair));
  if (outcome === 'unchanged') op.unchanged?.();
  return {};
});

/** Whom the caller blocked, newest first. */
export const blocked = query('user.blocked', listInput, (op, page): Promise<Page<Block>> => {
  const { userId: me } = op.caller;
  return op.store.read((tx) => op.store.methods.listBlocks(tx, { userId: me, limit: page.limit, cursor: page.cursor }));
});

/** The caller, as others see them. */
export const me = query(
  'user.me',
  () => z.strictObject({}),
  (op): Promise<UserProfile> => op.kernel.directory.profile(op.caller.userId),
);
