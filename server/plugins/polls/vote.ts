import { ChatError, invalid } from '@confab/shared';
import type { Poll } from '@confab/shared/plugins/polls';
import type { ChatScope } from '../../extend/scope.js';
import type { PollKit, PollWrite } from './kit.js';
import { isOver, loadPolls, pollAs } from './stored-polls.js';
import type { StoredPoll } from './stored-polls.js';

/** What somebody wants to have voted for, all of it; none: the vote is taken back. */
export interface Ballot {
  readonly messageId: string;
  readonly optionIds: readonly string[];
}

/** Makes the caller's vote what the ballot says. The same ballot again changes nothing and tells nobody. */
export function castVote(kit: PollKit, scope: ChatScope, { messageId, optionIds }: Ballot): Promise<Poll> {
  return kit.writeMessage(scope, 'polls.vote', messageId, async ({ member, ...tx }) => {
    const { models } = tx;
    if (member === null) throw new ChatError('PERMISSION_DENIED', 'Votes are for members.');
    const { userId } = member;
    const stored = await openPoll(kit, tx, messageId);
    const wanted = new Set(optionIds);
    check(stored, wanted);
    const rows = await models.chatPollVote.findMany({ where: { messageId, userId }, select: { optionId: true } });
    const before = new Set(rows.map(({ optionId }) => optionId));
    const taken = [...before].filter((id) => !wanted.has(id));
    const given = [...wanted].filter((id) => !before.has(id));
    const isChanged = taken.length + given.length > 0;
    const voters = Number(wanted.size > 0) - Number(before.size > 0);
    const after = isChanged ? await change(kit, tx, { stored, userId, taken, given, voters }) : stored;
    if (isChanged) await tellVote(tx, stored, userId);
    return pollAs(after, wanted, kit.clock.now());
  });
}

/** The poll of a message, read under the room's lock. `POLL_CLOSED` when it takes no more. */
export async function openPoll(
  kit: PollKit,
  { models }: Pick<PollWrite, 'models'>,
  messageId: string,
): Promise<StoredPoll> {
  const stored = (await loadPolls(models, [messageId])).get(messageId);
  if (stored === undefined) throw new ChatError('NOT_FOUND');
  if (isOver(stored.poll, kit.clock.now())) throw kit.error('POLL_CLOSED');
  return stored;
}

function check({ poll, options }: StoredPoll, wanted: ReadonlySet<string>): void {
  const known = new Set(options.map(({ id }) => id));
  for (const id of wanted) if (!known.has(id)) throw invalid('optionIds', 'This poll has no such option.');
  if (wanted.size > poll.maxVotes) throw invalid('optionIds', `At most ${poll.maxVotes} options.`);
}

interface Change {
  readonly stored: StoredPoll;
  readonly userId: string;
  readonly taken: string[];
  readonly given: string[];
  /** By how many there are more people who voted. */
  readonly voters: number;
}

/**
 * The counts are changed by what was really written, under the room's lock, so they are those of a recount. Others wait
 * for the lock, so the poll is not read again.
 */
async function change(
  kit: PollKit,
  { models: { chatPoll, chatPollOption, chatPollVote } }: PollWrite,
  { stored, userId, taken, given, voters }: Change,
): Promise<StoredPoll> {
  const { messageId } = stored.poll;
  const votedAt = kit.clock.now();
  if (taken.length > 0) {
    await chatPollVote.deleteMany({ where: { messageId, userId, optionId: { in: taken } } });
    await chatPollOption.updateMany({ where: { id: { in: taken } }, data: { votes: { decrement: 1 } } });
  }
  if (given.length > 0) {
    const data = given.map((optionId) => ({ id: kit.ids.next(), messageId, optionId, userId, votedAt }));
    await chatPollVote.createMany({ data });
    await chatPollOption.updateMany({ where: { id: { in: given } }, data: { votes: { increment: 1 } } });
  }
  const poll = await chatPoll.update({
    where: { messageId },
    data: { voterCount: { increment: voters }, revision: { increment: 1 } },
  });
  const gained = (id: string): number => Number(given.includes(id)) - Number(taken.includes(id));
  return { poll, options: stored.options.map((option) => ({ ...option, votes: option.votes + gained(option.id) })) };
}

async function tellVote({ publish }: PollWrite, { poll }: StoredPoll, userId: string): Promise<void> {
  const { messageId, roomId, anonymous: isAnonymous } = poll;
  await publish({ roomId }, 'polls.updated', { messageId }, { isAnonymous });
  await publish({ userId }, 'polls.voted', { messageId, roomId, userId });
}
