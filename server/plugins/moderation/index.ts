import { moderationPermissions } from '@confab/shared/plugins/moderation';
import { definePlugin, pluginModels } from '../../extend/plugins/plugin.js';
import { shippedTables } from '../../store/migrate/shipped.js';
import type { ModerationModels } from '../../store/plugin-models.js';
import { purgeCases } from './delete-hooks.js';
import { moderationHooks } from './hooks.js';
import { createJanitor } from './janitor.js';
import { moderationErrors, moderationEvents } from './kit.js';
import type { ModerationKit } from './kit.js';
import { createMutes } from './mutes.js';
import { resolveOptions } from './options.js';
import type { ModerationOptions } from './options.js';
import { moderationProcedures } from './procedures.js';
import { createRights } from './rights.js';
import { eraseCasesOf, exportCasesOf } from './user-data.js';

export type {
  AskVerdict,
  FloodLimit,
  FloodRule,
  LinkRule,
  ModerationAction,
  ModerationOptions,
  Verdict,
  VerdictQuestion,
  WordRule,
} from './options.js';

/**
 * Moderation: rules for words, links and floods and a `verdict` of the host's look at what is said before it is said. It
 * goes through, or is flagged, held for a moderator, refused, or seen by its author alone. Moderators of a room, by
 * `message.moderate`, and the host's own decide by `chat.moderation.queue`, `approve` and `reject`.
 *
 * Whoever is shadow-muted finds what they say in answers and in history, and is told of it on their other devices by
 * `message.echo`; for everyone else it is not there: it has no event, no `seq` and no count.
 */
export function moderation(options: ModerationOptions = {}) {
  const resolved = resolveOptions(options);
  const tables = shippedTables('moderation');
  const partsOf = (kit: ModerationKit) => {
    const rights = createRights(kit, resolved);
    return { rights, mutes: createMutes(kit, rights) };
  };
  return definePlugin({
    id: 'moderation',
    errors: moderationErrors,
    events: moderationEvents,
    permissions: moderationPermissions,
    models: pluginModels<ModerationModels>('chatModerationItem', 'chatModerationMute'),
    get schema() {
      return tables.schema;
    },
    get migrations() {
      return tables.migrations;
    },
    procedures: (kit: ModerationKit) => moderationProcedures(kit, resolved, partsOf(kit)),
    on: (kit: ModerationKit) => moderationHooks(kit, resolved, partsOf(kit).mutes),
    purge: (kit: ModerationKit, scope, gone) =>
      kit.write(scope, ({ models }) => purgeCases(models, gone, kit.clock.now())),
    exportUser: exportCasesOf,
    eraseUser: eraseCasesOf,
    init: (kit: ModerationKit) => createJanitor(kit, resolved),
  });
}
