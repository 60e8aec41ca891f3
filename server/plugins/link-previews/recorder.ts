import { randomUUID } from 'node:crypto';
import type { LinkPreviewKit, LinkPreviewWrite } from './kit.js';
import { linksIn } from './links.js';
import type { PreviewedMessage, ResolvedOptions } from './options.js';
import { settledLinks } from './stored-previews.js';
import { leaseMs } from './task.js';
import type { Task } from './task.js';

/** Keeps what is to be fetched in step with what messages say. */
export interface Recorder {
  /** The links of a message that are to be previewed. */
  linksOf(message: PreviewedMessage): readonly string[];
  /** Notes that a message was sent or reads differently, in the transaction that did it. */
  note(tx: LinkPreviewWrite, message: PreviewedMessage): Promise<void>;
}

/** @param begin - Called once it is committed that this node is to fetch the links of a message. */
export function createRecorder(
  { clock }: Pick<LinkPreviewKit, 'clock'>,
  { wants, linksPerMessage }: Pick<ResolvedOptions, 'wants' | 'linksPerMessage'>,
  begin: (task: Task) => void,
): Recorder {
  const linksOf = (message: PreviewedMessage): readonly string[] =>
    message.content !== null && wants(message) ? linksIn(message.content, linksPerMessage) : [];

  /** Drops previews of links that are no longer there and puts the others in today's order. */
  async function tidy({ models, publish }: LinkPreviewWrite, message: PreviewedMessage, links: readonly string[]) {
    const { id: messageId, roomId } = message;
    const rows = await models.chatLinkPreview.findMany({ where: { messageId } });
    let isSeen = false;
    for (const { id, url, position, dismissedAt } of rows) {
      const place = links.indexOf(url);
      if (place === position) continue;
      isSeen ||= dismissedAt === null;
      if (place < 0) await models.chatLinkPreview.delete({ where: { id } });
      else await models.chatLinkPreview.update({ where: { id }, data: { position: place } });
    }
    if (isSeen) await publish({ roomId }, 'linkPreviews.updated', { messageId });
  }

  return {
    linksOf,
    async note(tx, message) {
      const { id: messageId, roomId } = message;
      const { models } = tx;
      await tx.lock([roomId]);
      const links = linksOf(message);
      await tidy(tx, message, links);
      // A claim of an earlier wording is void.
      await models.chatLinkPreviewTask.deleteMany({ where: { messageId } });
      const settled = await settledLinks(models, messageId);
      if (links.every((link) => settled.has(link))) return;
      const now = clock.now();
      const task: Task = { messageId, roomId, claim: randomUUID(), dueAt: new Date(now.getTime() + leaseMs) };
      await models.chatLinkPreviewTask.create({ data: { ...task, attempts: 1, createdAt: now } });
      tx.afterCommit(() => begin(task));
    },
  };
}
