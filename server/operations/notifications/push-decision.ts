import type { Mention, NotificationKind, NotificationPreferences, RoomKind } from '@confab/shared';
import type { MemberRow } from '../../store/rows.js';
import { isQuiet } from './do-not-disturb.js';

/** A message that was sent, as far as a push depends on it. */
export interface PushedMessage {
  readonly type: 'message';
  /** Its sender. */
  readonly actorId: string;
  readonly roomKind: RoomKind;
  readonly seq: number;
  /** A message of the room's own, which nobody said. */
  readonly isSystem: boolean;
  /** Gone by now: for everyone, or for this person. */
  readonly isDeleted: boolean;
  readonly mentions: readonly Mention[];
  /** Who said what it answers; `null` when it answers nothing. */
  readonly answeredId: string | null;
  /** The message in whose thread it was said. */
  readonly threadId: string | null;
}

/** A notification that was written to somebody's own log, as far as a push depends on it. */
export interface PushedNotification {
  readonly type: 'notification';
  readonly kind: NotificationKind;
  readonly actorId: string;
  /** The message it is about is gone by now. `false` for one that is about none. */
  readonly isDeleted: boolean;
}

export type PushEvent = PushedMessage | PushedNotification;

/** Who might be pushed, in the room the event is of. */
export interface PushMember extends Pick<
  MemberRow,
  'userId' | 'status' | 'joinSeq' | 'readSeq' | 'notify' | 'archived'
> {
  /** How they stand to the thread of a message that was said in one. `null`: they have nothing to do with it. */
  readonly thread?: { readonly following: boolean; readonly readSeq: number } | null;
}

/** What the device does: it is in use, it is connected but silent, or nothing of it is open. */
export type PushPresence = 'active' | 'idle' | 'away';

export interface PushQuestion {
  readonly event: PushEvent;
  /** `null`: has no row in the room. */
  readonly member: PushMember | null;
  /** `null`: never set any. */
  readonly preferences: NotificationPreferences | null;
  readonly presence: PushPresence;
  /** They have blocked whoever it is by. */
  readonly blocked: boolean;
  readonly now: Date;
}

/** What a push tells of. */
export type PushKind =
  'message' | 'mention' | 'roomMention' | 'reply' | 'threadReply' | Exclude<NotificationKind, 'mention' | 'reply'>;

/** Why there is none. */
export type PushRefusal =
  /** It is their own doing. */
  | 'own'
  | 'system'
  | 'deleted'
  /** Not in the room, or not yet when it was said. */
  | 'notMember'
  /** Its message says it. */
  | 'told'
  | 'blocked'
  | 'read'
  /** Said in a thread they don't follow. */
  | 'notFollowing'
  | 'roomPreference'
  | 'archived'
  | 'personalPreference'
  /** The device is in use and shows it by itself. */
  | 'active'
  | 'doNotDisturb';

export type PushDecision =
  { readonly push: true; readonly reason: PushKind } | { readonly push: false; readonly reason: PushRefusal };

/** What is still heard of with `mentions`: what names somebody, answers them, or goes on where they follow. */
const aimed: ReadonlySet<PushKind> = new Set(['mention', 'roomMention', 'reply', 'threadReply', 'invite']);

/** What concerns somebody who is not in the room. */
const forStrangers: ReadonlySet<PushKind> = new Set(['invite']);

/**
 * Decides whether a device of somebody is pushed for an event, and as what. Pure: to be asked again with the facts of the
 * moment when a push is about to go out.
 *
 * A room that is archived tells of no more than `mentions` does. The stricter one of the room's preference and the
 * personal one holds; to the personal one, but not to the room's, a message in a direct room counts as aimed. Being muted
 * takes nobody's hearing.
 */
export function decidePush(question: PushQuestion): PushDecision {
  const refusal = refusalOf(question);
  if (refusal !== null) return { push: false, reason: refusal };
  const kind = kindOf(question);
  if (kind === null) return { push: false, reason: 'notFollowing' };
  const reason = unwanted(question, kind) ?? untimely(question);
  return reason === null ? { push: true, reason: kind } : { push: false, reason };
}

/** What a device does, by its session; `null`: there is none. */
export function presenceOf(
  session: { readonly endedAt: Date | null; readonly lastSeenAt: Date } | null,
  { now, inactivityThresholdMs }: { readonly now: Date; readonly inactivityThresholdMs: number },
): PushPresence {
  if (session === null || session.endedAt !== null) return 'away';
  return now.getTime() - session.lastSeenAt.getTime() < inactivityThresholdMs ? 'active' : 'idle';
}

/** What the event is to this person, the most pointed first; `null`: nothing, it is said in a thread of others. */
function kindOf({ event, member }: PushQuestion): PushKind | null {
  if (event.type === 'notification') return event.kind;
  const userId = member?.userId;
  if (userId === undefined) return 'message';
  if (event.mentions.includes(userId)) return 'mention';
  if (event.answeredId === userId) return 'reply';
  if (event.threadId !== null && member?.thread?.following === true) return 'threadReply';
  if (event.mentions.includes('@room')) return 'roomMention';
  return event.threadId === null ? 'message' : null;
}

/** What speaks against it whatever they prefer. */
function refusalOf({ event, member, blocked }: PushQuestion): PushRefusal | null {
  if (event.actorId === member?.userId) return 'own';
  if (event.type === 'message' && event.isSystem) return 'system';
  if (event.isDeleted) return 'deleted';
  const isIn = member?.status === 'in';
  if (event.type === 'notification') {
    if (event.kind === 'mention' || event.kind === 'reply') return 'told';
    if (!isIn && !forStrangers.has(event.kind)) return 'notMember';
    return blocked ? 'blocked' : null;
  }
  if (!isIn || event.seq < member.joinSeq) return 'notMember';
  if (blocked) return 'blocked';
  const readSeq = event.threadId === null ? member.readSeq : (member.thread?.readSeq ?? 0);
  return event.seq <= readSeq ? 'read' : null;
}

/** What they don't want to hear of. */
function unwanted({ event, member, preferences }: PushQuestion, kind: PushKind): PushRefusal | null {
  const notify = member?.notify ?? 'all';
  if (notify === 'none' || (notify === 'mentions' && !aimed.has(kind))) return 'roomPreference';
  if (member?.archived === true && !aimed.has(kind)) return 'archived';
  const overall = preferences?.notify ?? 'all';
  if (overall === 'all') return null;
  const isDirect = event.type === 'message' && event.roomKind === 'direct';
  return overall === 'mentions' && (isDirect || aimed.has(kind)) ? null : 'personalPreference';
}

/** What they don't want to hear of now. */
function untimely({ preferences, presence, now }: PushQuestion): PushRefusal | null {
  if (presence === 'active') return 'active';
  return isQuiet(preferences?.doNotDisturb ?? null, now) ? 'doNotDisturb' : null;
}
