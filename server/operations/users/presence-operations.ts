import type { Presence } from '@confab/shared';
import { z } from 'zod';
import type { Settings } from '../../settings.js';
import { userId } from '../inputs.js';
import { query } from '../operation.js';
import { activeSince } from './session-operations.js';

/** Users one can ask about at once. */
const most = 100;

const input = (_settings: Settings) => z.strictObject({ userIds: z.array(userId).min(1).max(most) });

/** Who is online, of those who share a room with the caller; others are left out. */
export const get = query('presence.get', input, async (op, asked): Promise<{ readonly items: readonly Presence[] }> => {
  const { caller, store } = op;
  const wanted = [...new Set(asked.userIds)];
  return store.read(async (tx) => {
    const others = wanted.filter((id) => id !== caller.userId);
    const visible = caller.isSystem
      ? new Set(wanted)
      : await store.methods.sharingRooms(tx, { userId: caller.userId, others });
    const shown = wanted.filter((id) => id === caller.userId || visible.has(id));
    const seen = await store.methods.lastSeen(tx, { userIds: shown, activeSince: activeSince(op) });
    const items = shown.map((id): Presence => {
      const found = seen.get(id);
      return {
        userId: id,
        status: found?.isOnline === true ? 'online' : 'offline',
        lastSeenAt: found?.lastSeenAt ?? null,
      };
    });
    return { items };
  });
});
