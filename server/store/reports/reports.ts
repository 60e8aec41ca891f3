import type { Page, Report, ReportAction, ReportState } from '@confab/shared';
import { olderThan, pageOf, readPlace, timePlace } from '../page.js';
import { loadMessages, removedRow } from '../present/message.js';
import { loadProfiles, profileOf } from '../present/user.js';
import { messageRow } from '../records.js';
import type { MessageRow } from '../rows.js';
import type { ReadTx, WriteTx } from '../transaction.js';

/** A report as it is kept. */
export type ReportRow = Omit<Report, 'message' | 'reporter'>;

/** A report that is new. */
export type NewReport = Pick<ReportRow, 'id' | 'roomId' | 'messageId' | 'reporterId' | 'reason' | 'createdAt'>;

/** Who reads reports. */
interface Reader {
  readonly viewerId: string;
  /** The first `seq` of the room that the reader may see; 0 over several rooms. */
  readonly floorSeq: number;
}

/** Keeps a report in a locked room; the same user's earlier one of the message stays as it is. Its id either way. */
export async function createReport(
  tx: WriteTx,
  { report }: { readonly report: NewReport },
): Promise<{ readonly id: string; readonly isNew: boolean }> {
  const { messageId, reporterId } = report;
  const where = { messageId_reporterId: { messageId, reporterId } };
  const before = await tx.db.chatReport.findUnique({ where, select: { id: true } });
  if (before !== null) return { id: before.id, isNew: false };
  await tx.db.chatReport.create({ data: { ...report, resolvedAt: null, resolvedBy: null, action: null } });
  return { id: report.id, isNew: true };
}

/** A report by its id. */
export async function findReport(tx: ReadTx, { reportId }: { readonly reportId: string }): Promise<ReportRow | null> {
  const record = await tx.db.chatReport.findUnique({ where: { id: reportId } });
  return record === null ? null : reportRow(record);
}

/** The reports of a room, or of all rooms, newest first. */
export async function listReports(
  tx: ReadTx,
  input: Reader & {
    readonly roomId: string | undefined;
    readonly state: ReportState | undefined;
    readonly limit: number;
    readonly cursor: string | undefined;
  },
): Promise<Page<Report>> {
  const { roomId, state, limit } = input;
  const older = olderThan(readPlace(input.cursor, timePlace), 'id');
  const ofRoom = roomId === undefined ? {} : { roomId };
  const ofState = state === undefined ? {} : { resolvedAt: state === 'open' ? null : { not: null } };
  const records = await tx.db.chatReport.findMany({
    where: { AND: [ofRoom, ofState, older] },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: limit + 1,
  });
  const page = pageOf(records.map(reportRow), limit, (row) => [row.createdAt.getTime(), row.id]);
  return { items: await presentReports(tx, { ...input, rows: page.items }), nextCursor: page.nextCursor };
}

/** Ends every open report of a message. */
export async function resolveReports(
  tx: WriteTx,
  input: {
    readonly messageId: string;
    readonly action: ReportAction;
    readonly resolvedBy: string | null;
    readonly at: Date;
  },
): Promise<void> {
  const { messageId, action, resolvedBy, at: resolvedAt } = input;
  await tx.db.chatReport.updateMany({
    where: { messageId, resolvedAt: null },
    data: { resolvedAt, resolvedBy, action },
  });
}

/** The reports as one reader gets them, in a number of statements that does not grow with them. Same order and length. */
export async function presentReports(
  tx: ReadTx,
  { rows, viewerId, floorSeq }: Reader & { readonly rows: readonly ReportRow[] },
): Promise<readonly Report[]> {
  if (rows.length === 0) return [];
  const profiles = await loadProfiles(
    tx,
    rows.map(({ reporterId }) => reporterId),
  );
  const found = await messagesOf(tx, [...new Set(rows.map(({ messageId }) => messageId))]);
  const seen = found.filter(({ seq }) => seq >= floorSeq);
  const shown = await loadMessages(tx, seen, viewerId);
  const messages = new Map(seen.map(({ id }, index) => [id, shown[index] ?? null]));
  return rows.map((row) => ({
    ...row,
    message: messages.get(row.messageId) ?? null,
    reporter: profileOf(profiles, row.reporterId),
  }));
}

async function messagesOf(tx: ReadTx, ids: readonly string[]): Promise<readonly MessageRow[]> {
  const where = { id: { in: [...ids] } };
  const kept = (await tx.db.chatMessage.findMany({ where })).map(messageRow);
  if (kept.length === ids.length) return kept;
  return [...kept, ...(await tx.db.chatRemovedMessage.findMany({ where })).map(removedRow)];
}

function reportRow({ action, ...row }: Omit<ReportRow, 'action'> & { readonly action: string | null }): ReportRow {
  // Written by this file.
  return { ...row, action: action as ReportAction | null };
}
