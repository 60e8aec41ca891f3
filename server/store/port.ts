import type { LoggedEvent, Message, UserProfile } from '@confab/shared';
import type { LogRow, LogStore } from '../events/log.js';
import type { StoreMethods } from './methods.js';
import type { MessageRow } from './rows.js';
import type { ReadTx, WriteTx } from './transaction.js';
import type { OwnColumns } from './present/presentation.js';
import type { StoreExtension } from './extension.js';

/** What every message has that takes the one-statement path. */
export const plainMessage = {
  mentions: [],
  mentionsRoom: false,
  replyToId: null,
  threadId: null,
  forwardedSenderId: null,
  forwardedAt: null,
  pinnedAt: null,
  editedAt: null,
  deletedAt: null,
} as const satisfies Partial<MessageRow>;

/** A send without reply, thread, mention or hook: what the one-statement path takes. */
export interface PlainSend {
  readonly message: Omit<MessageRow, 'seq' | 'kind' | keyof typeof plainMessage>;
  readonly sender: UserProfile;
  /** The `authzVersion` the sender's right was checked against. */
  readonly authzVersion: number;
}

/** What became of a plain send. */
export type PlainSendResult =
  | { readonly outcome: 'sent'; readonly message: Message }
  /** The room's rules changed since: authorise again on the ordinary path. */
  | { readonly outcome: 'fenced' }
  /** The client id is taken: look the first message up on the ordinary path. */
  | { readonly outcome: 'duplicate' };

/** Told of every commit, after it, with rows in `pos` order per shard. `events`, when there, are rows' own, rendered. */
export type CommitListener = (rows: readonly LogRow[], events?: readonly LoggedEvent[]) => void;

/** Everything Confab keeps. All errors but `ChatError`s and the callback's own come out as `UNAVAILABLE` or `INTERNAL`. */
export interface ChatStore<Tx = unknown> {
  /**
   * Checks that the database is ours and current, and seeds what must be there. Rejects with a sentence that says what
   * is wrong. Everything else may only be used once it has resolved.
   *
   * @param extension what the host and its plugins add to what is read
   */
  open(extension?: StoreExtension): Promise<void>;
  readonly log: LogStore;
  /** One method per operation; each can be replaced by itself. */
  readonly methods: StoreMethods;
  /** Reads the newest committed state. */
  read<Result>(work: (tx: ReadTx) => Promise<Result>): Promise<Result>;
  /**
   * One transaction. A deadlock or serialisation failure runs `work` again, at most 3 times, so it must not have
   * effects outside `tx`. A wait longer than the timeouts is `UNAVAILABLE`, and nothing was done.
   */
  write<Result>(work: (tx: WriteTx) => Promise<Result>): Promise<Result>;
  /** Whether `sendPlain` may be used: not where `sendMessage` was replaced, or messages have columns of the host's own. */
  readonly hasPlainSends: boolean;
  /** Queued per shard: one batch in flight, what waits meanwhile goes into the next. Resolves when it is durable. */
  sendPlain(send: PlainSend): Promise<PlainSendResult>;
  onCommit(listener: CommitListener): () => void;
  /** Runs when everything done so far is committed: at once, or at the end of the `chat.transaction` this store is in. */
  afterCommit(task: () => void): void;
  /** Which of these delegates the client behind it does not have. */
  missingModels(names: readonly string[]): readonly string[];
  /** Which of these columns the client's models do not have, as `message.priority`. */
  missingColumns(columns: OwnColumns): readonly string[];
  /**
   * Host writes and chat calls in one transaction, retried like `write`. `tx` is the host's own Prisma transaction;
   * `store` is this store inside it: its `read` and `write` join the transaction and its `sendPlain` is always `fenced`.
   */
  transaction<Result>(
    work: (scope: { readonly tx: Tx; readonly store: ChatStore }) => Promise<Result>,
  ): Promise<Result>;
  close(): Promise<void>;
}
