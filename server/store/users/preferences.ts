import type { DoNotDisturb, NotificationPreferences } from '@confab/shared';
import { z } from 'zod';
import type { ReadTx, WriteTx } from '../transaction.js';

const notify = z.enum(['all', 'mentions', 'none']).catch('all');

// A host may have repaired the column by hand; what can't be read disturbs as if it had never been set.
const doNotDisturb: z.ZodType<DoNotDisturb> = z
  .union([
    z.object({ until: z.coerce.date() }),
    z.object({ from: z.string(), to: z.string(), timeZone: z.string(), days: z.array(z.int()).optional() }),
  ])
  .nullable()
  .catch(null);

/** What holds for whoever never set anything. */
export const defaultPreferences: NotificationPreferences = { notify: 'all', doNotDisturb: null };

/** How these users want to be disturbed, in one statement; who never said is left out. */
export async function notificationPreferencesOf(
  tx: ReadTx,
  { userIds }: { readonly userIds: readonly string[] },
): Promise<ReadonlyMap<string, NotificationPreferences>> {
  if (userIds.length === 0) return new Map();
  const rows = await tx.db.chatUserPreferences.findMany({ where: { userId: { in: [...userIds] } } });
  return new Map(
    rows.map((row) => [
      row.userId,
      { notify: notify.parse(row.notify), doNotDisturb: doNotDisturb.parse(row.doNotDisturb) },
    ]),
  );
}

/** Keeps how the user wants to be disturbed and tells the user's other devices. The user's own log is locked. */
export async function setNotificationPreferences(
  tx: WriteTx,
  input: { readonly userId: string; readonly preferences: NotificationPreferences; readonly at: Date },
): Promise<void> {
  const { userId, preferences, at: updatedAt } = input;
  const log = (await tx.lockPersonal([userId])).get(userId);
  const data = { notify: preferences.notify, doNotDisturb: stored(preferences.doNotDisturb), updatedAt };
  await tx.db.chatUserPreferences.upsert({ where: { userId }, create: { userId, ...data }, update: data });
  if (log === undefined) return;
  tx.append({ roomId: log.id, type: 'notifications.updated', actorId: userId, at: updatedAt, data: {} });
}

/** As the column takes it: an empty object is none, for how `null` is written depends on the host's Prisma client. */
function stored(value: DoNotDisturb) {
  return JSON.parse(JSON.stringify(value ?? {})) as Readonly<Record<string, never>>;
}
