import type { MessageState } from './messages.js';

export interface Mark {
  readonly roomId: string;
  readonly deliveredSeq: number;
  readonly readSeq: number;
}

export interface Receipt {
  readonly userId: string;
  readonly deliveredAt: Date | null;
  readonly readAt: Date | null;
}

export interface RoomUnread {
  readonly roomId: string;
  readonly unread: number;
  readonly mentions: number;
}

/** A room with undelivered messages. Its `lastMessage` is the newest one, the same for every reader. */
export interface PendingRoom extends RoomUnread {
  readonly lastMessage: MessageState | null;
}
