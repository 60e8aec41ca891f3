import type { NotificationKind } from '@confab/shared';
import type { WriteTx } from '../transaction.js';

/** Something aimed at one person, about to be kept. */
export interface NewNotification {
  readonly id: string;
  readonly userId: string;
  readonly kind: NotificationKind;
  readonly roomId: string;
  readonly messageId: string | null;
  readonly actorId: string;
  readonly createdAt: Date;
}

/** Keeps notifications and logs each in the log of the person it is for. Locks their pseudo rooms, so call it last. */
export async function notify(
  tx: WriteTx,
  { notifications }: { readonly notifications: readonly NewNotification[] },
): Promise<void> {
  if (notifications.length === 0) return;
  const logs = await tx.lockPersonal([...new Set(notifications.map((notification) => notification.userId))]);
  await tx.db.chatNotification.createMany({ data: [...notifications] });
  for (const { id, userId, actorId, createdAt } of notifications) {
    const log = logs.get(userId);
    if (log === undefined) continue;
    tx.append({ roomId: log.id, type: 'notification', actorId, at: createdAt, data: { notificationId: id } });
  }
}

/** Marks the user's own notifications as seen; others' and unknown ids are passed over. */
export async function ackNotifications(
  tx: WriteTx,
  { userId, ids, at }: { readonly userId: string; readonly ids: readonly string[]; readonly at: Date },
): Promise<void> {
  await tx.db.chatNotification.updateMany({
    where: { id: { in: [...ids] }, userId, ackedAt: null },
    data: { ackedAt: at },
  });
}
