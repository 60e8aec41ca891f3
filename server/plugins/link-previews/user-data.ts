import type { PluginUserRecord } from '../../extend/plugins/plugin.js';
import { windows } from '../windows.js';
import type { LinkPreviewKit } from './kit.js';

/** The previews of what a user wrote. Nothing else is kept of anybody, and these go with the messages. */
export async function* exportPreviewsOf(kit: LinkPreviewKit, userId: string): AsyncGenerator<PluginUserRecord> {
  const all = windows(
    (afterId, take) =>
      kit.read(kit.host, ({ models }) =>
        models.chatLinkPreview.findMany({ where: { id: { gt: afterId } }, orderBy: { id: 'asc' }, take }),
      ),
    ({ id }) => id,
  );
  for await (const rows of all) {
    const ids = [...new Set(rows.map(({ messageId }) => messageId))];
    const own = await kit.read(kit.host, ({ db }) =>
      db.chatMessage.findMany({ where: { id: { in: ids }, senderId: userId }, select: { id: true } }),
    );
    const theirs = new Set(own.map(({ id }) => id));
    for (const row of rows) if (theirs.has(row.messageId)) yield { type: 'preview', data: { ...row } };
  }
}
