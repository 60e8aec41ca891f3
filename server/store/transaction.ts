import type { LogFacts, LogType } from '../events/log.js';
import type { PrismaClient } from './generated/sqlite/client.js';
import type { StorePresentation } from './present/presentation.js';
import type { RoomRow } from './rows.js';

/** The models and raw queries of Confab's part of a Prisma client, inside a transaction or not. */
export type Db = Pick<
  PrismaClient,
  | 'chatMeta'
  | 'chatShard'
  | 'chatRoom'
  | 'chatMember'
  | 'chatBan'
  | 'chatJoinRequest'
  | 'chatInvite'
  | 'chatMessage'
  | 'chatMessageVersion'
  | 'chatRemovedMessage'
  | 'chatMention'
  | 'chatHiddenMessage'
  | 'chatReaction'
  | 'chatReceipt'
  | 'chatEvent'
  | 'chatUser'
  | 'chatBlock'
  | 'chatSession'
  | 'chatNotification'
  | 'chatThread'
  | 'chatThreadMember'
  | 'chatDraft'
  | 'chatScheduledMessage'
  | 'chatReport'
  | 'chatUserPreferences'
  | 'chatPushSubscription'
  | 'chatConsumer'
  | 'chatDelivery'
  | 'chatUserBan'
  | '$queryRaw'
  | '$executeRaw'
>;

export type Provider = 'sqlite' | 'postgresql';

/** What a read works with. */
export interface ReadTx {
  readonly db: Db;
  /** The same, as the host knows it: with everything in the host's own schema. */
  readonly host: unknown;
  readonly provider: Provider;
  /** What every room, member and message becomes on its way out. */
  readonly present: StorePresentation;
}

/** An event to be logged when the transaction commits. */
export interface NewEvent {
  readonly roomId: string;
  readonly type: LogType;
  readonly actorId: string | null;
  readonly at: Date;
  readonly data: LogFacts;
}

/** The columns of a locked room that an operation may set; `lastSeq` and `lastPos` are the transaction's own. */
export type RoomPatch = Partial<
  Omit<RoomRow, 'id' | 'shard' | 'kind' | 'lastSeq' | 'lastPos' | 'authzVersion' | 'createdBy' | 'createdAt'>
>;

/**
 * One transaction that writes.
 *
 * The order of locks is fixed: room rows by id, then everything else, then (by the transaction itself, just before
 * it commits) shard rows by number. Nothing that was decided before `lock` may be relied on after it.
 */
export interface WriteTx extends ReadTx {
  /**
   * Locks rooms until the end of the transaction and returns them as they are now, deleted ones too; unknown ids are
   * left out. Ids already locked are returned again. Call it once with every id that is known: a later call with an
   * id that sorts before one already locked may deadlock with another transaction, which is retried.
   */
  lock(roomIds: readonly string[]): Promise<ReadonlyMap<string, RoomRow>>;
  /** Locks the pseudo rooms of these users, making them first where they are missing. Keys are user ids. */
  lockPersonal(userIds: readonly string[]): Promise<ReadonlyMap<string, RoomRow>>;
  /** A new room, locked from the start. `lastSeq` and `lastPos` start at 0. */
  insertRoom(room: Omit<RoomRow, 'shard' | 'lastSeq' | 'lastPos' | 'authzVersion'>): Promise<RoomRow>;
  /** The locked room with every patch and every appended event counted in. Throws when it is not locked. */
  room(roomId: string): RoomRow;
  /** Sets columns of a locked room; written once, when the transaction ends. */
  patch(roomId: string, patch: RoomPatch): void;
  /** Raises the room's `authzVersion`: a right was taken away or a rule changed. */
  fence(roomId: string): void;
  /** Logs an event of a locked room and returns its `seq`. Its row is written when the transaction ends. */
  append(event: NewEvent): number;
  /**
   * Logs that these users left: their member rows get `status: 'out'`, `leftSeq`, `leftPos` and `leftReason` when the
   * transaction ends (the position is not known before). Appends the `member.removed` itself and returns its `seq`.
   */
  appendRemoval(event: NewEvent & { readonly data: LogFacts & { readonly userIds: readonly string[] } }): number;
  /** Runs after the commit, never before it and never if it fails. */
  afterCommit(task: () => void): void;
}
