import { ChatError, invalid, reportActions } from '@confab/shared';
import type { Report, ReportAction } from '@confab/shared';
import { z } from 'zod';
import { enter } from '../../policy/enter.js';
import type { ReportRow } from '../../store/reports/reports.js';
import type { WriteTx } from '../../store/transaction.js';
import * as inputs from '../inputs.js';
import { actorOf } from '../kernel.js';
import type { Op } from '../kernel.js';
import { deletion } from '../messages/delete.js';
import { floorOf } from '../../policy/reach.js';
import { mutation } from '../operation.js';
import { perform } from '../perform.js';
import { ban } from '../rooms/bans.js';
import { mute } from '../rooms/mutes.js';

const input = () =>
  z.strictObject({
    reportId: inputs.id,
    action: z.enum(reportActions),
    /** When a mute or a ban ends. */
    until: inputs.until.nullable().optional(),
  });

type Input = z.output<ReturnType<typeof input>>;

/**
 * Does something about a reported message, or nothing, and ends all open reports of it, in one transaction. What is done
 * is `message.delete`, `room.mute` or `room.ban`, with whatever these ask of the caller, of rank and of hooks; what they
 * refuse leaves the report open.
 */
export const resolve = mutation('report.resolve', input, (op, asked): Promise<Report> => {
  const { action, until } = asked;
  if (until !== undefined && action !== 'mute' && action !== 'ban') throw invalid('until', `A ${action} has no end.`);
  return op.store.transaction(async ({ store }) => {
    const inside: Op = { kernel: op.kernel, caller: op.caller, store };
    const report = await store.write((tx) => admitted(inside, tx, asked.reportId));
    if (report.action === null) {
      await act(inside, report, asked);
      await store.write((tx) => settle(inside, tx, report, action));
    } else if (report.action === action) {
      op.unchanged?.();
    } else {
      throw new ChatError('CONFLICT', 'It was resolved in another way.', { details: { constraint: 'resolved' } });
    }
    return store.read(async (tx) => {
      const { methods } = store;
      const row = (await methods.findReport(tx, { reportId: report.id })) ?? report;
      const { userId, isSystem } = op.caller;
      const room = await methods.findRoom(tx, { roomId: report.roomId });
      const me = isSystem ? null : await methods.findMember(tx, { roomId: report.roomId, userId });
      const floorSeq = room === null ? 0 : floorOf(room, me);
      const [shown] = await methods.presentReports(tx, { rows: [row], viewerId: userId, floorSeq });
      if (shown === undefined) throw new ChatError('NOT_FOUND');
      return shown;
    });
  });
});

/** The report, read again with its room locked. Who may not read reports learns of none but their own. */
async function admitted(op: Op, tx: WriteTx, reportId: string): Promise<ReportRow> {
  const { methods } = op.store;
  const found = await methods.findReport(tx, { reportId });
  if (found === null) throw new ChatError('NOT_FOUND');
  try {
    await enter(op, tx, 'report.resolve', found.roomId);
  } catch (error) {
    const isHidden = error instanceof ChatError && found.reporterId !== op.caller.userId;
    throw isHidden && error.code === 'PERMISSION_DENIED' ? new ChatError('NOT_FOUND') : error;
  }
  const report = await methods.findReport(tx, { reportId });
  if (report === null) throw new ChatError('NOT_FOUND');
  return report;
}

/** Does what the caller decided, as a call of its own would do it. */
async function act(op: Op, { roomId, messageId }: ReportRow, { action, until }: Input): Promise<void> {
  if (action === 'dismiss') return;
  if (action === 'delete') {
    await perform(op, deletion, { messageIds: [messageId], for: 'everyone' });
    return;
  }
  const [place] = await op.store.read((tx) => op.store.methods.locateMessages(tx, { messageIds: [messageId] }));
  if (place === undefined) throw new ChatError('NOT_FOUND');
  const target = { roomId, userId: place.senderId, until };
  if (action === 'mute') await perform(op, mute, target);
  else await perform(op, ban, target);
}

function settle(op: Op, tx: WriteTx, { messageId }: ReportRow, action: ReportAction): Promise<void> {
  const at = op.kernel.clock.now();
  return op.store.methods.resolveReports(tx, { messageId, action, resolvedBy: actorOf(op), at });
}
