import { linkPreviewPermissions } from '@confab/shared/plugins/link-previews';
import { definePlugin, pluginModels } from '../../extend/plugins/plugin.js';
import type { LinkPreviewModels } from '../../store/plugin-models.js';
import { shippedTables } from '../../store/migrate/shipped.js';
import { linkPreviewEvents } from './events.js';
import { linkPreviewHooks, purgePreviews } from './hooks.js';
import type { LinkPreviewKit } from './kit.js';
import { resolveOptions } from './options.js';
import type { LinkPreviewOptions } from './options.js';
import { linkPreviewProcedures } from './procedures.js';
import { exportPreviewsOf } from './user-data.js';
import { createWorker } from './worker.js';
import type { Worker } from './worker.js';

export { LinkFetchError } from './fetch-error.js';
export type { LinkFetchFault } from './fetch-error.js';
export type { LinkPreviewOptions, PreviewedMessage } from './options.js';
export type { PageFacts } from './page-facts.js';
export type { ResolveName } from './resolver.js';
export { safeFetcher } from './safe-fetcher.js';
export type { FetchPage, SafeFetcherOptions } from './safe-fetcher.js';
export { isPublicAddress } from './addresses.js';

/**
 * Shows what the pages behind links say about themselves. Once a message with http(s) links is committed, a node fetches
 * them; what it finds is stored, told to the room by `linkPreviews.updated` and listed by `chat.linkPreviews.list`. That
 * a message waits is committed with it: a node that dies leaves it to the others.
 *
 * A writer says `<https://…>`, or `custom: { linkPreviews: false }`, or dismisses a preview that is there; an edit
 * refreshes them, and deleting the message removes them.
 */
export function linkPreviews(options: LinkPreviewOptions = {}) {
  const resolved = resolveOptions(options);
  const tables = shippedTables('link-previews');
  /** By the kit, so that one plugin serves several chats. */
  const workers = new WeakMap<LinkPreviewKit, Worker>();

  function workerOf(kit: LinkPreviewKit): Worker {
    const known = workers.get(kit) ?? createWorker(kit, resolved);
    workers.set(kit, known);
    return known;
  }

  return definePlugin({
    id: 'linkPreviews',
    events: linkPreviewEvents,
    permissions: linkPreviewPermissions,
    models: pluginModels<LinkPreviewModels>('chatLinkPreview', 'chatLinkPreviewTask'),
    get schema() {
      return tables.schema;
    },
    get migrations() {
      return tables.migrations;
    },
    procedures: (kit: LinkPreviewKit) => linkPreviewProcedures(kit, workerOf(kit).recorder),
    on: (kit: LinkPreviewKit) => linkPreviewHooks(kit, workerOf(kit)),
    purge: (kit: LinkPreviewKit, scope, gone) => kit.write(scope, ({ models }) => purgePreviews(models, gone)),
    exportUser: exportPreviewsOf,
    init(kit: LinkPreviewKit) {
      const worker = workerOf(kit);
      worker.start();
      return worker;
    },
  });
}
