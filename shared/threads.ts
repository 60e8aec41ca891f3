import type { Message } from './messages.js';

/** How many living messages a thread holds now. */
export interface ThreadSize {
  /** That of the message the thread hangs on. */
  readonly threadId: string;
  readonly count: number;
}

/** Messages of a thread that were deleted, and how many it holds now. */
export interface ThreadLoss extends ThreadSize {
  readonly messageIds: readonly string[];
}

/** How somebody stands to a thread. */
export interface ThreadStanding {
  /** Whether they want to hear of it. */
  readonly following: boolean;
  /** Everything in the thread up to here, by `seq` of the room, was read. Only moves forward. */
  readonly readSeq: number;
}

/** A line of `thread.list`: a thread as the one who follows it sees it. */
export interface Thread extends ThreadStanding {
  /** That of the message it hangs on. */
  readonly id: string;
  readonly roomId: string;
  /** The message it hangs on; a tombstone if it was deleted. */
  readonly root: Message;
  /** The newest message of the thread that the reader may see, a tombstone if it was deleted; `null` for none. */
  readonly lastReply: Message | null;
  /** Messages of other users in it above `readSeq` that were not deleted. */
  readonly unread: number;
  /** Those among them that name the reader or everyone. */
  readonly mentions: number;
  /** When something was last said in it. */
  readonly lastReplyAt: Date;
}
