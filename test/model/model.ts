import { secondOf } from './device-names.js';
import type { Grant, LoggedEventType } from '@confab/shared';
import type { Counts, ModelMember, ModelMessage, ModelReport, ModelRoom, ModelScheduled } from './facts.js';
import type { ModelDisturbance, ModelInvite, ModelNotice, ModelStanding } from './facts.js';

export type * from './facts.js';
export { plainSettings } from './facts.js';

const undisturbed: ModelDisturbance = { notify: 'all', doNotDisturb: null };

/** Everything that is, in plain maps: what the product has to agree with. It knows no table and no event's content. */
export class Model {
  readonly rooms = new Map<string, ModelRoom>();
  /** Who blocked whom. */
  readonly blocks = new Map<string, Set<string>>();
  /** The type of each event of a user's own log. */
  readonly personal = new Map<string, LoggedEventType[]>();
  /** By name. */
  readonly devices: readonly string[];
  readonly offline = new Set<string>();
  readonly scheduled: ModelScheduled[] = [];
  /** Oldest first. */
  readonly reports: ModelReport[] = [];
  /** What was aimed at whom, oldest first. */
  readonly notices = new Map<string, readonly ModelNotice[]>();
  readonly disturbances = new Map<string, ModelDisturbance>();
  /** What the system said and nobody looked up yet. */
  readonly untold: { readonly room: ModelRoom; readonly message: ModelMessage }[] = [];
  readonly users: readonly [string, ...string[]];
  /** Whether the system says what happens in rooms. */
  readonly isNarrated: boolean;
  readonly #now: () => number;

  /** The first of them has a second device. */
  constructor(users: readonly [string, ...string[]], now: () => number, isNarrated: boolean) {
    this.isNarrated = isNarrated;
    this.users = users;
    this.devices = [...users, secondOf(users[0])];
    this.#now = now;
  }

  get now(): number {
    return this.#now();
  }

  get livingRooms(): readonly ModelRoom[] {
    return [...this.rooms.values()].filter((room) => !room.isDeleted);
  }

  roomsOf(userId: string): readonly ModelRoom[] {
    return this.livingRooms.filter((room) => room.members.has(userId));
  }

  directOf(one: string, other: string): ModelRoom | undefined {
    const both = [one, other];
    return this.livingRooms.find((room) => room.kind === 'direct' && both.every((id) => room.founders.includes(id)));
  }

  isBlocked(one: string, other: string): boolean {
    return this.blocks.get(one)?.has(other) === true || this.blocks.get(other)?.has(one) === true;
  }

  isBanned(room: ModelRoom, userId: string): boolean {
    return (room.bans.get(userId) ?? 0) > this.now;
  }

  isMuted(member: ModelMember): boolean {
    return member.mutedUntil > this.now;
  }

  /** Something was put into a user's own log. */
  tell(userId: string, type: LoggedEventType): void {
    const log = this.personal.get(userId) ?? [];
    this.personal.set(userId, [...log, type]);
  }

  /** How somebody wants to be disturbed now. */
  disturbanceOf(userId: string): ModelDisturbance {
    return this.currentOf(this.disturbances.get(userId));
  }

  /** What is left of it: what has ended is not told. */
  currentOf({ notify, doNotDisturb }: ModelDisturbance = undisturbed): ModelDisturbance {
    const isOver = doNotDisturb !== null && 'until' in doNotDisturb && doNotDisturb.until.getTime() <= this.now;
    return { notify, doNotDisturb: isOver ? null : doNotDisturb };
  }

  /** Something was aimed at somebody: it is kept, and told. */
  notify(userId: string, notice: Pick<ModelNotice, 'kind' | 'roomId' | 'messageId' | 'actorId'>): void {
    const made = { ...notice, at: this.now, id: null, isAcked: false };
    this.notices.set(userId, [...(this.notices.get(userId) ?? []), made]);
    this.tell(userId, 'notification');
  }

  /** The message is gone, and what was told of it with it. */
  dropNotices(messageId: string): void {
    for (const [userId, all] of this.notices) {
      this.notices.set(
        userId,
        all.filter((notice) => notice.messageId !== messageId),
      );
    }
  }

  create(room: Pick<ModelRoom, 'id' | 'kind' | 'founders' | 'settings' | 'ownerId'>): void {
    const parts = {
      members: new Map(),
      former: new Map(),
      stays: new Map(),
      bans: new Map(),
      requests: new Set<string>(),
      threads: new Map(),
      drafts: new Map(),
    };
    const made: ModelRoom = { ...room, ...parts, log: ['room.created'], invites: [], messages: [], isDeleted: false };
    this.rooms.set(room.id, made);
    for (const userId of room.founders) this.#enter(made, userId);
    const owner = made.members.get(room.ownerId ?? '');
    if (owner !== undefined) owner.role = 'owner';
  }

  isUsable(invite: ModelInvite): boolean {
    return !invite.isClosed && invite.expiresAt > this.now;
  }

  /** Ends the invites that were made for somebody. */
  endInvitations(room: ModelRoom, userId: string): void {
    for (const invite of room.invites) invite.isClosed ||= invite.userId === userId;
  }

  add(room: ModelRoom, userIds: readonly string[]): void {
    room.log.push('member.added');
    for (const userId of userIds) {
      room.requests.delete(userId);
      this.endInvitations(room, userId);
      this.#enter(room, userId);
    }
  }

