import type { Grant, JoinPolicy, Role, RoomKind, Visibility } from './rooms.js';

/** Who may do a thing in one kind of room, before the exceptions below are looked at. */
type Least =
  | 'never'
  | 'sender'
  | Role
  /** Someone who is not a member yet, into a public room. */
  | 'stranger';

/** The rule of one action in one kind of room. */
export interface Rule {
  readonly least: Least;
  /** A plain member with this grant may, too. */
  readonly grant?: Grant;
  /** In a locked room the least is `admin` (or the grant). */
  readonly lockable?: true;
  /** A muted member may not. */
  readonly mutable?: true;
  /** Refused when one of the two has blocked the other. */
  readonly blockable?: true;
  /** A stranger to a public room may, too. */
  readonly publicly?: true;
  /** The target must rank lower than the actor. */
  readonly ranked?: true;
}

/** The rules of one action, by kind of room. */
export type Rules = Readonly<Record<RoomKind, Rule>>;

/** Rules of actions, by name. */
export type PermissionTable = Readonly<Record<string, Rules>>;

const same = (rule: Rule): Rules => ({ direct: rule, group: rule, channel: rule });
const rooms = (direct: Rule, other: Rule): Rules => ({ direct, group: other, channel: other });

const never: Rule = { least: 'never' };
const member: Rule = { least: 'member' };
const admin: Rule = { least: 'admin' };
const rankedAdmin: Rule = { least: 'admin', ranked: true };
const owner: Rule = { least: 'owner' };

const send: Rules = {
  direct: { least: 'member', blockable: true },
  group: { least: 'member', lockable: true, mutable: true, grant: 'message.send' },
  channel: { least: 'admin', grant: 'message.send' },
};

/**
 * The one table of who may do what in a room. The server guards with it, `chat.can` and `client.can` ask it,
 * and a procedure that acts on a room can only be built with one of its actions.
 */
export const permissionTable = {
  'room.get': same({ least: 'member', publicly: true }),
  'room.members': same(member),
  'room.update': rooms(member, admin),
  'room.delete': rooms(member, owner),
  'room.join': rooms(never, { least: 'stranger' }),
  'room.leave': rooms(never, member),
  'room.addMembers': rooms(never, { least: 'admin', grant: 'member.add' }),
  'room.removeMembers': rooms(never, { least: 'admin', grant: 'member.remove', ranked: true }),
  'room.setRole': rooms(never, rankedAdmin),
  'room.grant': rooms(never, rankedAdmin),
  'room.revoke': rooms(never, rankedAdmin),
  /** One's own membership; another's is `room.updateOthers`. */
  'room.updateMember': same(member),
  'room.updateOthers': rooms(never, rankedAdmin),
  'room.setPreferences': same(member),
  'room.transferOwnership': rooms(never, owner),
  'room.ban': rooms(never, rankedAdmin),
  'room.unban': rooms(never, admin),
  'room.bans': rooms(never, admin),
  'room.mute': rooms(never, rankedAdmin),
  'room.unmute': rooms(never, rankedAdmin),
  'room.joinRequests': rooms(never, admin),
  'room.answerJoinRequest': rooms(never, admin),
  'room.createInvite': rooms(never, admin),
  'room.revokeInvite': rooms(never, admin),
  'room.invites': rooms(never, admin),
  'message.list': same(member),
  'message.get': same(member),
  'message.receipts': same(member),
  'message.ack': same(member),
  'message.read': same(member),
  'message.react': same(member),
  'message.unreact': same(member),
  'message.send': send,
  'message.typing': send,
  'message.mentionRoom': rooms(never, admin),
  'message.edit': same({ least: 'sender' }),
  'message.delete': same({ least: 'sender' }),
  'message.versions': same(member),
  'message.pin': rooms(member, { least: 'admin', grant: 'message.pin' }),
  'message.unpin': rooms(member, { least: 'admin', grant: 'message.pin' }),
  'message.pins': same(member),
  'message.moderate': rooms(never, { least: 'admin', grant: 'message.moderate' }),
  'message.schedule': send,
  'thread.read': same(member),
  'thread.follow': same(member),
  'thread.unfollow': same(member),
  'draft.get': same(member),
  'draft.set': same(member),
  'draft.clear': same(member),
  'report.create': same(member),
  'report.list': rooms(never, { least: 'admin', grant: 'message.moderate' }),
  'report.resolve': rooms(never, { least: 'admin', grant: 'message.moderate' }),
} as const satisfies PermissionTable;

/** An action in a room that the table rules on, named like the procedure that does it. */
export type RoomAction = keyof typeof permissionTable;

/** What the table needs to know about a room. */
export interface RoomFacts {
  readonly kind: RoomKind;
  readonly visibility: Visibility;
  readonly joinPolicy: JoinPolicy;
  readonly locked: boolean;
}

/** What the table needs to know about a current member. */
export interface MemberFacts {
  readonly role: Role;
  readonly permissions: readonly Grant[];
  readonly mutedUntil: Date | null;
}

export interface Situation {
  /** `null`: there is no such room. */
  readonly room: RoomFacts | null;
  /** `null`: not a current member, whatever roles or grants there once were. */
  readonly me: MemberFacts | null;
  readonly now: Date;
  /** For `sender` rules: whether every message concerned was sent by the actor. */
  readonly isSender?: boolean;
  /** In a direct room: whether either has blocked the other. */
  readonly isBlocked?: boolean;
  /** Of a stranger: whether they are banned from the room. */
  readonly isBanned?: boolean;
}

export type Verdict = 'allowed' | 'PERMISSION_DENIED' | 'NOT_FOUND';

const rank: Readonly<Record<Role, number>> = { member: 0, admin: 1, owner: 2 };

