import type { Hooks } from '../../extend/hooks/hooks.js';
import type { Gone } from '../../extend/plugins/plugin.js';
import type { PollModels } from '../../store/plugin-models.js';
import { purgeHooks } from '../purge-hooks.js';
import type { PollKit } from './kit.js';
import { dropPolls } from './stored-polls.js';

/** Lets go of the polls of what is gone. */
export async function purgePolls(models: PollModels, where: Gone): Promise<void> {
  if ('roomId' in where) {
    const polls = await models.chatPoll.findMany({ where, select: { messageId: true } });
    const messageIds = polls.map(({ messageId }) => messageId);
    await dropPolls(models, messageIds);
  } else await dropPolls(models, where.messageId.in);
}

/** What happens to polls when something happens to their messages. */
export function pollHooks(kit: PollKit): Hooks {
  return {
    ...purgeHooks(kit, purgePolls),
    'message.edit': {
      async before({ input: { messageId, content, attachments }, ctx }) {
        if (content === undefined && attachments === undefined) return;
        // People have voted for the words that were there.
        const count = await kit.read(ctx, ({ models }) => models.chatPoll.count({ where: { messageId } }));
        if (count > 0) throw kit.error('POLL_FIXED');
      },
    },
  };
}
