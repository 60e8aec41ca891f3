import type { MessageState } from '@confab/shared';
import { z } from 'zod';
import { ChatConfigError } from '../../settings.js';
import { safeFetcher } from './safe-fetcher.js';
import type { FetchPage, SafeFetcherOptions } from './safe-fetcher.js';

/** How link previews are made. */
export interface LinkPreviewOptions {
  /**
   * Fetches what a page says about itself; whatever it returns is cleaned before it is kept. Or options of the fetcher
   * that is used otherwise. @default `safeFetcher()`, which reaches public pages only
   */
  readonly fetch?: FetchPage | SafeFetcherOptions;
  /**
   * Whether a message gets previews. @default unless its `custom.linkPreviews` is `false`
   */
  readonly wants?: (message: PreviewedMessage) => boolean;
  /** Links of one message that are previewed. @default 3 */
  readonly linksPerMessage?: number;
  /** Messages whose links one node fetches at the same time. @default 4 */
  readonly concurrency?: number;
  /** Messages that wait their turn on one node; what is more is taken up later, by any node. @default 100 */
  readonly queue?: number;
  /** Messages that may wait in all; beyond it new ones go without previews. @default 1_000 */
  readonly backlog?: number;
  /** How long what was fetched serves for other messages with the same link; `0`: not at all. @default 3_600_000 */
  readonly cacheMs?: number;
  /** Pages kept for that on one node. @default 1_000 */
  readonly cacheEntries?: number;
}

/** What `wants` is asked about. */
export type PreviewedMessage = Pick<MessageState, 'id' | 'roomId' | 'senderId' | 'content' | 'custom'>;

/** The options with their defaults. */
export interface ResolvedOptions extends Required<Omit<LinkPreviewOptions, 'fetch'>> {
  readonly fetch: FetchPage;
}

const count = (most: number, preset: number) => z.int().min(1).max(most).default(preset);

const schema = z.strictObject({
  fetch: z.union([z.function(), z.record(z.string(), z.unknown())]).optional(),
  wants: z.function().optional(),
  linksPerMessage: count(10, 3),
  concurrency: count(100, 4),
  queue: count(100_000, 100),
  backlog: count(1_000_000, 1_000),
  cacheMs: z.int().min(0).default(3_600_000),
  cacheEntries: count(1_000_000, 1_000),
});

/** Fills in the defaults. Throws `ChatConfigError` that names the option that can't be used. */
export function resolveOptions(options: LinkPreviewOptions): ResolvedOptions {
  const parsed = schema.safeParse(options);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = ['linkPreviews', ...(issue?.path ?? [])].join('.');
    throw new ChatConfigError(`${path}: ${issue?.message ?? 'not valid.'}`);
  }
  const { fetch, wants = wantsUnlessToldOtherwise } = options;
  return { ...parsed.data, wants, fetch: typeof fetch === 'function' ? fetch : safeFetcher(fetch) };
}

function wantsUnlessToldOtherwise({ custom }: PreviewedMessage): boolean {
  return custom['linkPreviews'] !== false;
}
