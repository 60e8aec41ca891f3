import type { ListedNotification, Page, PendingRoom } from '@confab/shared';
import { z } from 'zod';
import type { Settings } from '../../settings.js';
import type { Unread } from '../../store/messages/counts.js';
import * as inputs from '../inputs.js';
import { mutation, query } from '../operation.js';

const nothing = () => z.strictObject({});
const most = 100;
/** As many rooms as `ready` names. */
const pendingRooms = 50;

/** The rooms in which something was not delivered to the caller yet, newest first. */
export const pending = query(
  'notification.pending',
  nothing,
  async (op): Promise<{ readonly rooms: readonly PendingRoom[] }> => {
    const { userId } = op.caller;
    // As in `ready`: where nothing is kept for anyone, nothing waits.
    if (!op.kernel.settings.notifications) return { rooms: [] };
    return {
      rooms: await op.store.read((tx) => op.store.methods.pendingNotifications(tx, { userId, limit: pendingRooms })),
    };
  },
);

/** What the caller has not read, over all rooms. */
export const unread = query('notification.unread', nothing, async (op): Promise<Unread> => {
  const { userId } = op.caller;
  return op.store.read((tx) => op.store.methods.unreadOf(tx, { userId }));
});

/** What was aimed at the caller: mentions, replies, reactions, being added and the like; newest first. */
export const list = query(
  'notification.list',
  (settings: Settings) => z.strictObject({ limit: inputs.limit(settings), cursor: inputs.cursor.optional() }),
  (op, { limit, cursor }): Promise<Page<ListedNotification>> => {
    const { userId } = op.caller;
    return op.store.read((tx) => op.store.methods.listNotifications(tx, { userId, limit, cursor }));
  },
);

/** Marks what was aimed at the caller as seen; ids that are not theirs, or gone, are passed over. */
export const ack = mutation(
  'notification.ack',
  () => z.strictObject({ ids: z.array(inputs.id).min(1).max(most) }),
  async (op, { ids }): Promise<Record<never, never>> => {
    const { userId } = op.caller;
    const at = op.kernel.clock.now();
    await op.store.write((tx) => op.store.methods.ackNotifications(tx, { userId, ids, at }));
    return {};
  },
);
