import type { ChatScope } from '../../extend/scope.js';
import type { Cases } from './cases.js';
import type { FlagInput } from './inputs.js';
import { reportsOf } from './items.js';
import type { KeptReport } from './items.js';
import type { ModerationKit } from './kit.js';
import { keep } from './said.js';
import type { Words } from './said.js';

/** People whose reports of one message are kept. */
const mostReports = 50;

/** Reports a message to the moderators. A second report by the same person changes nothing. */
export function flagMessage(kit: ModerationKit, cases: Cases, scope: ChatScope, input: FlagInput): Promise<void> {
  const { messageId, reason = null } = input;
  return kit.writeMessage(scope, 'moderation.flag', messageId, async ({ message, room, ...tx }) => {
    const { chatModerationItem: items } = tx.models;
    const report: KeptReport = { userId: scope.user.id, reason, at: kit.clock.now().toISOString() };
    const known = await items.findMany({ where: { messageId, subject: 'message' }, orderBy: { id: 'desc' } });
    if (known.some((row) => reportsOf(row).some(({ userId }) => userId === scope.user.id))) return;
    const open = known.find(({ state }) => state === 'flagged');
    if (open !== undefined) {
      const reports = [...reportsOf(open), report];
      if (reports.length > mostReports) return;
      await items.update({ where: { id: open.id }, data: { reports: reports.map((each) => ({ ...each })) } });
      return;
    }
    const { content, format, attachments, mentions, custom, senderId: userId, roomId } = message;
    const words: Words = { content: content ?? '', format, attachments, mentions, custom };
    const row = await items.create({
      data: {
        ...{ id: kit.ids.next(), roomId, userId, messageId, state: 'flagged', subject: 'message', rule: 'report' },
        ...{ reason, reports: [{ ...report }], reactions: [], said: keep({}, words) },
        ...{ seq: room.lastSeq, createdAt: kit.clock.now() },
      },
    });
    await cases.tell({ ...tx }, row);
  });
}
