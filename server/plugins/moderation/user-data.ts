import type { PluginUserRecord } from '../../extend/plugins/plugin.js';
import type { ModerationItemRow } from '../../store/plugin-models.js';
import { windows } from '../windows.js';
import { reportsOf } from './items.js';
import type { ModerationKit } from './kit.js';

const atOnce = 200;

/** What moderators know of somebody: cases about what they said, and when they were heard by nobody else. */
export async function* exportCasesOf(kit: ModerationKit, userId: string): AsyncGenerator<PluginUserRecord> {
  for (let afterId = '', isMore = true; isMore;) {
    const rows = await kit.read(kit.host, ({ models }) =>
      models.chatModerationItem.findMany({
        where: { userId, id: { gt: afterId } },
        orderBy: { id: 'asc' },
        take: atOnce,
        // Who reported them and what moderators noted are about others.
        omit: { reports: true, decidedBy: true, note: true },
      }),
    );
    for (const row of rows) yield { type: 'case', data: row };
    afterId = rows.at(-1)?.id ?? '';
    isMore = rows.length === atOnce;
  }
  const mutes = await kit.read(kit.host, ({ models }) =>
    models.chatModerationMute.findMany({
      where: { userId },
      orderBy: { id: 'asc' },
      omit: { createdBy: true, endedBy: true },
    }),
  );
  for (const row of mutes) yield { type: 'mute', data: row };
  for await (const rows of allCases(kit)) {
    for (const row of rows) {
      const own = reportsOf(row).find((report) => report.userId === userId);
      if (own !== undefined) yield { type: 'flag', data: { messageId: row.messageId, ...own } };
    }
  }
}

/** Forgets cases about what a user said and mutes of theirs, and takes out of others what the user had to say in them. */
export async function eraseCasesOf(kit: ModerationKit, userId: string): Promise<number> {
  let erased = 0;
  for (let found = atOnce; found === atOnce;) {
    found = await kit.write(kit.host, async ({ models: { chatModerationItem: items } }) => {
      const rows = await items.findMany({ where: { userId }, take: atOnce, select: { id: true } });
      const { count } = await items.deleteMany({ where: { id: { in: rows.map(({ id }) => id) } } });
      return count;
    });
    erased += found;
  }
  erased += await kit.write(kit.host, async ({ models: { chatModerationMute: mutes } }) => {
    const own = await mutes.deleteMany({ where: { userId } });
    const made = await mutes.updateMany({
      where: { createdBy: userId, reason: { not: null } },
      data: { reason: null },
    });
    return own.count + made.count;
  });
  for await (const rows of allCases(kit)) {
    for (const { id } of rows.filter((row) => speaksIn(row, userId))) erased += await silence(kit, id, userId);
  }
  return erased;
}

function speaksIn(row: ModerationItemRow, userId: string): boolean {
  return (row.decidedBy === userId && row.note !== null) || reportsOf(row).some((report) => report.userId === userId);
}

/** Takes a user's report, and a moderator's note of theirs, out of a case. */
function silence(kit: ModerationKit, id: string, userId: string): Promise<number> {
  return kit.write(kit.host, async ({ models: { chatModerationItem: items }, lock }) => {
    const place = await items.findUnique({ where: { id }, select: { roomId: true } });
    if (place === null) return 0;
    // Whoever flags or decides holds the room.
    await lock([place.roomId]);
    const row = await items.findUnique({ where: { id } });
    if (row === null || !speaksIn(row, userId)) return 0;
    const reports = reportsOf(row);
    const isFirst = row.rule === 'report' && reports[0]?.userId === userId;
    await items.update({
      where: { id },
      data: {
        reports: reports.filter((report) => report.userId !== userId).map((report) => ({ ...report })),
        ...(isFirst && { reason: null }),
        ...(row.decidedBy === userId && { note: null }),
      },
    });
    return 1;
  });
}

function allCases(kit: ModerationKit) {
  return windows(
    (afterId, take) =>
      kit.read(kit.host, ({ models }) =>
        models.chatModerationItem.findMany({ where: { id: { gt: afterId } }, orderBy: { id: 'asc' }, take }),
      ),
    ({ id }) => id,
  );
}