  /** Ends memberships; the last one's end is the room's. */
  remove(room: ModelRoom, userIds: readonly string[]): void {
    if (userIds.length >= room.members.size) return this.delete(room);
    room.log.push('member.removed');
    for (const userId of userIds) {
      const member = room.members.get(userId);
      if (member !== undefined) room.former.set(userId, member);
      room.members.delete(userId);
      room.drafts.delete(userId);
      const stay = room.stays.get(userId)?.at(-1);
      if (stay !== undefined) stay.leftSeq = room.log.length;
    }
    if (room.ownerId !== null && userIds.includes(room.ownerId)) this.#passOn(room);
  }

  delete(room: ModelRoom): void {
    room.log.push('room.deleted');
    room.isDeleted = true;
  }

  makeOwner(room: ModelRoom, userId: string): void {
    const former = room.members.get(room.ownerId ?? '');
    if (former !== undefined) former.role = 'admin';
    const next = room.members.get(userId);
    if (next !== undefined) Object.assign(next, { role: 'owner', grants: new Set() });
    room.ownerId = userId;
    room.log.push('member.updated', 'room.updated');
  }

  /** The messages somebody would find in a room's history, oldest first. */
  visible(room: ModelRoom, userId: string): readonly ModelMessage[] {
    return this.readable(room, userId).filter(({ root }) => root === null);
  }

  /** The same with what was said in threads. */
  readable(room: ModelRoom, userId: string): readonly ModelMessage[] {
    const floor = this.floor(room, userId);
    return room.messages.filter(({ seq, hiddenFor }) => seq >= floor && !hiddenFor.has(userId));
  }

  floor(room: ModelRoom, userId: string): number {
    return room.settings.history === 'sinceJoin' ? (room.members.get(userId)?.joinSeq ?? 0) : 0;
  }

  /** What waits for somebody above a mark, counted from the messages themselves. */
  count(room: ModelRoom, userId: string, mark: 'readSeq' | 'deliveredSeq' = 'readSeq'): Counts {
    const me = room.members.get(userId);
    if (me === undefined || room.isDeleted) return { unread: 0, mentions: 0 };
    const waiting = room.messages.filter(
      ({ seq, senderId, root, news, isDeleted, hiddenFor }) =>
        root === null &&
        news === null &&
        seq > me[mark] &&
        seq >= me.joinSeq &&
        senderId !== userId &&
        !isDeleted &&
        !hiddenFor.has(userId),
    );
    return countAmong(waiting, userId);
  }

  /** What somebody has not read of a thread, whether they follow it or not. */
  countThread(room: ModelRoom, userId: string, rootId: string): Counts {
    const me = room.members.get(userId);
    const readSeq = room.threads.get(rootId)?.get(userId)?.readSeq ?? 0;
    const waiting = room.messages.filter(
      ({ seq, senderId, root, isDeleted, hiddenFor }) =>
        root?.id === rootId &&
        seq > readSeq &&
        seq >= (me?.joinSeq ?? 0) &&
        senderId !== userId &&
        !isDeleted &&
        !hiddenFor.has(userId),
    );
    return countAmong(waiting, userId);
  }

  /** Sets how somebody stands to a thread, which their devices are told when it changes. */
  stand(room: ModelRoom, rootId: string, userId: string, standing: ModelStanding): void {
    const standings = room.threads.get(rootId) ?? new Map<string, ModelStanding>();
    room.threads.set(rootId, standings);
    const before = standings.get(userId) ?? { following: false, readSeq: 0 };
    if (before.following === standing.following && before.readSeq === standing.readSeq) return;
    standings.set(userId, standing);
    this.tell(userId, 'thread.updated');
  }

  #enter(room: ModelRoom, userId: string): void {
    const { readSeq = 0, deliveredSeq = 0, mutedUntil = 0 } = room.former.get(userId) ?? {};
    const joinSeq = room.log.length;
    // Threads that were followed before are not any more.
    for (const standings of room.threads.values()) {
      const standing = standings.get(userId);
      if (standing !== undefined) standing.following = false;
    }
    const plain = { role: 'member', grants: new Set<Grant>(), notify: 'all', archived: false, pinned: false } as const;
    const colour = null;
    room.members.set(userId, { ...plain, colour, joinSeq, readSeq, deliveredSeq, mutedUntil });
    room.stays.set(userId, [...(room.stays.get(userId) ?? []), { joinSeq, leftSeq: Infinity }]);
  }

  /** To the longest-standing admin, else member. */
  #passOn(room: ModelRoom): void {
    const byStanding = [...room.members.entries()].toSorted(
      ([oneId, one], [otherId, other]) => one.joinSeq - other.joinSeq || (oneId < otherId ? -1 : 1),
    );
    const heir = byStanding.find(([, { role }]) => role === 'admin') ?? byStanding[0];
    room.ownerId = null;
    if (heir !== undefined) this.makeOwner(room, heir[0]);
  }
}

function countAmong(waiting: readonly ModelMessage[], userId: string): Counts {
  const named = waiting.filter(({ mentions }) => mentions.includes(userId) || mentions.includes('@room'));
  return { unread: waiting.length, mentions: named.length };
}
