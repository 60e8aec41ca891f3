import { pollPermissions } from '@confab/shared/plugins/polls';
import type { Page } from '@confab/shared';
import type { Poll, PollDraft, PollVote, PostedPoll } from '@confab/shared/plugins/polls';
import { defineClientPlugin } from '../../client-plugin.js';
import type { PluginTools } from '../../client-plugin.js';
import type { PermittedRoom } from '../../permitted.js';
import type { PollCalls, PollEvent, PollListing, VoterListing } from './calls.js';
import { watchPolls } from './watch-polls.js';

export type { PollListing, VoterListing } from './calls.js';
export type {
  Poll,
  PollDraft,
  PollEventData,
  PollOption,
  PollResults,
  PollState,
  PollVote,
  PostedPoll,
} from '@confab/shared/plugins/polls';

/** Polls, as a client has them. A call rejects like any of `client.api`; a refusal may be `POLL_CLOSED`. */
export interface PollsOffer {
  /** Posts a poll. With a `clientId` the call may be repeated after a lost connection, and posts once. */
  create(draft: PollDraft): Promise<PostedPoll>;
  /** Makes these options one's vote, in place of what it was. */
  vote(messageId: string, optionIds: readonly string[]): Promise<Poll>;
  /** Takes one's vote back. */
  unvote(messageId: string): Promise<Poll>;
  /** Adds an option to a poll that takes suggestions. */
  suggest(messageId: string, text: string): Promise<Poll>;
  close(messageId: string): Promise<Poll>;
  /** A room's polls, the newest first. */
  list(roomId: string, which?: PollListing): Promise<Page<Poll>>;
  /** Who voted for what, the latest first. */
  voters(messageId: string, which?: VoterListing): Promise<Page<PollVote>>;

  /**
   * The poll of a message that is watched, as it stands: the same object until something in it changes. `null`: the
   * message is none, or gone. `undefined`: that is not known yet.
   */
  poll(messageId: string): Poll | null | undefined;
  /** Keeps the polls among these messages known, as for a page of a room, until the returned function is called. */
  watch(roomId: string, messageIds: readonly string[]): () => void;
  /** Calls the listener after changes. The returned function ends it. With `poll` it fits `useSyncExternalStore`. */
  subscribe(listener: () => void): () => void;

  /** Whether the permission table allows this, as `client.can`; the server may know better. */
  canCreate(room: PermittedRoom): boolean;
  /** Whether there is anything to vote on still. */
  canVote(room: PermittedRoom, poll: Poll): boolean;
  canSuggest(room: PermittedRoom, poll: Poll): boolean;
  canClose(room: PermittedRoom, poll: Poll): boolean;
}

/**
 * The client half of the plugin `polls`. Watched polls follow the event stream, over all reconnects.
 *
 * @example
 * const half = client.use(polls);
 * const stop = half.watch(roomId, messages.map(({ id }) => id));
 */
export const polls = defineClientPlugin({
  id: 'polls',
  permissions: pollPermissions,
  setup(tools: PluginTools<{ readonly polls: PollCalls }, PollEvent>): PollsOffer {
    const { can } = tools;
    const { polls: calls } = tools.calls;
    const watched = watchPolls(tools);
    /** What was answered is known at once. */
    const told = async (answer: Promise<Poll>): Promise<Poll> => {
      const poll = await answer;
      watched.answered(poll);
      return poll;
    };
    return {
      create: (draft) => calls.create.mutate({ ...draft, options: [...draft.options] }),
      vote: (messageId, optionIds) => told(calls.vote.mutate({ messageId, optionIds: [...optionIds] })),
      unvote: (messageId) => told(calls.unvote.mutate({ messageId })),
      suggest: (messageId, text) => told(calls.suggest.mutate({ messageId, text })),
      close: (messageId) => told(calls.close.mutate({ messageId })),
      list: (roomId, which = {}) => calls.list.query({ ...which, roomId }),
      voters: (messageId, which = {}) => calls.voters.query({ ...which, messageId }),
      poll: watched.get,
      watch: watched.watch,
      subscribe: watched.subscribe,
      canCreate: (room) => can('polls.create', room),
      canVote: (room, poll) => isOpen(poll) && can('polls.vote', room),
      canSuggest: (room, poll) => isOpen(poll) && poll.suggestions && can('polls.suggest', room),
      canClose: (room, poll) =>
        isOpen(poll) && (can('polls.close', room, { senderId: poll.creatorId }) || can('message.moderate', room)),
    };
  },
});

/** By this machine's clock, which may be wrong: the server has the last word. */
function isOpen({ closedAt, closesAt }: Poll): boolean {
  return closedAt === null && (closesAt === null || closesAt.getTime() > Date.now());
}
