import type { NotifiableEvent } from '../extend/notify.js';
import type { NewNotification } from '../store/messages/notifications.js';
import type { MemberRow } from '../store/rows.js';
import type { Op } from './kernel.js';

/** What a member is to be told of an event: one notification or none. Nobody is told of their own doing. */
export function notificationFor(
  { kernel }: Op,
  event: NotifiableEvent,
  member: MemberRow | undefined,
): readonly NewNotification[] {
  const { settings, notifier, ids } = kernel;
  if (!settings.notifications || member === undefined || member.userId === event.actorId) return [];
  if (!notifier.decides(event, member)) return [];
  const { kind, roomId, messageId, actorId, at } = event;
  return [{ id: ids.next(), userId: member.userId, kind, roomId, messageId, actorId, createdAt: at }];
}
