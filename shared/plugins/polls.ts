import type { JsonObject } from '../json.js';
import type { Message } from '../messages.js';
import type { UserProfile } from '../people.js';
import { permissionTable } from '../permissions.js';
import type { PermissionTable } from '../permissions.js';

/** When a poll's votes are counted out: at any time, to those who have voted, or to all once it is closed. */
export type PollResults = 'always' | 'afterVote' | 'afterClose';

export interface PollOption {
  readonly id: string;
  readonly text: string;
  /** `null` to those who may not see the results (yet). */
  readonly votes: number | null;
  /** Who added it later; `null` for those the poll was made with, and always in an anonymous poll. */
  readonly suggestedBy: string | null;
}

/** A poll as events carry it: the same for every reader. Results that only some may see are left out. */
export interface PollState {
  /** The message that it was posted as. It is the poll's id, too. */
  readonly messageId: string;
  readonly roomId: string;
  readonly creatorId: string;
  readonly question: string;
  readonly options: readonly PollOption[];
  /** People who have voted. */
  readonly voterCount: number;
  /** Options one voter may choose. */
  readonly maxVotes: number;
  /** Nobody is told who voted for what. */
  readonly anonymous: boolean;
  /** Members may add options. */
  readonly suggestions: boolean;
  readonly results: PollResults;
  /** Raised by every change: of two states of a poll, the one with more is the later one. */
  readonly revision: number;
  /** When it closes by itself. */
  readonly closesAt: Date | null;
  readonly closedAt: Date | null;
  /** Who closed it; `null` while it is open, and when it closed by itself. */
  readonly closedBy: string | null;
  readonly createdAt: Date;
}

/** A poll as an answer carries it: with the results the caller may see. */
export interface Poll extends PollState {
  /** Ids of the options the caller has voted for. */
  readonly mine: readonly string[];
}

/** A poll that was posted. */
export interface PostedPoll {
  readonly message: Message;
  /** `null` when the call repeats one whose message was deleted since. */
  readonly poll: Poll | null;
}

/** One option that one user voted for. */
export interface PollVote {
  readonly userId: string;
  readonly user: UserProfile;
  readonly optionId: string;
  readonly votedAt: Date;
}

/** What each of the plugin's events carries. `poll` is `null` when its message was deleted since. */
export interface PollEventData {
  readonly 'polls.created': PollNews;
  /** Somebody voted, took a vote back or added an option. Without `actorId` in an anonymous poll. */
  readonly 'polls.updated': PollNews;
  /** Without `actorId` when it closed by itself. */
  readonly 'polls.closed': PollNews;
  /** To the devices of the one who voted: what their vote is today. */
  readonly 'polls.voted': OwnPollVote;
}

export interface PollNews {
  readonly messageId: string;
  readonly poll: PollState | null;
}

export interface OwnPollVote {
  readonly messageId: string;
  readonly roomId: string;
  /** As in {@link Poll}. */
  readonly mine: readonly string[];
}

/** What `polls.create` takes. */
export interface PollDraft {
  readonly roomId: string;
  /** One line of at most 300 characters. */
  readonly question: string;
  /** 2 to 10 (or what the host allows), each one line of at most 100 characters, all different. */
  readonly options: readonly string[];
  /** Options one voter may choose. @default 1 */
  readonly maxVotes?: number | undefined;
  /** @default false */
  readonly anonymous?: boolean | undefined;
  /** @default false */
  readonly suggestions?: boolean | undefined;
  /** @default 'always' */
  readonly results?: PollResults | undefined;
  /** 5 seconds to a year from now. @default never */
  readonly closesAt?: Date | null | undefined;
  /** The message's own, as in `message.send`. */
  readonly custom?: JsonObject | undefined;
  /** As in `message.send`: a repeated call answers with the poll that was posted first. */
  readonly clientId?: string | undefined;
}

const member = { least: 'member' } as const;
const say = permissionTable['message.send'];

/**
 * Who may do what with polls. To make one or add an option to it is to say something; everybody votes. One's own poll is
 * closed by `polls.close`, another's by `message.moderate`.
 */
export const pollPermissions = {
  'polls.create': say,
  'polls.suggest': say,
  'polls.vote': { direct: member, group: member, channel: member },
  'polls.voters': { direct: member, group: member, channel: member },
  'polls.close': { direct: { least: 'sender' }, group: { least: 'sender' }, channel: { least: 'sender' } },
} as const satisfies PermissionTable;
