import type { JsonObject } from '@confab/shared';
import type { PluginRead } from '../../extend/plugins/plugin-kit.js';
import type { PreviewedMessage } from './options.js';

/** A message as it reads today; `null` when it is gone. */
export async function messageOf(db: PluginRead<unknown>['db'], messageId: string): Promise<PreviewedMessage | null> {
  const row = await db.chatMessage.findUnique({ where: { id: messageId } });
  if (row === null || row.deletedAt !== null) return null;
  const { id, roomId, senderId, content } = row;
  return { id, roomId, senderId, content, custom: row.custom as JsonObject };
}
