import type { ChatErrorCode, Grant } from '@confab/shared';
import type { Model, ModelMember, ModelMessage, ModelRoom } from './model.js';

/** How a call is refused; `undefined`: it is not. */
export type Refusal = ChatErrorCode | undefined;

const rank = { member: 0, admin: 1, owner: 2 } as const;

/** Whether somebody whom a rule or a grant let act may act on this member. */
export function mayActOn(me: ModelMember | undefined, target: ModelMember): boolean {
  return rank[me?.role === 'owner' ? 'owner' : 'admin'] > rank[target.role];
}

/** What somebody who is not in a room is told, whatever they ask of it. */
function stranger(room: ModelRoom | undefined): Refusal {
  if (room === undefined || room.isDeleted) return 'NOT_FOUND';
  return room.kind !== 'direct' && room.settings.visibility === 'public' ? 'PERMISSION_DENIED' : 'NOT_FOUND';
}

/** Of what every member may do. */
export function asMember(room: ModelRoom | undefined, userId: string): Refusal {
  return room === undefined || room.isDeleted || !room.members.has(userId) ? stranger(room) : undefined;
}

/** Of what those do who run a group or channel, and who was granted it. */
export function asAdmin(room: ModelRoom | undefined, userId: string, grant?: Grant): Refusal {
  const outside = asMember(room, userId);
  if (outside !== undefined || room === undefined) return outside;
  const me = room.members.get(userId);
  if (room.kind === 'direct' || me === undefined) return 'PERMISSION_DENIED';
  const isGranted = grant !== undefined && me.grants.has(grant);
  return isGranted || rank[me.role] >= rank.admin ? undefined : 'PERMISSION_DENIED';
}

export function asOwner(room: ModelRoom | undefined, userId: string): Refusal {
  const outside = asMember(room, userId);
  if (outside !== undefined || room === undefined) return outside;
  return room.kind !== 'direct' && room.ownerId === userId ? undefined : 'PERMISSION_DENIED';
}

/** Of saying something. */
export function asSpeaker(model: Model, room: ModelRoom | undefined, userId: string): Refusal {
  const outside = asMember(room, userId);
  const me = room?.members.get(userId);
  if (outside !== undefined || room === undefined || me === undefined) return outside;
  const { kind, settings, founders } = room;
  if (kind === 'direct') {
    return founders.some((id) => id !== userId && model.isBlocked(id, userId)) ? 'PERMISSION_DENIED' : undefined;
  }
  if (kind === 'group' && model.isMuted(me)) return 'PERMISSION_DENIED';
  const isOpen = kind === 'group' && !settings.locked;
  return isOpen || me.grants.has('message.send') || rank[me.role] >= rank.admin ? undefined : 'PERMISSION_DENIED';
}

/** Of speaking too soon after the last time. */
export function asPatient(model: Model, room: ModelRoom, userId: string): Refusal {
  const pause = room.settings.slowModeSeconds * 1_000;
  if (pause === 0 || room.members.get(userId)?.role !== 'member') return undefined;
  const last = room.messages.findLast(({ senderId, news }) => senderId === userId && news === null);
  return last !== undefined && last.createdAt + pause > model.now ? 'RATE_LIMITED' : undefined;
}

/** Of doing something with a message that has to be there for the caller. */
export function asReader(model: Model, room: ModelRoom, userId: string, message: ModelMessage): Refusal {
  const outside = asMember(room, userId);
  if (outside !== undefined) return outside;
  const isThere = !message.isDeleted && model.readable(room, userId).includes(message);
  return isThere ? undefined : 'NOT_FOUND';
}

/** Of wanting some of a room's messages gone: they may be deleted already. */
export function asSeer(model: Model, room: ModelRoom, userId: string, messages: readonly ModelMessage[]): Refusal {
  const floor = model.floor(room, userId);
  return asMember(room, userId) ?? (messages.some(({ seq }) => seq < floor) ? 'NOT_FOUND' : undefined);
}

/** What is said besides the words: what it answers, in whose thread, and whom it names. */
export interface Bearing {
  readonly replyTo: ModelMessage | null;
  readonly root: ModelMessage | null;
  readonly mentions: readonly string[];
}

/** Nothing hangs on what was said in a thread, nor on what the system said. */
export function canHaveThread({ root, news }: ModelMessage): boolean {
  return root === null && news === null;
}

/** Of answering, and of saying something in a thread. What is answered is where the answer is. */
export function asAnswerer(model: Model, room: ModelRoom, userId: string, { replyTo, root }: Bearing): Refusal {
  const named = [root, replyTo].flatMap((message) => message ?? []);
  const gone = named.map((message) => asReader(model, room, userId, message)).find((refusal) => refusal !== undefined);
  const nested: Refusal = root === null || canHaveThread(root) ? undefined : 'VALIDATION';
  const isThere = replyTo === null || replyTo.root === root || replyTo === root;
  return gone ?? nested ?? (isThere ? undefined : 'NOT_FOUND');
}

/** Of naming everyone. */
export function asHerald(room: ModelRoom, userId: string, { mentions }: Bearing): Refusal {
  return mentions.includes('@room') ? asAdmin(room, userId) : undefined;
}

/** Of sending a message, in the order in which it is looked at. */
export function asSender(model: Model, room: ModelRoom, userId: string, bearing: Bearing): Refusal {
  const about = asSpeaker(model, room, userId) ?? asAnswerer(model, room, userId, bearing);
  return about ?? asPatient(model, room, userId) ?? asHerald(room, userId, bearing);
}

/** Of pinning. */
export function asPinner(model: Model, room: ModelRoom, userId: string, message: ModelMessage): Refusal {
  const unread = asReader(model, room, userId, message);
  if (unread !== undefined || room.kind === 'direct') return unread;
  return asAdmin(room, userId, 'message.pin');
}

/** Of more members than there is space for. */
export function isFull(room: ModelRoom, more: number): Refusal {
  return room.members.size + more > room.settings.maxMembers ? 'CONFLICT' : undefined;
}
