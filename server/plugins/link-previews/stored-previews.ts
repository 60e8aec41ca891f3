import type { LinkPreview } from '@confab/shared/plugins/link-previews';
import type { LinkPreviewModels } from '../../store/plugin-models.js';

type Reader = Pick<LinkPreviewModels, 'chatLinkPreview'>;

/** The previews of these messages that are to be shown, in one statement. A message without any has no entry. */
export async function shownPreviews(
  { chatLinkPreview }: Reader,
  messageIds: readonly string[],
): Promise<ReadonlyMap<string, readonly LinkPreview[]>> {
  const rows = await chatLinkPreview.findMany({
    where: { messageId: { in: [...new Set(messageIds)] }, dismissedAt: null },
    orderBy: { position: 'asc' },
  });
  const shown = new Map<string, LinkPreview[]>();
  for (const { messageId, url, title, description, image, siteName } of rows) {
    const previews = shown.get(messageId) ?? [];
    previews.push({ url, title, description, image, siteName });
    shown.set(messageId, previews);
  }
  return shown;
}

/** The links of one message that were settled: previewed or dismissed. */
export async function settledLinks({ chatLinkPreview }: Reader, messageId: string): Promise<ReadonlySet<string>> {
  const rows = await chatLinkPreview.findMany({ where: { messageId }, select: { url: true } });
  return new Set(rows.map(({ url }) => url));
}
