import type { JsonObject, LoggedEvent, LoggedEventType, NotificationKind } from '@confab/shared';

/** The ids and small facts a log row holds; never content. */
export interface LogFacts {
  readonly messageId?: string;
  readonly messageIds?: readonly string[];
  readonly userIds?: readonly string[];
  readonly reason?: 'left' | 'removed' | 'banned';
  readonly emoji?: string;
  readonly replaced?: string;
  readonly action?: 'add' | 'remove';
  readonly pinned?: boolean;
  readonly notificationId?: string;
  /** What kind of notification it was; what it was about may be gone, and the notification with it. */
  readonly notified?: NotificationKind;
  /** Of a personal event: the room it is about. */
  readonly aboutRoomId?: string;
  /** The thread a message is in, or a personal event is about. */
  readonly threadId?: string;
  /** Those of the messages that were in threads. */
  readonly threads?: readonly { readonly threadId: string; readonly messageIds: readonly string[] }[];
  readonly following?: boolean;
  readonly readSeq?: number;
  /** What a host's or a plugin's own event was published with. */
  readonly own?: JsonObject;
}

/** The type of an event in the log: one of the core's, or one that a host or a plugin declared. */
export type LogType = LoggedEventType | (string & Record<never, never>);

/** A row of the log. */
export interface LogRow {
  readonly shard: number;
  /** Gapless within its shard, from 1, in commit order. */
  readonly pos: number;
  readonly roomId: string;
  /** Gapless within its room, from 1. */
  readonly seq: number;
  readonly type: LogType;
  readonly actorId: string | null;
  readonly at: Date;
  readonly data: LogFacts;
}

/** Which log this is; fixed while the process runs. */
export interface LogIdentity {
  readonly epoch: string;
  readonly shardCount: number;
}

/** Where a shard stands. */
export interface ShardHead {
  /** The newest committed position; 0 when empty. */
  readonly pos: number;
  /** Rows up to here may have been pruned. */
  readonly floorPos: number;
}

/** One room of a user, as the snapshot of an attach sees it. The user's own pseudo room is not among them. */
export interface Membership {
  readonly roomId: string;
  readonly shard: number;
  readonly status: 'in' | 'out';
  readonly joinSeq: number;
  readonly leftSeq: number | null;
  readonly leftPos: number | null;
  readonly lastSeq: number;
  readonly lastPos: number;
  /** A deleted room is not routed, but its log is replayed to those who were members. */
  readonly isDeleted: boolean;
}

/** Everything an attach has to know, read in one transaction. */
export interface LogSnapshot {
  /** By shard number. */
  readonly heads: readonly ShardHead[];
  /**
   * Every current membership; of past ones and deleted rooms those whose `leftPos` or `lastPos` is above `since`
   * (all of them are left out when `since` is absent).
   */
  readonly memberships: readonly Membership[];
  /** `lastPos` of the user's pseudo room, 0 when there is none yet. */
  readonly personalPos: number;
}

/** A piece of one room's log. */
export interface RoomSlice {
  readonly roomId: string;
  readonly shard: number;
  readonly afterPos: number;
  readonly uptoPos: number;
  /** Events before it are the reader's past membership. */
  readonly fromSeq: number;
}

/** What tailer, attach and replay read. Every method fails only for passing reasons and may be called again. */
export interface LogStore {
  readonly identity: LogIdentity;
  heads(): Promise<readonly ShardHead[]>;
  /** The rows with `afterPos < pos <= uptoPos` in `pos` order, at most `limit`; pruned ones are missing. */
  read(shard: number, afterPos: number, uptoPos: number, limit: number): Promise<readonly LogRow[]>;
  snapshot(userId: string, since?: readonly number[]): Promise<LogSnapshot>;
  /** For each slice at most `limit` rows, in `pos` order. */
  slices(slices: readonly RoomSlice[], limit: number): Promise<readonly LogRow[]>;
  /** The events as they are told today: a since-deleted message is a tombstone. Same order and length. */
  render(rows: readonly LogRow[]): Promise<readonly LoggedEvent[]>;
  /**
   * Whether a row may be told again as it was rendered once, as long as no message in it was deleted. Otherwise it is
   * rendered anew each time. @default every row
   */
  readonly isLasting?: (row: LogRow) => boolean;
}

/** The pseudo room that holds a user's personal events. */
export function personalRoom(userId: string): string {
  return `u:${userId}`;
}

/**
 * The shard of a room: FNV-1a over the id's UTF-16 code units. Written down once, because changing it moves rooms
 * between shards and needs a new epoch.
 *
 * @see http://www.isthe.com/chongo/tech/comp/fnv/
 */
export function shardOf(roomId: string, shardCount: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < roomId.length; index += 1) {
    hash = Math.imul(hash ^ roomId.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % shardCount;
}