/** Whether someone of role `actor` may act on someone of role `target`: an admin on plain members, the owner on all. */
export function outranks(actor: Role, target: Role): boolean {
  return rank[actor] > rank[target];
}

/** Rules on an action by the table alone. Absent and forbidden-to-see look the same. */
export function rule(action: RoomAction, situation: Situation): Verdict;
/** Rules by a table that has the actions of plugins added to it. */
export function rule(action: string, situation: Situation, table: PermissionTable): Verdict;
export function rule(action: string, situation: Situation, table: PermissionTable = permissionTable): Verdict {
  const { room, me, now } = situation;
  const rules = Object.hasOwn(table, action) ? table[action] : undefined;
  if (rules === undefined) throw new TypeError(`There is no action ${action} in the permission table.`);
  if (room === null) return 'NOT_FOUND';
  const entry = rules[room.kind];
  if (me === null) {
    const isVisible = room.visibility === 'public' && room.kind !== 'direct';
    if (!isVisible) return 'NOT_FOUND';
    if (entry.publicly === true) return 'allowed';
    const isOpen = entry.least === 'stranger' && room.joinPolicy !== 'invite' && situation.isBanned !== true;
    return isOpen ? 'allowed' : 'PERMISSION_DENIED';
  }
  if (entry.blockable === true && situation.isBlocked === true) return 'PERMISSION_DENIED';
  if (entry.mutable === true && me.mutedUntil !== null && me.mutedUntil > now) return 'PERMISSION_DENIED';
  if (entry.grant !== undefined && me.permissions.includes(entry.grant)) return 'allowed';
  return reaches(entry, room, me, situation) ? 'allowed' : 'PERMISSION_DENIED';
}

function reaches(entry: Rule, room: RoomFacts, me: MemberFacts, situation: Situation): boolean {
  switch (entry.least) {
    case 'never':
      return false;
    case 'stranger':
      return true;
    case 'sender':
      return situation.isSender === true;
    default: {
      const least: Role = entry.lockable === true && room.locked ? 'admin' : entry.least;
      return rank[me.role] >= rank[least];
    }
  }
}

/** The action whose rule is asked: to delete what others said is to moderate. */
export function ruledAs<Action extends string>(action: Action, isSender: boolean): Action | 'message.moderate' {
  return action === 'message.delete' && !isSender ? 'message.moderate' : action;
}

/** What a procedure is guarded by: an action of the table, or being the one whose own things these are. */
export type ProcedurePermission = RoomAction | 'self';

/** Every procedure and its guard. A procedure that is not here can't be built. */
export const procedurePermissions = {
  'room.create': 'self',
  'room.get': 'room.get',
  'room.list': 'self',
  'room.update': 'room.update',
  'room.delete': 'room.delete',
  'room.join': 'room.join',
  'room.leave': 'room.leave',
  'room.members': 'room.members',
  'room.addMembers': 'room.addMembers',
  'room.removeMembers': 'room.removeMembers',
  'room.setRole': 'room.setRole',
  'room.grant': 'room.grant',
  'room.revoke': 'room.revoke',
  'room.updateMember': 'room.updateMember',
  'room.discover': 'self',
  'room.setPreferences': 'room.setPreferences',
  'room.transferOwnership': 'room.transferOwnership',
  'room.ban': 'room.ban',
  'room.unban': 'room.unban',
  'room.bans': 'room.bans',
  'room.mute': 'room.mute',
  'room.unmute': 'room.unmute',
  'room.joinRequests': 'room.joinRequests',
  'room.answerJoinRequest': 'room.answerJoinRequest',
  'room.createInvite': 'room.createInvite',
  'room.revokeInvite': 'room.revokeInvite',
  'room.acceptInvite': 'self',
  'room.declineInvite': 'self',
  'room.invites': 'room.invites',
  'message.send': 'message.send',
  'message.edit': 'message.edit',
  'message.delete': 'message.delete',
  'message.react': 'message.react',
  'message.unreact': 'message.unreact',
  'message.ack': 'message.ack',
  'message.read': 'message.read',
  'message.list': 'message.list',
  'message.get': 'message.get',
  'message.receipts': 'message.receipts',
  'message.typing': 'message.typing',
  'message.versions': 'message.versions',
  'message.forward': 'message.get',
  'message.pin': 'message.pin',
  'message.unpin': 'message.unpin',
  'message.pins': 'message.pins',
  'message.search': 'self',
  'message.schedule': 'message.schedule',
  'message.unschedule': 'self',
  'message.scheduled': 'self',
  'thread.list': 'self',
  'thread.read': 'thread.read',
  'thread.follow': 'thread.follow',
  'thread.unfollow': 'thread.unfollow',
  'draft.get': 'draft.get',
  'draft.set': 'draft.set',
  'draft.clear': 'draft.clear',
  'draft.list': 'self',
  'report.create': 'report.create',
  'report.list': 'report.list',
  'report.resolve': 'report.resolve',
  'upload.sign': 'self',
  'push.subscribe': 'self',
  'push.unsubscribe': 'self',
  'session.list': 'self',
  'session.revoke': 'self',
  'session.heartbeat': 'self',
  'notification.pending': 'self',
  'notification.unread': 'self',
  'notification.ack': 'self',
  'notification.list': 'self',
  'notification.preferences': 'self',
  'notification.setPreferences': 'self',
  'user.block': 'self',
  'user.unblock': 'self',
  'user.blocked': 'self',
  'user.invites': 'self',
  'user.me': 'self',
  'presence.get': 'self',
  events: 'self',
  sync: 'self',
} as const satisfies Readonly<Record<string, ProcedurePermission>>;

export type ProcedureName = keyof typeof procedurePermissions;
