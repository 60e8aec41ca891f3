import type { LinkPreview } from '@confab/shared/plugins/link-previews';
import type { LinkPreviewKit } from './kit.js';
import type { PageCache } from './page-cache.js';
import type { PreviewedMessage } from './options.js';
import type { Recorder } from './recorder.js';
import { messageOf } from './message-row.js';
import { settledLinks } from './stored-previews.js';
import type { Task } from './task.js';

/** Fetches what a claimed task asks for and stores it, unless somebody else has the claim by then. */
export async function fetchTask(
  task: Task,
  {
    kit,
    recorder,
    pages,
    signal,
  }: {
    readonly kit: LinkPreviewKit;
    readonly recorder: Recorder;
    readonly pages: PageCache;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { messageId } = task;
  const links = await kit.read(kit.host, async ({ db, models }) => {
    const message = await messageOf(db, messageId);
    const settled = await settledLinks(models, messageId);
    return message === null ? [] : recorder.linksOf(message).filter((link) => !settled.has(link));
  });
  const previews = await Promise.all(links.map((link) => pages.preview(link, signal)));
  // Who stops in the middle leaves it to others.
  if (signal.aborted) return;
  const found = new Map(previews.flatMap((preview) => (preview === null ? [] : [[preview.url, preview] as const])));
  await store(kit, recorder, task, found);
}

async function store(
  kit: LinkPreviewKit,
  recorder: Recorder,
  { messageId, roomId, claim }: Task,
  found: ReadonlyMap<string, LinkPreview>,
): Promise<void> {
  const fetchedAt = kit.clock.now();
  await kit.write(kit.host, async (tx) => {
    await tx.lock([roomId]);
    const { models, db } = tx;
    const { count } = await models.chatLinkPreviewTask.deleteMany({ where: { messageId, claim } });
    const message: PreviewedMessage | null = count === 0 ? null : await messageOf(db, messageId);
    if (message === null) return;
    const settled = await settledLinks(models, messageId);
    const data = recorder.linksOf(message).flatMap((link, position) => {
      const preview = settled.has(link) ? undefined : found.get(link);
      return preview === undefined ? [] : [{ ...preview, id: kit.ids.next(), messageId, roomId, position, fetchedAt }];
    });
    if (data.length === 0) return;
    await models.chatLinkPreview.createMany({ data });
    await tx.publish({ roomId }, 'linkPreviews.updated', { messageId });
  });
}
