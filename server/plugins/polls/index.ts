import { pollPermissions } from '@confab/shared/plugins/polls';
import { definePlugin, pluginModels } from '../../extend/plugins/plugin.js';
import type { PollModels } from '../../store/plugin-models.js';
import { shippedTables } from '../../store/migrate/shipped.js';
import { createCloser } from './closer.js';
import { pollEvents } from './events.js';
import { pollHooks, purgePolls } from './hooks.js';
import { pollErrors } from './kit.js';
import type { PollKit, PollRates } from './kit.js';
import { resolveOptions } from './options.js';
import type { PollOptions } from './options.js';
import { pollProcedures } from './procedures.js';
import { erasePollsOf, exportPollsOf } from './user-data.js';

export type { PollOptions, PollSuggestion } from './options.js';

/**
 * Polls: `chat.polls.create` posts one as a message, `vote` and `unvote` are heard of by `polls.updated`, the same for
 * every reader, and who voted by `polls.voted` on their other devices. A poll is closed by its creator, by who may
 * moderate, or at a time; then nobody votes any more (`POLL_CLOSED`). It goes with its message.
 */
export function polls(options: PollOptions = {}) {
  const resolved = resolveOptions(options);
  const tables = shippedTables('polls');
  const limits: PollRates = { votes: resolved.votes };
  return definePlugin({
    id: 'polls',
    errors: pollErrors,
    events: pollEvents,
    permissions: pollPermissions,
    limits,
    models: pluginModels<PollModels>('chatPoll', 'chatPollOption', 'chatPollVote'),
    get schema() {
      return tables.schema;
    },
    get migrations() {
      return tables.migrations;
    },
    procedures: (kit: PollKit) => pollProcedures(kit, resolved),
    on: (kit: PollKit) => pollHooks(kit),
    purge: (kit: PollKit, scope, gone) => kit.write(scope, ({ models }) => purgePolls(models, gone)),
    exportUser: exportPollsOf,
    eraseUser: erasePollsOf,
    init(kit: PollKit) {
      const closer = createCloser(kit);
      closer.start();
      return closer;
    },
  });
}
