import type { ReadTx, WriteTx } from '../transaction.js';
import { scheduledRow } from './rows.js';
import type { ScheduledRow } from './rows.js';
import { select } from '../messages/raw.js';

/** When the next one is worth looking at, if that is before `before`. One row is read. */
export async function nextScheduled(tx: ReadTx, { before }: { readonly before: Date }): Promise<Date | null> {
  const found = await tx.db.chatScheduledMessage.findFirst({
    where: {
      state: { in: ['waiting', 'sending'] },
      sendAt: { lte: before },
      OR: [{ claimedUntil: null }, { claimedUntil: { lte: before } }],
    },
    orderBy: { sendAt: 'asc' },
    select: { sendAt: true, claimedUntil: true },
  });
  if (found === null) return null;
  const { sendAt, claimedUntil } = found;
  return claimedUntil !== null && claimedUntil > sendAt ? claimedUntil : sendAt;
}

/**
 * Claims what is due, soonest first: it is this node's until `until`. What another node claimed and did not settle in time,
 * because it died, is due again. No two nodes get the same.
 */
export async function claimScheduled(
  tx: WriteTx,
  { now, until, limit }: { readonly now: Date; readonly until: Date; readonly limit: number },
): Promise<readonly ScheduledRow[]> {
  const due = `"state" IN ('waiting', 'sending') AND "sendAt" <= ? AND ("claimedUntil" IS NULL OR "claimedUntil" <= ?)`;
  const claimed = await select<{ id: string }>(
    tx,
    `WITH "due" AS MATERIALIZED (
       SELECT "id" FROM "chat_scheduled_message" WHERE ${due} ORDER BY "sendAt", "id" LIMIT ?
       ${tx.provider === 'postgresql' ? 'FOR UPDATE SKIP LOCKED' : ''}
     )
     UPDATE "chat_scheduled_message" SET "state" = 'sending', "claimedUntil" = ?, "attempts" = "attempts" + 1
     WHERE "id" IN (SELECT "id" FROM "due") RETURNING "id"`,
    [now, now, limit, until],
  );
  if (claimed.length === 0) return [];
  const records = await tx.db.chatScheduledMessage.findMany({
    where: { id: { in: claimed.map(({ id }) => id) } },
    orderBy: [{ sendAt: 'asc' }, { id: 'asc' }],
  });
  return records.map(scheduledRow);
}

/** What became of one that was claimed. */
export type Settlement =
  | { readonly state: 'sent'; readonly messageId: string }
  | { readonly state: 'failed'; readonly error: string }
  /** To be tried again, not before. */
  | { readonly state: 'waiting'; readonly claimedUntil: Date };

/** Writes down what became of one that was claimed. What was sent is said nowhere but in the message. */
export async function settleScheduled(
  tx: WriteTx,
  { id, settlement }: { readonly id: string; readonly settlement: Settlement },
): Promise<void> {
  const { state } = settlement;
  if (state === 'sent') {
    await tx.db.$executeRaw`
      UPDATE "chat_scheduled_message"
      SET "state" = 'sent', "messageId" = ${settlement.messageId}, "input" = NULL, "claimedUntil" = NULL
      WHERE "id" = ${id} AND "state" = 'sending'`;
    return;
  }
  const data = state === 'failed' ? { error: settlement.error, claimedUntil: null } : settlement;
  await tx.db.chatScheduledMessage.updateMany({ where: { id, state: 'sending' }, data: { state, ...data } });
}
