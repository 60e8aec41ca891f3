import { ChatError } from '@confab/shared';
import { closePoll } from './close.js';
import { createPoll } from './create.js';
import { pollInputs } from './inputs.js';
import type { PollKit } from './kit.js';
import { listPolls, listVoters, pollsOfMessages } from './listing.js';
import type { ResolvedOptions } from './options.js';
import { suggestOption } from './suggest.js';
import { castVote } from './vote.js';

export function pollProcedures(kit: PollKit, options: ResolvedOptions) {
  const inputs = pollInputs(kit.settings, options);
  return {
    /** Posts a poll as a message of its own. */
    create: kit
      .user({ rate: 'sends' })
      .input(inputs.create)
      .mutation(({ ctx, input }) => createPoll(kit, ctx.chat, input)),
    get: kit
      .message('message.get')
      .input(inputs.one)
      .query(async ({ ctx, input: { messageId } }) => {
        const { id: roomId } = ctx.room;
        const { items } = await pollsOfMessages(kit, ctx.chat, { roomId, messageIds: [messageId] });
        const [poll] = items;
        if (poll === undefined) throw new ChatError('NOT_FOUND');
        return poll;
      }),
    /** The polls of some messages of a room, as for a page of its history; messages that are none are left out. */
    forMessages: kit
      .user()
      .input(inputs.several)
      .query(({ ctx, input }) => pollsOfMessages(kit, ctx.chat, input)),
    /** A room's polls, the newest first. A page may hold fewer than `limit` while there are more. */
    list: kit
      .room('message.list')
      .input(inputs.list)
      .query(({ ctx, input }) => listPolls(kit, ctx.chat, input)),
    /** Makes these options one's vote, in place of what it was. */
    vote: kit
      .user({ rate: 'votes' })
      .input(inputs.vote)
      .mutation(({ ctx, input }) => castVote(kit, ctx.chat, input)),
    /** Takes one's vote back. */
    unvote: kit
      .user({ rate: 'votes' })
      .input(inputs.one)
      .mutation(({ ctx, input }) => castVote(kit, ctx.chat, { ...input, optionIds: [] })),
    /** Adds an option to a poll that takes suggestions. */
    suggest: kit
      .message('polls.suggest', { rate: 'sends' })
      .input(inputs.suggest)
      .mutation(async ({ ctx, input }) => {
        await options.review({ ctx: ctx.chat, roomId: ctx.room.id, ...input });
        return suggestOption(kit, ctx.chat, input, options);
      }),
    close: kit
      .message('message.get', { rate: 'mutations' })
      .input(inputs.one)
      .mutation(({ ctx, input }) =>
        closePoll(kit, ctx.chat, { ...input, isSender: ctx.message.senderId === ctx.chat.user.id }),
      ),
    /** Who voted for what, the latest first. */
    voters: kit
      .message('polls.voters')
      .input(inputs.voters)
      .query(({ ctx, input }) => listVoters(kit, ctx.chat, { ...input, roomId: ctx.room.id })),
  };
}
