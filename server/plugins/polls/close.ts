import { ChatError } from '@confab/shared';
import type { Poll } from '@confab/shared/plugins/polls';
import type { ChatScope } from '../../extend/scope.js';
import { pollOf } from './create.js';
import type { PollKit, PollWrite } from './kit.js';
import { dropPolls, isOver, loadPolls, pollsFor } from './stored-polls.js';
import type { PollRow } from './stored-polls.js';

/** Closes a poll; one that is closed stays as it is, silently. */
export function closePoll(
  kit: PollKit,
  scope: ChatScope,
  { messageId, isSender }: { readonly messageId: string; readonly isSender: boolean },
): Promise<Poll> {
  return kit.writeMessage(scope, isSender ? 'polls.close' : 'message.moderate', messageId, async (tx) => {
    const { models } = tx;
    const found = (await loadPolls(models, [messageId])).get(messageId);
    if (found === undefined) throw new ChatError('NOT_FOUND');
    const now = kit.clock.now();
    // What is over by its time is left to be closed as of then, by nobody.
    if (!isOver(found.poll, now)) {
      await end(tx, found.poll, { closedAt: now, closedBy: scope.isSystem ? null : scope.user.id });
    }
    const after = await loadPolls(models, [messageId]);
    return pollOf(await pollsFor(models, after, { userId: scope.user.id, now }), messageId);
  });
}

/** Closes a poll whose time is up, unless it is closed or gone by now. Many may try: one does it. */
export function closeInTime(kit: PollKit, { messageId, roomId }: Pick<PollRow, 'messageId' | 'roomId'>): Promise<void> {
  return kit.write(kit.host, async (tx) => {
    const room = (await tx.lock([roomId])).get(roomId);
    const message = await tx.db.chatMessage.findUnique({ where: { id: messageId }, select: { deletedAt: true } });
    if (room?.deletedAt !== null || message?.deletedAt !== null) {
      // They went while this plugin was not there to hear of it.
      await dropPolls(tx.models, [messageId]);
      return;
    }
    const poll = await tx.models.chatPoll.findUnique({ where: { messageId } });
    if (poll === null || poll.closedAt !== null || !isOver(poll, kit.clock.now())) return;
    await end(tx, poll, { closedAt: poll.closesAt ?? kit.clock.now(), closedBy: null });
  });
}

async function end(
  { models, publish }: PollWrite,
  { messageId, roomId }: PollRow,
  closed: { readonly closedAt: Date; readonly closedBy: string | null },
): Promise<void> {
  await models.chatPoll.update({ where: { messageId }, data: { ...closed, revision: { increment: 1 } } });
  await publish({ roomId }, 'polls.closed', { messageId });
}
