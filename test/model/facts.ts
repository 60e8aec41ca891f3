import type { DoNotDisturb, Grant, HistoryPolicy, JoinPolicy, LoggedEventType } from '@confab/shared';
import type { NotificationKind, NotifyPreference, ReportAction, Role, RoomKind, Visibility } from '@confab/shared';
import type { Bearing } from './rules.js';

/** A membership, as the contract describes it. */
export interface ModelMember {
  role: Role;
  grants: ReadonlySet<Grant>;
  joinSeq: number;
  readSeq: number;
  deliveredSeq: number;
  /** Milliseconds; `Infinity`: without an end. */
  mutedUntil: number;
  notify: 'all' | 'mentions' | 'none';
  archived: boolean;
  pinned: boolean;
  /** A number in its custom data, if it has any. */
  colour: number | null;
}

export interface ModelMessage {
  /** Of what the system says: empty until it was looked up. */
  id: string;
  readonly seq: number;
  readonly senderId: string;
  /** What the system tells of, as it is kept with its message; `null`: these are somebody's own words. */
  readonly news: ModelNews | null;
  readonly clientId: string | null;
  readonly createdAt: number;
  readonly replyTo: ModelMessage | null;
  /** The message in whose thread it was said. */
  readonly root: ModelMessage | null;
  /** Who said first what this repeats. */
  readonly forwardedFrom: string | null;
  /** What it was sent with, to send it once more. */
  readonly sentAs: Readonly<Record<string, unknown>>;
  content: string;
  mentions: readonly string[];
  isDeleted: boolean;
  isEdited: boolean;
  isPinned: boolean;
  readonly hiddenFor: Set<string>;
  readonly reactions: Map<string, string>;
  /** Whose reaction its author was told of. */
  readonly rangFor: Set<string>;
}

/** What the system says of a room. */
export interface ModelNews {
  readonly event: string;
  readonly userIds?: readonly string[];
}

/** How somebody stands to a thread. */
export interface ModelStanding {
  following: boolean;
  readSeq: number;
}

export interface ModelInvite {
  readonly id: string;
  /** `null`: for anybody. */
  readonly userId: string | null;
  readonly by: string;
  readonly token: string;
  readonly maxUses: number | null;
  readonly expiresAt: number;
  uses: number;
  isClosed: boolean;
}

/** From the event that made somebody a member to the one that ended it. */
export interface Stay {
  readonly joinSeq: number;
  leftSeq: number;
}

/** What a room's settings are. */
export interface ModelSettings {
  name: string | null;
  visibility: Visibility;
  joinPolicy: JoinPolicy;
  history: HistoryPolicy;
  locked: boolean;
  slowModeSeconds: number;
  maxMembers: number;
}

/** What a room is when nobody says anything about it. */
export const plainSettings: ModelSettings = {
  ...{ name: null, visibility: 'private', joinPolicy: 'invite', history: 'all', locked: false },
  ...{ slowModeSeconds: 0, maxMembers: 100 },
};

export interface ModelRoom {
  readonly id: string;
  readonly kind: RoomKind;
  /** The two of a direct room, whoever is left of them. */
  readonly founders: readonly string[];
  readonly settings: ModelSettings;
  /** The type of each event, in `seq` order. */
  readonly log: LoggedEventType[];
  readonly members: Map<string, ModelMember>;
  /** Marks and mutes outlast a membership. */
  readonly former: Map<string, Pick<ModelMember, 'readSeq' | 'deliveredSeq' | 'mutedUntil'>>;
  readonly stays: Map<string, Stay[]>;
  /** Until when, in milliseconds. */
  readonly bans: Map<string, number>;
  readonly requests: Set<string>;
  readonly invites: ModelInvite[];
  readonly messages: ModelMessage[];
  /** By the id of the message they hang on. */
  readonly threads: Map<string, Map<string, ModelStanding>>;
  /** What people have begun to write, by thread. */
  readonly drafts: Map<string, Map<string, string>>;
  ownerId: string | null;
  isDeleted: boolean;
}

export interface Counts {
  readonly unread: number;
  readonly mentions: number;
}

/** A message that is to be sent later. */
export interface ModelScheduled extends Bearing {
  readonly id: string;
  readonly room: ModelRoom;
  readonly by: string;
  readonly sendAt: number;
  /** What `message.schedule` was called with, to call it once more. */
  readonly input: { readonly roomId: string; readonly content: string; readonly sendAt: Date };
  state: 'waiting' | 'sent' | 'failed' | 'cancelled';
  error: string | null;
  /** Its author spoke too soon before it, so that it is tried again later. */
  isLate: boolean;
}

/** A message shown to those who run its room. */
export interface ModelReport {
  readonly id: string;
  readonly room: ModelRoom;
  readonly message: ModelMessage;
  readonly by: string;
  readonly reason: string;
  action: ReportAction | null;
  resolvedBy: string | null;
}

/** Something aimed at one person. */
export interface ModelNotice {
  readonly kind: NotificationKind;
  readonly roomId: string;
  readonly messageId: string | null;
  readonly actorId: string;
  readonly at: number;
  /** The server's choice, as its list told it. */
  id: string | null;
  isAcked: boolean;
}

/** How somebody wants to be disturbed. */
export interface ModelDisturbance {
  readonly notify: NotifyPreference;
  readonly doNotDisturb: DoNotDisturb;
}
