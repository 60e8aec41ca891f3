import type { Poll, PollOption, PollResults, PollState } from '@confab/shared/plugins/polls';
import type { PollModels } from '../../store/plugin-models.js';

export type PollRow = NonNullable<Awaited<ReturnType<PollModels['chatPoll']['findUnique']>>>;
export type OptionRow = NonNullable<Awaited<ReturnType<PollModels['chatPollOption']['findUnique']>>>;

/** A poll's rows. */
export interface StoredPoll {
  readonly poll: PollRow;
  /** In the order they were added. */
  readonly options: readonly OptionRow[];
}

/** The polls of these messages, by message, in two statements. */
export async function loadPolls(
  { chatPoll, chatPollOption }: PollModels,
  messageIds: readonly string[],
): Promise<ReadonlyMap<string, StoredPoll>> {
  const where = { messageId: { in: [...new Set(messageIds)] } };
  const polls = await chatPoll.findMany({ where });
  if (polls.length === 0) return new Map();
  const options = new Map<string, OptionRow[]>(polls.map(({ messageId }) => [messageId, []]));
  const rows = await chatPollOption.findMany({ where, orderBy: { position: 'asc' } });
  for (const row of rows) options.get(row.messageId)?.push(row);
  return new Map(polls.map((poll) => [poll.messageId, { poll, options: options.get(poll.messageId) ?? [] }]));
}

/** Deletes the polls of these messages with all that hangs on them. */
export async function dropPolls(models: PollModels, messageIds: readonly string[]): Promise<void> {
  const them = { where: { messageId: { in: [...messageIds] } } };
  await models.chatPollVote.deleteMany(them);
  await models.chatPollOption.deleteMany(them);
  await models.chatPoll.deleteMany(them);
}

/** Whether nobody may vote any more: it was closed, or its time is up and nobody has said so yet. */
export function isOver({ closedAt, closesAt }: Pick<PollRow, 'closedAt' | 'closesAt'>, now: Date): boolean {
  return closedAt !== null || (closesAt !== null && closesAt <= now);
}

/** The poll as everybody gets it, whatever they have done: results that not everybody may see are left out. */
export function pollState(stored: StoredPoll): PollState {
  const { closedAt, results } = stored.poll;
  return stateOf(stored, closedAt !== null || results === 'always', closedAt);
}

/** The polls as one reader gets them, by message. */
export async function pollsFor(
  models: PollModels,
  stored: ReadonlyMap<string, StoredPoll>,
  { userId, now }: { readonly userId: string; readonly now: Date },
): Promise<ReadonlyMap<string, Poll>> {
  if (stored.size === 0) return new Map();
  const votes = await models.chatPollVote.findMany({
    where: { messageId: { in: [...stored.keys()] }, userId },
    select: { messageId: true, optionId: true },
  });
  const polls = new Map<string, Poll>();
  for (const [messageId, one] of stored) {
    const mine = new Set(votes.filter((vote) => vote.messageId === messageId).map(({ optionId }) => optionId));
    polls.set(messageId, pollAs(one, mine, now));
  }
  return polls;
}

/** The poll as whoever has voted for these options gets it. */
export function pollAs(stored: StoredPoll, mine: ReadonlySet<string>, now: Date): Poll {
  const { poll, options } = stored;
  const closedAt = poll.closedAt ?? (isOver(poll, now) ? poll.closesAt : null);
  const state = stateOf(stored, showsResults(poll, { closedAt, hasVoted: mine.size > 0 }), closedAt);
  return { ...state, mine: options.map(({ id }) => id).filter((id) => mine.has(id)) };
}

/** Whether someone may see how a poll stands. */
export function showsResults(
  { results }: Pick<PollRow, 'results'>,
  { closedAt, hasVoted }: { readonly closedAt: Date | null; readonly hasVoted: boolean },
): boolean {
  return closedAt !== null || results === 'always' || (results === 'afterVote' && hasVoted);
}

function stateOf({ poll, options }: StoredPoll, isShown: boolean, closedAt: Date | null): PollState {
  const { results, ...rest } = poll;
  const { messageId, roomId, creatorId, question, voterCount, maxVotes, anonymous, suggestions } = rest;
  return {
    ...{ messageId, roomId, creatorId, question, voterCount, maxVotes, anonymous, suggestions },
    options: options.map((option) => optionOf(option, { isShown, anonymous })),
    results: results as PollResults,
    revision: rest.revision,
    ...{ closesAt: rest.closesAt, closedAt, closedBy: rest.closedBy, createdAt: rest.createdAt },
  };
}

function optionOf(
  { id, text, votes, suggestedBy }: OptionRow,
  { isShown, anonymous }: { readonly isShown: boolean; readonly anonymous: boolean },
): PollOption {
  return { id, text, votes: isShown ? votes : null, suggestedBy: anonymous ? null : suggestedBy };
}
