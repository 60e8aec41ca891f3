import { ChatError, invalid } from '@confab/shared';
import type { DoNotDisturb, NotificationPreferences } from '@confab/shared';
import { z } from 'zod';
import { defaultPreferences } from '../../store/users/preferences.js';
import type { ReadTx } from '../../store/transaction.js';
import { fingerprint } from '../fingerprint.js';
import { until } from '../inputs.js';
import type { Op } from '../kernel.js';
import { mutation, query } from '../operation.js';
import { isTimeZone } from './do-not-disturb.js';

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day, as 07:30');

const days = z
  .array(z.int().min(0).max(6))
  .min(1)
  .max(7)
  .refine((values) => new Set(values).size === values.length, 'must name each day once')
  .transform((values) => values.toSorted((a, b) => a - b));

const quietHours = z
  .strictObject({
    from: timeOfDay,
    to: timeOfDay,
    timeZone: z.string().max(64).refine(isTimeZone, 'must be a name of the IANA time zone database'),
    days: days.optional(),
  })
  .refine(({ from, to }) => from !== to, { path: ['to'], message: 'must be another time than it begins at' });

const input = () =>
  z.strictObject({
    notify: z.enum(['all', 'mentions', 'none']).optional(),
    doNotDisturb: z
      .union([z.strictObject({ until }), quietHours])
      .nullable()
      .optional(),
  });

/** How the caller wants to be disturbed. */
export const preferences = query(
  'notification.preferences',
  () => z.strictObject({}),
  (op): Promise<NotificationPreferences> => op.store.read((tx) => preferencesNow(op, tx)),
);

/**
 * Sets how the caller wants to be disturbed; what is left out stays. It is about pushes: what is kept for
 * `notification.list` follows the preferences of the rooms alone. The caller's other devices hear of it.
 */
export const setPreferences = mutation('notification.setPreferences', input, (op, asked) =>
  op.store.write(async (tx): Promise<NotificationPreferences> => {
    const { userId, isSystem } = op.caller;
    if (isSystem) throw new ChatError('PERMISSION_DENIED', 'The host itself is not disturbed.');
    // Two devices may each set a part at once.
    await tx.lockPersonal([userId]);
    const before = await preferencesNow(op, tx);
    const at = op.kernel.clock.now();
    const { notify = before.notify, doNotDisturb = before.doNotDisturb } = asked;
    if (isOver(doNotDisturb, at)) throw invalid('doNotDisturb.until', 'must be in the future');
    const wanted = { notify, doNotDisturb };
    if (fingerprint(wanted) === fingerprint(before)) op.unchanged?.();
    else await op.store.methods.setNotificationPreferences(tx, { userId, preferences: wanted, at });
    return wanted;
  }),
);

async function preferencesNow(op: Op, tx: ReadTx): Promise<NotificationPreferences> {
  const { userId } = op.caller;
  const found = await op.store.methods.notificationPreferencesOf(tx, { userIds: [userId] });
  const { notify, doNotDisturb } = found.get(userId) ?? defaultPreferences;
  return { notify, doNotDisturb: isOver(doNotDisturb, op.kernel.clock.now()) ? null : doNotDisturb };
}

function isOver(doNotDisturb: DoNotDisturb, now: Date): boolean {
  return doNotDisturb !== null && 'until' in doNotDisturb && doNotDisturb.until <= now;
}
