import { ChatError } from '@confab/shared';
import type { Poll } from '@confab/shared/plugins/polls';
import type { ChatScope } from '../../extend/scope.js';
import { pollOf } from './create.js';
import type { PollKit } from './kit.js';
import type { ResolvedOptions } from './options.js';
import { loadPolls, pollsFor } from './stored-polls.js';
import { openPoll } from './vote.js';

/** Adds an option to a poll that takes suggestions; one that is there already stays as it is. */
export function suggestOption(
  kit: PollKit,
  scope: ChatScope,
  { messageId, text }: { readonly messageId: string; readonly text: string },
  { maxOptions }: Pick<ResolvedOptions, 'maxOptions'>,
): Promise<Poll> {
  return kit.writeMessage(scope, 'polls.suggest', messageId, async (tx) => {
    const { models } = tx;
    const { poll, options } = await openPoll(kit, tx, messageId);
    if (!poll.suggestions) throw new ChatError('PERMISSION_DENIED', 'This poll takes no suggestions.');
    if (!options.some((option) => option.text === text)) {
      if (options.length >= maxOptions) {
        throw new ChatError('CONFLICT', `At most ${maxOptions} options.`, { details: { constraint: 'options' } });
      }
      const position = 1 + Math.max(...options.map((option) => option.position));
      const suggestedBy = scope.isSystem ? null : scope.user.id;
      const option = { id: kit.ids.next(), messageId, position, text, suggestedBy, votes: 0 };
      await models.chatPollOption.create({ data: option });
      await models.chatPoll.update({ where: { messageId }, data: { revision: { increment: 1 } } });
      const { roomId, anonymous: isAnonymous } = poll;
      await tx.publish({ roomId }, 'polls.updated', { messageId }, { isAnonymous });
    }
    const after = await loadPolls(models, [messageId]);
    return pollOf(await pollsFor(models, after, { userId: scope.user.id, now: kit.clock.now() }), messageId);
  });
}
