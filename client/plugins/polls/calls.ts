import type { Page } from '@confab/shared';
import type { Poll, PollDraft, PollEventData, PollVote, PostedPoll } from '@confab/shared/plugins/polls';

interface Query<Input, Output> {
  readonly query: (input: Input) => Promise<Output>;
}

interface Mutation<Input, Output> {
  readonly mutate: (input: Input) => Promise<Output>;
}

/** The server's half, as this one calls it. */
export interface PollCalls {
  readonly create: Mutation<Omit<PollDraft, 'options'> & { readonly options: string[] }, PostedPoll>;
  readonly forMessages: Query<{ roomId: string; messageIds: string[] }, { readonly items: readonly Poll[] }>;
  readonly list: Query<PollListing & { roomId: string }, Page<Poll>>;
  readonly vote: Mutation<{ messageId: string; optionIds: string[] }, Poll>;
  readonly unvote: Mutation<{ messageId: string }, Poll>;
  readonly suggest: Mutation<{ messageId: string; text: string }, Poll>;
  readonly close: Mutation<{ messageId: string }, Poll>;
  readonly voters: Query<VoterListing & { messageId: string }, Page<PollVote>>;
}

/** Which polls of a room, the newest first. */
export interface PollListing {
  readonly state?: 'open' | 'closed';
  /** 1–100. @default 50 */
  readonly limit?: number;
  readonly cursor?: string;
}

/** Which votes of a poll, the latest first. */
export interface VoterListing {
  /** Those for one option only. */
  readonly optionId?: string;
  /** 1–100. @default 50 */
  readonly limit?: number;
  readonly cursor?: string;
}

interface Told<Type extends string, Data> {
  readonly type: Type;
  readonly roomId?: string | undefined;
  readonly data: Data;
}

/** The events this half listens to, and what it reads of them. */
export type PollEvent =
  | { [Type in keyof PollEventData]: Told<Type, PollEventData[Type]> }[keyof PollEventData]
  | Told<'message.deleted', { readonly messageIds: readonly string[] }>
  | Told<'room.limited', unknown>
  | Told<'ready', { readonly resumed: boolean }>;
