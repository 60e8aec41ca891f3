import type {
  Grant,
  HistoryPolicy,
  JoinPolicy,
  JsonObject,
  Mention,
  MessageFormat,
  Attachment,
  NotifyPreference,
  Role,
  RoomKind,
  Visibility,
} from '@confab/shared';

/** A room's row, as a transaction that holds its lock sees it. */
export interface RoomRow {
  readonly id: string;
  readonly shard: number;
  /** `user`: the pseudo room of a user's personal events. */
  readonly kind: RoomKind | 'user';
  readonly name: string | null;
  readonly description: string | null;
  readonly image: string | null;
  readonly visibility: Visibility;
  readonly joinPolicy: JoinPolicy;
  readonly history: HistoryPolicy;
  readonly locked: boolean;
  readonly slowModeSeconds: number;
  readonly maxMembers: number;
  /** Messages older than this many days are removed; `null`: kept. */
  readonly retentionDays: number | null;
  readonly ownerId: string | null;
  readonly memberCount: number;
  readonly lastSeq: number;
  readonly lastPos: number;
  readonly authzVersion: number;
  readonly preferences: JsonObject;
  readonly custom: JsonObject;
  readonly directKey: string | null;
  readonly createdBy: string;
  readonly clientId: string | null;
  readonly bodyHash: string | null;
  readonly lastActivityAt: Date;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly deletedAt: Date | null;
}

/** A membership's row, past or present. */
export interface MemberRow {
  readonly roomId: string;
  readonly userId: string;
  readonly status: 'in' | 'out';
  readonly role: Role;
  readonly permissions: readonly Grant[];
  readonly joinedAt: Date;
  readonly joinSeq: number;
  readonly leftSeq: number | null;
  readonly leftPos: number | null;
  readonly leftReason: 'left' | 'removed' | 'banned' | null;
  readonly readSeq: number;
  readonly deliveredSeq: number;
  readonly mutedUntil: Date | null;
  readonly notify: NotifyPreference;
  readonly archived: boolean;
  readonly pinned: boolean;
  readonly custom: JsonObject;
}

/** A message's row. */
export interface MessageRow {
  readonly id: string;
  readonly roomId: string;
  readonly seq: number;
  readonly kind: 'user' | 'system';
  readonly senderId: string;
  readonly content: string | null;
  readonly format: MessageFormat;
  readonly attachments: readonly Attachment[];
  readonly mentions: readonly Mention[];
  readonly mentionsRoom: boolean;
  readonly custom: JsonObject;
  readonly clientId: string | null;
  readonly bodyHash: string | null;
  readonly replyToId: string | null;
  readonly threadId: string | null;
  readonly forwardedSenderId: string | null;
  readonly forwardedAt: Date | null;
  readonly pinnedAt: Date | null;
  readonly editedAt: Date | null;
  readonly deletedAt: Date | null;
  readonly createdAt: Date;
}
