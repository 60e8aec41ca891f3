import type { ReadTx, WriteTx } from '../transaction.js';

export type DeliveryKind = 'push' | 'webhook';

/** `waiting`: for its next attempt; `dead`: given up. */
export type DeliveryState = 'waiting' | 'dead';

/** Something that is to reach a device or an address outside. */
export interface DeliveryRow {
  readonly id: string;
  /** Who works it off. */
  readonly queue: string;
  readonly kind: DeliveryKind;
  /** The push subscription, or the name of the webhook. */
  readonly target: string;
  readonly userId: string | null;
  /** The event it tells of. */
  readonly roomId: string;
  readonly seq: number;
  readonly state: DeliveryState;
  /** How many were begun. */
  readonly attempts: number;
  readonly nextAttemptAt: Date;
  /** A node works on it until then; `null`: none does. */
  readonly claimedUntil: Date | null;
  readonly lastError: string | null;
  readonly createdAt: Date;
}

export type NewDelivery = Pick<DeliveryRow, 'id' | 'queue' | 'kind' | 'target' | 'userId' | 'roomId' | 'seq'>;

/** A delivery that is this node's for a while. */
export type ClaimedDelivery = Pick<DeliveryRow, 'id' | 'target' | 'userId' | 'roomId' | 'seq' | 'attempts'>;

/** How attempts came out. What another node has taken over meanwhile stays as it is, unless it was done. */
export interface Settlement {
  readonly at: Date;
  /** The end of the lease they were claimed with. */
  readonly claimedUntil: Date;
  /** Done, or not to be done any more. */
  readonly done: readonly string[];
  readonly later: readonly {
    readonly id: string;
    readonly nextAttemptAt: Date;
    readonly lastError: string;
  }[];
  readonly dead: readonly { readonly id: string; readonly lastError: string }[];
  /** Was not really tried: as if it had not been claimed. */
  readonly released: readonly string[];
}

/** Rows that one transaction deletes. */
const rowsPerStep = 500;

/** Puts deliveries into their queues, due at once. One statement. */
export async function enqueueDeliveries(
  { db }: WriteTx,
  { deliveries, at }: { readonly deliveries: readonly NewDelivery[]; readonly at: Date },
): Promise<void> {
  if (deliveries.length === 0) return;
  const common = { state: 'waiting', attempts: 0, nextAttemptAt: at, createdAt: at } as const;
  await db.chatDelivery.createMany({ data: deliveries.map((delivery) => ({ ...delivery, ...common })) });
}

/** Whether anything of a queue is due. */
export async function hasDueDelivery(
  { db }: ReadTx,
  { queue, now }: { readonly queue: string; readonly now: Date },
): Promise<boolean> {
  const where = { queue, state: 'waiting', nextAttemptAt: { lte: now } };
  return (await db.chatDelivery.findFirst({ where, select: { id: true } })) !== null;
}

/**
 * Takes what is due longest, at most `limit`, and counts an attempt. Until `claimedUntil` nobody else gets it; what was
 * not settled by then is due again.
 */
export async function claimDeliveries(
  tx: WriteTx,
  input: { readonly queue: string; readonly now: Date; readonly claimedUntil: Date; readonly limit: number },
): Promise<readonly ClaimedDelivery[]> {
  const { queue, now, claimedUntil, limit } = input;
  const due = { queue, state: 'waiting', nextAttemptAt: { lte: now } };
  const found =
    tx.provider === 'postgresql'
      ? await tx.db.$queryRaw<{ id: string }[]>`
          SELECT "id" FROM "chat_delivery"
          WHERE "queue" = ${queue} AND "state" = 'waiting' AND "nextAttemptAt" <= (${now.toISOString()}::text)::timestamp(3)
          ORDER BY "nextAttemptAt" LIMIT ${limit} FOR UPDATE SKIP LOCKED`
      : await tx.db.chatDelivery.findMany({
          where: due,
          orderBy: { nextAttemptAt: 'asc' },
          take: limit,
          select: { id: true },
        });
  if (found.length === 0) return [];
  const where = { id: { in: found.map(({ id }) => id) } };
  await tx.db.chatDelivery.updateMany({
    where,
    data: { claimedUntil, nextAttemptAt: claimedUntil, attempts: { increment: 1 } },
  });
  return tx.db.chatDelivery.findMany({
    where,
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    select: { id: true, target: true, userId: true, roomId: true, seq: true, attempts: true },
  });
}

/** Keeps how attempts came out. */
export async function settleDeliveries({ db }: WriteTx, settlement: Settlement): Promise<void> {
  const { at, claimedUntil, done, later, dead, released } = settlement;
  const free = { claimedUntil: null } as const;
  if (done.length > 0) await db.chatDelivery.deleteMany({ where: { id: { in: [...done] } } });
  for (const { id, nextAttemptAt, lastError } of later) {
    await db.chatDelivery.updateMany({ where: { id, claimedUntil }, data: { ...free, nextAttemptAt, lastError } });
  }
  for (const { id, lastError } of dead) {
    await db.chatDelivery.updateMany({ where: { id, claimedUntil }, data: { ...free, state: 'dead', lastError } });
  }
  if (released.length === 0) return;
  await db.chatDelivery.updateMany({
    where: { id: { in: [...released] }, claimedUntil },
    data: { ...free, attempts: { decrement: 1 }, nextAttemptAt: at },
  });
}

/** Deletes some deliveries that were made before a time, whatever became of them; returns how many. */
export async function pruneDeliveries({ db }: WriteTx, { before }: { readonly before: Date }): Promise<number> {
  const rows = await db.chatDelivery.findMany({
    where: { createdAt: { lt: before } },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    take: rowsPerStep,
    select: { id: true },
  });
  if (rows.length === 0) return 0;
  const { count } = await db.chatDelivery.deleteMany({ where: { id: { in: rows.map(({ id }) => id) } } });
  return count;
}
