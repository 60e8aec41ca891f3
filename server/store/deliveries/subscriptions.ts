import { createHash } from 'node:crypto';
import type { ReadTx, WriteTx } from '../transaction.js';

/** Where a device can be reached. */
export interface PushSubscriptionRow {
  readonly id: string;
  readonly userId: string;
  /** The session of the device that registered; `null`: it was registered by the host. */
  readonly sessionId: string | null;
  /** As JSON. */
  readonly registration: string;
}

const columns = { id: true, userId: true, sessionId: true, registration: true } as const;

/**
 * Keeps where a device of the user can be reached. Whoever registers last has the device: one that another user
 * registered before becomes a new subscription, so that nothing of theirs arrives there any more. Of more than `most` the
 * oldest go. The user's log is locked.
 */
export async function subscribePush(
  tx: WriteTx,
  { subscription, at, most }: { readonly subscription: PushSubscriptionRow; readonly at: Date; readonly most: number },
): Promise<{ readonly id: string; readonly outcome: 'subscribed' | 'unchanged' }> {
  const { userId, sessionId } = subscription;
  const registrationHash = hashOf(subscription.registration);
  const known = await tx.db.chatPushSubscription.findUnique({ where: { registrationHash } });
  if (known?.userId === userId) {
    if (sessionId === null || sessionId === known.sessionId) return { id: known.id, outcome: 'unchanged' };
    await tx.db.chatPushSubscription.update({ where: { id: known.id }, data: { sessionId } });
    return { id: known.id, outcome: 'subscribed' };
  }
  if (known !== null) await forget(tx, [known.id]);
  const held = await tx.db.chatPushSubscription.findMany({
    where: { userId },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    select: { id: true },
  });
  await forget(
    tx,
    held.slice(most - 1).map(({ id }) => id),
  );
  await tx.db.chatPushSubscription.create({ data: { ...subscription, registrationHash, createdAt: at } });
  return { id: subscription.id, outcome: 'subscribed' };
}

/** Forgets devices of the user with all that waits for them: one by its id or registration, or all of a session. */
export async function unsubscribePush(
  tx: WriteTx,
  {
    userId,
    ...which
  }: { readonly userId: string } & (
    { readonly id: string } | { readonly registration: string } | { readonly sessionId: string }
  ),
): Promise<'unsubscribed' | 'unchanged'> {
  const where =
    'registration' in which ? { userId, registrationHash: hashOf(which.registration) } : { userId, ...which };
  const found = await tx.db.chatPushSubscription.findMany({ where, select: { id: true } });
  await forget(
    tx,
    found.map(({ id }) => id),
  );
  return found.length > 0 ? 'unsubscribed' : 'unchanged';
}

/** Forgets devices that can't be reached any more, with all that waits for them. */
export async function dropSubscriptions(tx: WriteTx, { ids }: { readonly ids: readonly string[] }): Promise<void> {
  await forget(tx, ids);
}

/** Those of these subscriptions that there still are, by id. */
export async function findSubscriptions(
  tx: ReadTx,
  { ids }: { readonly ids: readonly string[] },
): Promise<ReadonlyMap<string, PushSubscriptionRow>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.db.chatPushSubscription.findMany({ where: { id: { in: [...ids] } }, select: columns });
  return new Map(rows.map((row) => [row.id, row]));
}

async function forget({ db }: WriteTx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await db.chatDelivery.deleteMany({ where: { kind: 'push', target: { in: [...ids] } } });
  await db.chatPushSubscription.deleteMany({ where: { id: { in: [...ids] } } });
}

function hashOf(registration: string): string {
  return createHash('sha256').update(registration).digest('hex');
}
