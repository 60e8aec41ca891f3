import { ChatError } from '@confab/shared';
import type { Page, Session } from '@confab/shared';
import { z } from 'zod';
import type { Settings } from '../../settings.js';
import { cursor, limit, userId as opaqueId } from '../inputs.js';
import type { Op } from '../kernel.js';
import { mutation, query } from '../operation.js';

const listInput = (settings: Settings) =>
  z.strictObject({
    state: z.enum(['active', 'expired']).optional(),
    limit: limit(settings),
    cursor: cursor.optional(),
  });

const revokeInput = (_settings: Settings) => z.strictObject({ sessionId: opaqueId });

const noInput = (_settings: Settings) => z.strictObject({}).optional();

/** When a device must have been seen to count as active. */
export function activeSince({ kernel }: Op): Date {
  return new Date(kernel.clock.now().getTime() - kernel.settings.inactivityThresholdMs);
}

/** The caller's devices, newest first. */
export const list = query('session.list', listInput, async (op, asked): Promise<Page<Session>> => {
  // The device that asks may have connected a moment ago.
  await settled(op);
  const page = await op.store.read((tx) =>
    op.store.methods.listSessions(tx, {
      userId: op.caller.userId,
      limit: asked.limit,
      cursor: asked.cursor,
      state: asked.state,
      activeSince: activeSince(op),
    }),
  );
  const items = page.items.map(({ id, createdAt, lastSeenAt, userAgent }) => ({
    id,
    current: id === op.caller.sessionId,
    createdAt,
    lastSeenAt,
    userAgent,
  }));
  return { items, nextCursor: page.nextCursor };
});

/**
 * Shuts one of the caller's devices out: its connections are closed, it is refused until it logs in anew, and nothing is
 * pushed to it any more.
 */
export const revoke = mutation(
  'session.revoke',
  revokeInput,
  async (op, { sessionId }): Promise<Record<never, never>> => {
    const { userId } = op.caller;
    await settled(op);
    await op.store.write(async (tx) => {
      const revokedAt = op.kernel.clock.now();
      const isFound = await op.store.methods.revokeSession(tx, { userId, sessionId, at: revokedAt });
      if (!isFound) throw new ChatError('NOT_FOUND');
      await op.store.methods.unsubscribePush(tx, { userId, sessionId });
      tx.afterCommit(() => op.kernel.sessions.revoked({ userId, sessionId, reason: 'revoked', revokedAt }));
    });
    return {};
  },
);

/** A sign of life of a device that has nothing else to say. */
export const heartbeat = mutation('session.heartbeat', noInput, async (op): Promise<Record<never, never>> => {
  const { userId, sessionId } = op.caller;
  if (sessionId === null) return {};
  if (isInside(op)) op.store.afterCommit(() => op.kernel.sessions.touched(userId, sessionId));
  else await op.kernel.sessions.seen(userId, sessionId);
  return {};
});

/** Whether this call is part of a transaction, which whatever is written beside it may have to wait for. */
function isInside({ kernel, store }: Op): boolean {
  return store !== kernel.store;
}

async function settled(op: Op): Promise<void> {
  if (!isInside(op)) await op.kernel.sessions.settled();
}
