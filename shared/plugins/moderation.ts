import type { Attachment } from '../messages.js';
import type { UserProfile } from '../people.js';
import type { PermissionTable } from '../permissions.js';

/**
 * Where a case stands. `held`: not said yet, a moderator decides. `flagged`: said, a moderator should look. `approved` and
 * `rejected`: decided. `blocked`: refused at once. `shadowed`: seen by its author only. `void`: its message or its author's
 * membership was gone before anybody decided.
 */
export const moderationStates = ['held', 'flagged', 'approved', 'rejected', 'blocked', 'shadowed', 'void'] as const;
export type ModerationState = (typeof moderationStates)[number];

/** What a case is about: a new message, or other words for one that is there. */
export type ModerationSubject = 'message' | 'edit';

/** What made it a case. */
export type ModerationRule = 'words' | 'links' | 'mentions' | 'verdict' | 'timeout' | 'report' | 'mute';

/** Somebody flagged a message. */
export interface ModerationReport {
  readonly userId: string;
  readonly reason: string | null;
  readonly at: Date;
}

/** A case, as moderators see it. */
export interface ModerationItem {
  readonly id: string;
  readonly roomId: string;
  /** Who said it. */
  readonly user: UserProfile;
  readonly state: ModerationState;
  readonly subject: ModerationSubject;
  /** The message in the room, once there is one. */
  readonly messageId: string | null;
  readonly rule: ModerationRule;
  /** In the words of the rule: the word that was found, the domain, what `verdict` said. */
  readonly reason: string | null;
  /** `null` when its message was deleted since. */
  readonly content: string | null;
  readonly attachments: readonly Attachment[];
  /** Up to 50 people who flagged it. */
  readonly reports: readonly ModerationReport[];
  readonly createdAt: Date;
  readonly decidedAt: Date | null;
  readonly decidedBy: string | null;
  /** What the moderator told the author. */
  readonly note: string | null;
}

/** A case as its author sees it: what was held or refused, and what became of it. */
export interface OwnModerationItem {
  readonly id: string;
  readonly roomId: string;
  readonly state: 'held' | 'approved' | 'rejected' | 'blocked' | 'void';
  readonly subject: ModerationSubject;
  readonly messageId: string | null;
  readonly clientId: string | null;
  readonly content: string | null;
  readonly note: string | null;
  readonly createdAt: Date;
  readonly decidedAt: Date | null;
}

/** Somebody whose messages are shown to themselves only. */
export interface ShadowMute {
  readonly user: UserProfile;
  /** `null`: in all rooms. */
  readonly roomId: string | null;
  /** `null`: until it is lifted. */
  readonly until: Date | null;
  readonly reason: string | null;
  readonly createdAt: Date;
  readonly createdBy: string;
}

/** What is waiting. */
export interface ModerationCounts {
  readonly held: number;
  readonly flagged: number;
}

/** `error.data.chat.details.data` of `MESSAGE_BLOCKED` and `MESSAGE_HELD`. */
export interface ModerationRefusal {
  readonly rule?: ModerationRule;
  /** What the author may know, as far as the host tells it. */
  readonly reason?: string;
  /** Of `MESSAGE_HELD`: the case, as `moderation.mine` lists it. */
  readonly itemId?: string;
}

/** What each of the plugin's events carries. All of them are personal. */
export interface ModerationEventData {
  /** To moderators: something waits for a decision. */
  readonly 'moderation.queued': {
    readonly itemId: string;
    readonly roomId: string;
    readonly userId: string;
    readonly state: 'held' | 'flagged';
    readonly subject: ModerationSubject;
    readonly rule: ModerationRule;
  };
  /** To the author of something that was held. */
  readonly 'moderation.decided': {
    readonly itemId: string;
    readonly roomId: string;
    readonly decision: 'approved' | 'rejected';
    readonly subject: ModerationSubject;
    readonly messageId: string | null;
    readonly clientId: string | null;
  };
  /** To the devices of an author whose messages only they see: fetch this one with `message.get`. */
  readonly 'message.echo': { readonly roomId: string; readonly messageId: string };
}

const never = { least: 'never' } as const;
const member = { least: 'member' } as const;
const moderator = { least: 'admin', grant: 'message.moderate' } as const;

/** Who may do what, beside the host's own moderators, who may do all of it everywhere. */
export const moderationPermissions = {
  'moderation.review': { direct: never, group: moderator, channel: moderator },
  'moderation.shadowMute': { direct: never, group: moderator, channel: moderator },
  'moderation.flag': { direct: member, group: member, channel: member },
} as const satisfies PermissionTable;
