import { ChatError, invalid } from '@confab/shared';
import type { Page } from '@confab/shared';
import type { Poll, PollVote } from '@confab/shared/plugins/polls';
import type { ChatScope } from '../../extend/scope.js';
import type { z } from 'zod';
import { withUsers } from '../../store/present/user.js';
import type { PollInputs } from './inputs.js';
import type { PollKit } from './kit.js';
import { isOver, loadPolls, pollsFor, showsResults } from './stored-polls.js';

/** The polls of some messages of a room; other messages, and those the caller may not see, are left out. */
export function pollsOfMessages(
  kit: PollKit,
  scope: ChatScope,
  { roomId, messageIds }: z.output<PollInputs['several']>,
): Promise<{ readonly items: readonly Poll[] }> {
  return kit.readMessages(scope, 'message.list', roomId, messageIds, async ({ models, messages }) => {
    const ids = messages.map(({ id }) => id);
    const polls = await pollsFor(models, await loadPolls(models, ids), readerOf(kit, scope));
    return { items: ids.flatMap((id) => polls.get(id) ?? []) };
  });
}

/** A room's polls, the newest first. */
export async function listPolls(
  kit: PollKit,
  scope: ChatScope,
  { roomId, state, limit, cursor }: z.output<PollInputs['list']>,
): Promise<Page<Poll>> {
  const reader = readerOf(kit, scope);
  const { now } = reader;
  // Each by itself: in SQL the opposite of a comparison with nothing is not true either.
  const states = {
    closed: { OR: [{ closedAt: { not: null } }, { closesAt: { lte: now } }] },
    open: { closedAt: null, OR: [{ closesAt: null }, { closesAt: { gt: now } }] },
  };
  const found = await kit.read(scope, ({ models }) =>
    models.chatPoll.findMany({
      where: {
        roomId,
        ...(cursor === undefined ? {} : { seq: { lt: seqIn(cursor) } }),
        ...(state === undefined ? {} : states[state]),
      },
      orderBy: { seq: 'desc' },
      take: limit + 1,
      select: { messageId: true, seq: true },
    }),
  );
  const rows = found.slice(0, limit);
  const messageIds = rows.map(({ messageId }) => messageId);
  const { items } = await pollsOfMessages(kit, scope, { roomId, messageIds });
  return { items: items.toReversed(), nextCursor: found.length > limit ? String(rows.at(-1)?.seq) : null };
}

function seqIn(cursor: string): number {
  if (!/^\d{1,10}$/.test(cursor)) throw invalid('cursor', 'is not one of this list');
  return Math.min(Number(cursor), 2_147_483_647);
}

/** Who voted for what, the latest first. Nobody is told of an anonymous poll, nor before they may see the results. */
export function listVoters(
  kit: PollKit,
  scope: ChatScope,
  { messageId, roomId, optionId, limit, cursor }: z.output<PollInputs['voters']> & { readonly roomId: string },
): Promise<Page<PollVote>> {
  return kit.readMessages(scope, 'polls.voters', roomId, [messageId], async (tx) => {
    const { models } = tx;
    const { userId, now } = readerOf(kit, scope);
    const found = (
      await loadPolls(
        models,
        tx.messages.map(({ id }) => id),
      )
    ).get(messageId);
    if (found === undefined) throw new ChatError('NOT_FOUND');
    const { poll } = found;
    const hasVoted = (await models.chatPollVote.count({ where: { messageId, userId } })) > 0;
    const closedAt = isOver(poll, now) ? now : null;
    if (poll.anonymous) throw new ChatError('PERMISSION_DENIED', 'This poll is anonymous.');
    if (!scope.isSystem && !showsResults(poll, { closedAt, hasVoted })) {
      throw new ChatError('PERMISSION_DENIED', 'The results are not shown yet.');
    }
    const rows = await models.chatPollVote.findMany({
      where: {
        messageId,
        ...(optionId === undefined ? {} : { optionId }),
        ...(cursor === undefined ? {} : { id: { lt: cursor } }),
      },
      orderBy: { id: 'desc' },
      take: limit + 1,
    });
    const page = rows.slice(0, limit);
    const items = (await withUsers(tx, page)).map(({ userId, user, optionId, votedAt }) => ({
      userId,
      user,
      optionId,
      votedAt,
    }));
    return { items, nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
  });
}

function readerOf({ clock }: PollKit, { user }: ChatScope): { readonly userId: string; readonly now: Date } {
  return { userId: user.id, now: clock.now() };
}
