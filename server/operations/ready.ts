import type { EventData } from '@confab/shared';
import type { Op } from './kernel.js';

/** Rooms with undelivered messages that `ready` names; the rest is found through `notification.pending`. */
const pendingRooms = 50;

/** What a stream begins with: what waits for this user. */
export async function readyData(op: Op): Promise<Omit<EventData['ready'], 'resumed'>> {
  const { methods } = op.store;
  const { userId, sessionId } = op.caller;
  return op.store.read(async (given) => {
    // A stream has to begin, whatever a host's functions do.
    const tx = { ...given, present: given.present.safe };
    const { total, mentions } = await methods.unreadOf(tx, { userId });
    const isNotified = op.kernel.settings.notifications;
    const pending = isNotified ? await methods.pendingNotifications(tx, { userId, limit: pendingRooms }) : [];
    return { sessionId: sessionId ?? '', userId, unread: { total, mentions }, pending };
  });
}
