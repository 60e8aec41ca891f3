import type { Message } from './messages.js';
import type { UserProfile } from './people.js';

/** What can be done about a report: nothing, or something about the message or its sender. */
export const reportActions = ['dismiss', 'delete', 'mute', 'ban'] as const;
export type ReportAction = (typeof reportActions)[number];

export type ReportState = 'open' | 'resolved';

/** A message that somebody showed to those who run its room. */
export interface Report {
  readonly id: string;
  readonly roomId: string;
  readonly messageId: string;
  /** As it reads now, a tombstone if it was deleted; `null` when nothing of it is left, or the reader may not see it. */
  readonly message: Message | null;
  readonly reporterId: string;
  readonly reporter: UserProfile;
  readonly reason: string;
  readonly createdAt: Date;
  /** `null`: open. */
  readonly resolvedAt: Date | null;
  /** `null` while it is open, and where the host itself did it. */
  readonly resolvedBy: string | null;
  /** What was done. `null` while it is open. */
  readonly action: ReportAction | null;
}
