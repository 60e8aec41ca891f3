import type { NotifiableEvent } from '../extend/notify.js';
import type { NewNotification } from '../store/messages/notifications.js';
import type { MemberRow } from '../store/rows.js';
import type { WriteTx } from '../store/transaction.js';
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

/** Keeps what these members are to be told of an event, and hands it on once it is committed. Call it last. */
export async function tellOf(op: Op, tx: WriteTx, event: NotifiableEvent, userIds: readonly string[]): Promise<void> {
  const { kernel, store } = op;
  if (!kernel.settings.notifications || userIds.length === 0) return;
  const members = await store.methods.membersAmong(tx, { roomId: event.roomId, userIds });
  const notifications = userIds.flatMap((userId) => notificationFor(op, event, members.get(userId)));
  await store.methods.notify(tx, { notifications });
  tx.afterCommit(() => kernel.notifier.delivered(notifications));
}

/** Tells somebody that they are invited. They are no member, so no member's preferences are asked. */
export async function notifyInvited(op: Op, tx: WriteTx, roomId: string, userId: string, at: Date): Promise<void> {
  const { kernel, store, caller } = op;
  if (!kernel.settings.notifications) return;
  const about = { kind: 'invite', roomId, messageId: null, actorId: caller.userId, createdAt: at } as const;
  const notifications = [{ id: kernel.ids.next(), userId, ...about }];
  await store.methods.notify(tx, { notifications });
  tx.afterCommit(() => kernel.notifier.delivered(notifications));
}

/** Tells those who were made members by somebody else. */
export function notifyAdded(op: Op, tx: WriteTx, roomId: string, added: readonly string[], at: Date): Promise<void> {
  return tellOf(op, tx, { kind: 'added', roomId, messageId: null, actorId: op.caller.userId, at }, added);
}
