import type { Page } from '@confab/shared';
import { olderThan, pageOf, readPlace, timePlace } from '../page.js';
import type { ReadTx, WriteTx } from '../transaction.js';
import type { DeliveryKind, DeliveryRow, DeliveryState } from './queue.js';

/** What waits or was given up, newest first. */
export async function listDeliveries(
  { db }: ReadTx,
  input: {
    readonly kind: DeliveryKind | undefined;
    readonly state: DeliveryState | undefined;
    readonly limit: number;
    readonly cursor: string | undefined;
  },
): Promise<Page<DeliveryRow>> {
  const { kind, state, limit } = input;
  const older = olderThan(readPlace(input.cursor, timePlace), 'id');
  const wanted = { ...(kind === undefined ? {} : { kind }), ...(state === undefined ? {} : { state }) };
  const records = await db.chatDelivery.findMany({
    where: { AND: [wanted, older] },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: limit + 1,
  });
  const rows = records.map((record): DeliveryRow => {
    return { ...record, kind: record.kind as DeliveryKind, state: record.state as DeliveryState };
  });
  return pageOf(rows, limit, (row) => [row.createdAt.getTime(), row.id]);
}

/**
 * Has a delivery tried at once, as if for the first time. `unchanged`: a node is trying it. Two statements at most.
 */
export async function retryDelivery(
  { db }: WriteTx,
  { id, at }: { readonly id: string; readonly at: Date },
): Promise<'retried' | 'unchanged' | 'unknown'> {
  const { count } = await db.chatDelivery.updateMany({
    where: { id, OR: [{ claimedUntil: null }, { claimedUntil: { lte: at } }] },
    data: { state: 'waiting', attempts: 0, nextAttemptAt: at, claimedUntil: null },
  });
  if (count > 0) return 'retried';
  return (await db.chatDelivery.findUnique({ where: { id }, select: { id: true } })) === null ? 'unknown' : 'unchanged';
}

/** Gives a delivery up for good; `unknown` when there is none. An attempt that is under way is not called back. */
export async function discardDelivery(
  { db }: WriteTx,
  { id }: { readonly id: string },
): Promise<'discarded' | 'unknown'> {
  const { count } = await db.chatDelivery.deleteMany({ where: { id } });
  return count > 0 ? 'discarded' : 'unknown';
}
