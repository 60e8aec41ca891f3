import type { JsonObject } from './json.js';
import type { Message } from './messages.js';
import type { UserProfile } from './people.js';

export type RoomKind = 'direct' | 'group' | 'channel';
export type Visibility = 'private' | 'public';
export type JoinPolicy = 'invite' | 'request' | 'open';
export type HistoryPolicy = 'all' | 'sinceJoin';
export type Role = 'owner' | 'admin' | 'member';
export type NotifyPreference = 'all' | 'mentions' | 'none';

/** The rights that can be granted to a plain member of a group or channel. */
export const grants = ['member.add', 'member.remove', 'message.send', 'message.pin', 'message.moderate'] as const;
export type Grant = (typeof grants)[number];

/** A membership as its co-members see it. */
export interface Member {
  readonly roomId: string;
  readonly userId: string;
  readonly user: UserProfile;
  readonly role: Role;
  readonly permissions: readonly Grant[];
  readonly joinedAt: Date;
  /** The `seq` of the event that made the user a member. */
  readonly joinSeq: number;
  readonly readSeq: number;
  readonly deliveredSeq: number;
  readonly mutedUntil: Date | null;
  readonly custom: JsonObject;
}

/** The caller's own membership, with the preferences nobody else sees. */
export interface OwnMember extends Member {
  readonly notify: NotifyPreference;
  readonly archived: boolean;
  readonly pinned: boolean;
}

/** Somebody who may not come back. */
export interface Ban {
  readonly roomId: string;
  readonly userId: string;
  readonly user: UserProfile;
  /** `null`: for ever. */
  readonly until: Date | null;
  readonly reason: string | null;
  /** `null`: the host itself. */
  readonly actorId: string | null;
  readonly createdAt: Date;
}

/** Somebody who waits to be let in. */
export interface JoinRequest {
  readonly roomId: string;
  readonly userId: string;
  readonly user: UserProfile;
  readonly createdAt: Date;
}

/** A way into a room. Its token is told once, to whoever made it. */
export interface Invite {
  readonly id: string;
  readonly roomId: string;
  /** Whom alone it lets in; `null`: anybody. */
  readonly userId: string | null;
  readonly createdBy: string;
  readonly createdAt: Date;
  /** `null`: never. */
  readonly expiresAt: Date | null;
  /** `null`: as many as like. */
  readonly maxUses: number | null;
  readonly uses: number;
}

/** As much of a room as one needs to decide whether to come in. */
export interface InvitedRoom {
  readonly id: string;
  readonly kind: RoomKind;
  readonly name: string | null;
  readonly description: string | null;
  readonly image: string | null;
  readonly memberCount: number;
}

/** An invite made for oneself. */
export interface Invitation {
  readonly id: string;
  readonly roomId: string;
  readonly room: InvitedRoom;
  /** Who made it. */
  readonly userId: string;
  readonly user: UserProfile;
  readonly createdAt: Date;
  /** `null`: never. */
  readonly expiresAt: Date | null;
}

/** A room as events carry it: the same for every reader. */
export interface RoomState {
  readonly id: string;
  readonly kind: RoomKind;
  /** `null` in direct rooms. */
  readonly name: string | null;
  readonly description: string | null;
  readonly image: string | null;
  readonly visibility: Visibility;
  readonly joinPolicy: JoinPolicy;
  readonly history: HistoryPolicy;
  readonly locked: boolean;
  readonly slowModeSeconds: number;
  readonly maxMembers: number;
  /** `null` in direct rooms. */
  readonly ownerId: string | null;
  readonly memberCount: number;
  /** The `seq` of the room's newest event. */
  readonly seq: number;
  readonly preferences: JsonObject;
  readonly custom: JsonObject;
  readonly lastActivityAt: Date;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A room as an answer carries it. */
export interface Room extends RoomState {
  /** `null` for a stranger who looks at a public room. */
  readonly me: OwnMember | null;
}

/** A line of `room.list`. */
export interface RoomListItem extends Room {
  readonly lastMessage: Message | null;
  readonly unread: number;
  readonly mentions: number;
  /** The other user of a direct room, else `null`. */
  readonly peer: UserProfile | null;
}
