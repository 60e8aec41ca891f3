export type NotificationKind = 'mention' | 'reply' | 'reaction' | 'invite' | 'joinRequest' | 'added';

export interface Notification {
  readonly id: string;
  readonly kind: NotificationKind;
  readonly roomId: string;
  readonly messageId: string | null;
  readonly actorId: string;
  readonly createdAt: Date;
}

/** A notification as one's own list of them has it. */
export interface ListedNotification extends Notification {
  /** `null`: not seen yet. */
  readonly ackedAt: Date | null;
}
