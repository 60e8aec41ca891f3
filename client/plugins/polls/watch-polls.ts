import type { OwnPollVote, Poll, PollNews, PollState } from '@confab/shared/plugins/polls';
import type { PluginTools } from '../../client-plugin.js';
import { createWatched } from '../../live/watched.js';
import type { Watched } from '../../live/watched.js';
import type { PollCalls, PollEvent } from './calls.js';

/** The polls that somebody looks at. `null`: the message has none. */
export interface WatchedPolls extends Pick<Watched<Poll | null>, 'get' | 'watch' | 'subscribe'> {
  /** A call was answered with this. */
  answered(poll: Poll): void;
}

export function watchPolls({
  calls,
  on,
  persist,
}: PluginTools<{ readonly polls: PollCalls }, PollEvent>): WatchedPolls {
  const watched = createWatched<Poll | null>({
    absent: null,
    begin: listen,
    later: (put, loaded) => (put !== null && loaded !== null && loaded.revision >= put.revision ? loaded : put),
    async load(roomId, messageIds, isWanted) {
      const answer = await persist(() => calls.polls.forMessages.query({ roomId, messageIds }), isWanted);
      return answer && new Map(answer.items.map((poll) => [poll.messageId, poll]));
    },
  });

  function told({ data: { messageId, poll } }: { readonly data: PollNews }): void {
    if (poll === null) return watched.put(messageId, null);
    const known = watched.get(messageId);
    // What an event says is the same for all: one's own vote, and results that only some may see, are not in it.
    if (known === undefined || known === null) return watched.refresh(messageId);
    if (poll.revision <= known.revision) return;
    watched.put(messageId, { ...known, ...poll, options: withResults(poll, known), mine: known.mine });
    if (areHidden(poll) && !areHidden(known)) watched.refresh(messageId);
  }

  function voted({ data: { messageId, mine } }: { readonly data: OwnPollVote }): void {
    const known = watched.get(messageId);
    if (known === undefined || known === null) return watched.refresh(messageId);
    if (isSame(known.mine, mine)) return;
    watched.put(messageId, { ...known, mine });
    // To have voted may be what lets one see the results.
    if (known.results === 'afterVote') watched.refresh(messageId);
  }

  function listen(): void {
    on('polls.created', told);
    on('polls.updated', told);
    on('polls.closed', told);
    on('polls.voted', voted);
    on('message.deleted', ({ data }) => {
      for (const messageId of data.messageIds) watched.put(messageId, null);
    });
    on('room.limited', ({ roomId }) => watched.refreshAll('all', roomId));
    on('ready', ({ data }) => watched.refreshAll(data.resumed ? 'unknown' : 'all'));
  }

  return {
    get: watched.get,
    watch: watched.watch,
    subscribe: watched.subscribe,
    answered(poll) {
      const known = watched.get(poll.messageId);
      if (known === undefined || known === null || poll.revision >= known.revision) watched.put(poll.messageId, poll);
    },
  };
}

/** The options of an event's poll; results that it leaves out stay as they were seen last, until they are asked for. */
function withResults(poll: PollState, known: Poll): Poll['options'] {
  if (!areHidden(poll)) return poll.options;
  const votes = new Map(known.options.map((option) => [option.id, option.votes]));
  return poll.options.map((option) => ({ ...option, votes: votes.get(option.id) ?? option.votes }));
}

function areHidden({ options }: PollState): boolean {
  return options.some(({ votes }) => votes === null);
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((id) => other.includes(id));
}
