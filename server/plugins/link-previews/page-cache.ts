import type { LinkPreview } from '@confab/shared/plugins/link-previews';
import { LRUCache } from 'lru-cache';
import { cleanPage } from './clean-page.js';
import type { ResolvedOptions } from './options.js';
import { withDeadline } from './deadline.js';
import { fetchMs } from './task.js';

/** Pages that were fetched lately. */
export interface PageCache {
  /** What can be shown of a page, or `null`; it is fetched unless it was lately, or is just now. Never rejects. */
  preview(link: string, signal: AbortSignal): Promise<LinkPreview | null>;
}

/** What could not be fetched is tried again sooner. */
const failedMs = 60_000;

export function createPageCache({
  fetch,
  cacheMs,
  cacheEntries,
}: Pick<ResolvedOptions, 'fetch' | 'cacheMs' | 'cacheEntries'>): PageCache {
  const known = new LRUCache<string, { readonly preview: LinkPreview | null }>({ max: cacheEntries });
  const arriving = new Map<string, Promise<LinkPreview | null>>();

  function keep(link: string, preview: LinkPreview | null, ttl: number): LinkPreview | null {
    if (ttl > 0) known.set(link, { preview }, { ttl });
    return preview;
  }

  async function load(link: string, signal: AbortSignal): Promise<LinkPreview | null> {
    try {
      const facts = await withDeadline(signal, fetchMs, (either) => fetch(new URL(link), { signal: either }));
      return keep(link, facts === null ? null : cleanPage(link, facts), cacheMs);
    } catch {
      // Whatever a stranger's server does, it is no fault of ours; and its link is not for our log.
      return signal.aborted ? null : keep(link, null, Math.min(cacheMs, failedMs));
    }
  }

  return {
    preview(link, signal) {
      const entry = known.get(link);
      if (entry !== undefined) return Promise.resolve(entry.preview);
      const loading = arriving.get(link);
      if (loading !== undefined) return loading;
      const begun = load(link, signal).finally(() => arriving.delete(link));
      arriving.set(link, begun);
      return begun;
    },
  };
}
