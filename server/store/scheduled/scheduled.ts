import type { Page } from '@confab/shared';
import type { z } from 'zod';
import type { Prisma } from '../generated/sqlite/client.js';
import { pageOf, readPlace, timePlace } from '../page.js';
import type { ReadTx, WriteTx } from '../transaction.js';
import { scheduledRow } from './rows.js';
import type { ScheduledRow } from './rows.js';

export type NewScheduled = Pick<
  ScheduledRow,
  'id' | 'roomId' | 'userId' | 'input' | 'clientId' | 'bodyHash' | 'sendAt' | 'createdAt'
>;

const open = ['waiting', 'sending', 'failed'];

/** What is settled and not named by a client id is kept this long, so that taking it back says what became of it. */
const settledMs = 24 * 60 * 60 * 1_000;

/** Keeps a message that is to be sent later. The user's own log is locked. */
export async function scheduleMessage(
  tx: WriteTx,
  { scheduled, most }: { readonly scheduled: NewScheduled; readonly most: number },
): Promise<'scheduled' | 'full'> {
  const { userId, createdAt, input } = scheduled;
  if ((await tx.db.chatScheduledMessage.count({ where: { userId, state: { in: open } } })) >= most) return 'full';
  await tx.db.chatScheduledMessage.deleteMany({
    where: {
      ...{ userId, clientId: null, state: { in: ['sent', 'cancelled'] } },
      sendAt: { lt: new Date(createdAt.getTime() - settledMs) },
    },
  });
  await tx.db.chatScheduledMessage.create({
    data: { ...scheduled, input: input as Prisma.InputJsonObject, state: 'waiting', attempts: 0 },
  });
  return 'scheduled';
}

/** A scheduled message, whatever became of it. */
export async function findScheduled(tx: ReadTx, { id }: { readonly id: string }): Promise<ScheduledRow | null> {
  const record = await tx.db.chatScheduledMessage.findUnique({ where: { id } });
  return record === null ? null : scheduledRow(record);
}

/** What this user scheduled in this room under this client id, whatever became of it. */
export async function findScheduledBy(
  tx: ReadTx,
  key: { readonly roomId: string; readonly userId: string; readonly clientId: string },
): Promise<ScheduledRow | null> {
  const { roomId, userId, clientId } = key;
  const record = await tx.db.chatScheduledMessage.findUnique({
    where: { roomId_userId_clientId: { roomId, userId, clientId } },
  });
  return record === null ? null : scheduledRow(record);
}

/** Takes one back that waits or has failed; what it would have said goes. `false`: it is in another state by now. */
export async function cancelScheduled(tx: WriteTx, { id }: { readonly id: string }): Promise<boolean> {
  const count = await tx.db.$executeRaw`
    UPDATE "chat_scheduled_message" SET "state" = 'cancelled', "input" = NULL, "claimedUntil" = NULL
    WHERE "id" = ${id} AND "state" IN ('waiting', 'failed')`;
  return count > 0;
}

/** What the user has scheduled, soonest first: what waits and what has failed. */
export async function listScheduled(
  tx: ReadTx,
  input: {
    readonly userId: string;
    readonly roomId: string | undefined;
    readonly limit: number;
    readonly cursor: string | undefined;
  },
): Promise<Page<ScheduledRow>> {
  const { userId, roomId, limit } = input;
  const records = await tx.db.chatScheduledMessage.findMany({
    where: {
      AND: [
        { userId, state: { in: open }, ...(roomId === undefined ? {} : { roomId }) },
        laterThan(readPlace(input.cursor, timePlace)),
      ],
    },
    orderBy: [{ sendAt: 'asc' }, { id: 'asc' }],
    take: limit + 1,
  });
  return pageOf(records.map(scheduledRow), limit, (row) => [row.sendAt.getTime(), row.id]);
}

function laterThan(place: z.output<typeof timePlace> | undefined) {
  if (place === undefined) return {};
  const sendAt = new Date(Math.min(place[0], Date.UTC(9999, 0)));
  return { OR: [{ sendAt: { gt: sendAt } }, { sendAt, id: { gt: place[1] } }] };
}
