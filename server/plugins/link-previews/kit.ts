import type { linkPreviewPermissions } from '@confab/shared/plugins/link-previews';
import type { PluginKit, PluginWrite } from '../../extend/plugins/plugin-kit.js';
import type { LinkPreviewModels } from '../../store/plugin-models.js';
import type { linkPreviewEvents } from './events.js';

/** What the parts of this plugin are built with. */
export type LinkPreviewKit = PluginKit<
  Record<never, never>,
  typeof linkPreviewEvents,
  typeof linkPreviewPermissions,
  Record<never, never>,
  LinkPreviewModels
>;

export type LinkPreviewWrite = PluginWrite<LinkPreviewModels, typeof linkPreviewEvents>;
