import type {
  ModerationItem,
  ModerationReport,
  ModerationRule,
  ModerationState,
  ModerationSubject,
  OwnModerationItem,
} from '@confab/shared/plugins/moderation';
import type { ModerationItemRow } from '../../store/plugin-models.js';
import { withUsers } from '../../store/present/user.js';
import type { ModerationRead } from './kit.js';
import { keptOf } from './said.js';

/** One report as a row keeps it. */
export interface KeptReport {
  readonly userId: string;
  readonly reason: string | null;
  readonly at: string;
}

export function reportsOf({ reports }: Pick<ModerationItemRow, 'reports'>): readonly KeptReport[] {
  // Written by this plugin and read back as it was.
  return reports as unknown as readonly KeptReport[];
}

/** Cases as moderators see them, in the same order. */
export async function presentItems(
  tx: Pick<ModerationRead, 'db'>,
  rows: readonly ModerationItemRow[],
): Promise<readonly ModerationItem[]> {
  return (await withUsers(tx, rows)).map((row) => {
    const words = keptOf(row)?.words;
    return {
      ...{ id: row.id, roomId: row.roomId, user: row.user },
      ...{ ...kindsOf(row), rule: row.rule as ModerationRule, messageId: row.messageId, reason: row.reason },
      content: words?.content ?? null,
      attachments: words?.attachments ?? [],
      reports: reportsOf(row).map(({ userId, reason, at }): ModerationReport => ({ userId, reason, at: new Date(at) })),
      ...{ createdAt: row.createdAt, decidedAt: row.decidedAt, decidedBy: row.decidedBy, note: row.note },
    };
  });
}

/** A case as its author sees it. */
export function presentOwn(row: ModerationItemRow): OwnModerationItem {
  const { id, roomId, messageId, clientId, note, createdAt, decidedAt } = row;
  const { state, subject } = kindsOf(row);
  return {
    ...{ id, roomId, messageId, clientId, note, createdAt, decidedAt, subject },
    // Others are not listed.
    state: state as OwnModerationItem['state'],
    content: keptOf(row)?.words.content ?? null,
  };
}

function kindsOf({ state, subject }: ModerationItemRow) {
  return { state: state as ModerationState, subject: subject as ModerationSubject };
}
