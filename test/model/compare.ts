import type { Member, MessageState, ReactionCount, RoomState } from '@confab/shared';
import type { RoomView } from '../../client/store/state.js';
import type { Model, ModelMember, ModelMessage, ModelRoom } from './model.js';

/** Anything that can be told apart by its text. */
type Plain = Readonly<Record<string, unknown>>;

/** Throws with both sides when they differ. */
export function expectSame(what: string, told: unknown, expected: unknown): void {
  const [one, other] = [JSON.stringify(told), JSON.stringify(expected)];
  if (one !== other) throw new Error(`${what}:\n  told     ${one}\n  expected ${other}`);
}

const endOfTime = Date.UTC(9999, 0);

function muteOf(until: number | undefined, model: Model): unknown {
  if (until === undefined || until <= model.now) return null;
  return until >= endOfTime ? 'for ever' : until;
}

/** A room's settings and what is counted of it, as a state or an answer tells them. */
export function toldRoom(room: RoomState): Plain {
  const { kind, name, visibility, joinPolicy, history, locked, slowModeSeconds, maxMembers, ownerId, memberCount } =
    room;
  const settings = { name, visibility, joinPolicy, history, locked, slowModeSeconds, maxMembers };
  return { kind, ...settings, ownerId, memberCount };
}

export function expectedRoom({ kind, settings, ownerId, members }: ModelRoom): Plain {
  const { name, visibility, joinPolicy, history, locked, slowModeSeconds, maxMembers } = settings;
  const set = { name, visibility, joinPolicy, history, locked, slowModeSeconds, maxMembers };
  return { kind, ...set, ownerId, memberCount: members.size };
}

/** A membership without its marks, which are told to those who are there only. */
export function toldMember(model: Model, member: Member): Plain {
  const { userId, role, permissions, joinSeq, mutedUntil, custom } = member;
  const until = muteOf(mutedUntil?.getTime(), model);
  return { userId, role, grants: permissions.toSorted(), joinSeq, until, custom };
}

export function expectedMember(model: Model, userId: string, member: ModelMember): Plain {
  const { role, grants, joinSeq, mutedUntil, colour } = member;
  const custom = colour === null ? {} : { colour };
  return { userId, role, grants: [...grants].toSorted(), joinSeq, until: muteOf(mutedUntil, model), custom };
}

type Told = Omit<MessageState, 'reactions'> & { readonly reactions: readonly ReactionCount[] };

/** A message as it reads, with the reader's own reactions. */
export function toldMessage(message: Told, own: readonly string[]): Plain {
  const { threadCount, kind } = message;
  const { id, seq, senderId, content, replyTo, mentions, reactions, pinnedAt, editedAt, deletedAt, forwardedFrom } =
    message;
  const quote = replyTo && { id: replyTo.id, content: replyTo.content, isDeleted: replyTo.deletedAt !== null };
  const counts = reactions.map(({ emoji, count }) => `${emoji} ${count}`).toSorted();
  const flags = { isPinned: pinnedAt !== null, isEdited: editedAt !== null, isDeleted: deletedAt !== null };
  const origin = forwardedFrom?.senderId ?? null;
  const about = { origin, threadCount, kind };
  return { id, seq, senderId, content, quote, mentions, counts, own: [...own].toSorted(), ...flags, ...about };
}

export function expectedMessage(room: ModelRoom, message: ModelMessage, userId: string): Plain {
  const { id, seq, senderId, replyTo, reactions, isPinned, isEdited, isDeleted, mentions, forwardedFrom } = message;
  const quote = replyTo && { id: replyTo.id, content: contentOf(replyTo), isDeleted: replyTo.isDeleted };
  const emoji = [...new Set(reactions.values())];
  const counts = emoji.map((each) => `${each} ${[...reactions.values()].filter((one) => one === each).length}`);
  const mine = reactions.get(userId);
  const own = mine === undefined ? [] : [mine];
  const flags = { isPinned, isEdited, isDeleted };
  const content = contentOf(message);
  const threadCount = room.threads.has(id) ? sizeOf(room, message) : 0;
  return {
    id,
    seq,
    senderId,
    content,
    quote,
    mentions,
    counts: counts.toSorted(),
    own,
    ...flags,
    origin: forwardedFrom,
    threadCount,
    kind: message.news === null ? 'user' : 'system',
  };
}

function sizeOf({ messages }: ModelRoom, root: ModelMessage): number {
  return messages.filter((message) => message.root === root && !message.isDeleted).length;
}

/** What is left of what a message says. */
export function contentOf({ isDeleted, content }: ModelMessage): string | null {
  return isDeleted ? null : content;
}

/** What a device holds of a room against what there is. */
export function compareView(model: Model, room: ModelRoom, view: RoomView): void {
  const { userId } = view;
  const where = `${userId} in ${room.kind} ${room.settings.name ?? ''}`;
  const me = room.members.get(userId);
  if (view.room === null || me === undefined) throw new Error(`${where}: nothing is known of it`);
  expectSame(`the room of ${where}`, toldRoom(view.room), expectedRoom(room));
  const { notify, archived, pinned } = me;
  expectSame(`the preferences of ${where}`, view.preferences, { notify, archived, pinned });
  // A line of the list brings the reader alone, an event those whom it names.
  for (const member of view.members.values()) {
    const known = room.members.get(member.userId);
    if (known === undefined) throw new Error(`${where}: ${member.userId} is not in it`);
    expectSame(`a member of ${where}`, toldMember(model, member), expectedMember(model, member.userId, known));
  }
  const visible = model.visible(room, userId);
  const held = view.messages.length;
  if (held > visible.length) throw new Error(`${where}: ${held} messages are held of ${visible.length}`);
  if (!view.hasOlder && held < visible.length) throw new Error(`${where}: there are older messages`);
  expectSame(
    `the messages of ${where}`,
    view.messages.map((message) => toldMessage(message, view.reacted.get(message.id) ?? [])),
    visible.slice(visible.length - held).map((message) => expectedMessage(room, message, userId)),
  );
}
