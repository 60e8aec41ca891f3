import type { ListedNotification, NotificationKind, Page } from '@confab/shared';
import { olderThan, pageOf, readPlace, timePlace } from '../page.js';
import type { ReadTx, WriteTx } from '../transaction.js';

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
  for (const { id, userId, kind, roomId, messageId, actorId, createdAt } of notifications) {
    const log = logs.get(userId);
    if (log === undefined) continue;
    const about = { aboutRoomId: roomId, ...(messageId === null ? {} : { messageId }) };
    const data = { notificationId: id, notified: kind, ...about };
    tx.append({ roomId: log.id, type: 'notification', actorId, at: createdAt, data });
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

/** What was aimed at the user, newest first. */
export async function listNotifications(
  tx: ReadTx,
  input: { readonly userId: string; readonly limit: number; readonly cursor: string | undefined },
): Promise<Page<ListedNotification>> {
  const { userId, limit } = input;
  const older = olderThan(readPlace(input.cursor, timePlace), 'id');
  const rows = await tx.db.chatNotification.findMany({
    where: { AND: [{ userId }, older] },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: limit + 1,
  });
  const page = pageOf(rows, limit, (row) => [row.createdAt.getTime(), row.id]);
  const items = page.items.map(({ userId: _me, kind, ...row }) => ({ ...row, kind: kind as NotificationKind }));
  return { items, nextCursor: page.nextCursor };
}
