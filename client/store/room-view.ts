import type { ChatEvent, LoggedEvent, Member, MessageState } from '@confab/shared';
import { moveMark, nothing, olderThanLoaded, withMessages, withoutUnheld } from './counts.js';
import type { LoadedRoom, RoomView } from './state.js';

/** A room nothing is known of but where its log stands. */
export function unknownRoom(roomId: string, userId: string, seq: number): RoomView {
  return {
    roomId,
    userId,
    seq,
    room: null,
    members: new Map(),
    messages: [],
    readTo: 0,
    older: null,
    markedBy: 0,
    waitingFor: null,
    held: [],
  };
}

/** A room that begins for the user with this event. */
export function joinedRoom(event: LoggedEvent, userId: string): RoomView {
  const unknown = unknownRoom(event.roomId, userId, event.seq);
  return applyToRoom({ ...unknown, readTo: event.seq - 1, older: nothing }, event);
}

/** A room as the answer to a need tells it; marks that were known to be further stay there. */
export function loadedRoom(loaded: LoadedRoom, need: number, before: RoomView | undefined): RoomView {
  const { room, me, members } = loaded;
  const readTo = Math.max(me.readSeq, me.joinSeq - 1);
  const markedBy = Math.max(need, before?.markedBy ?? 0);
  const unknown = { ...unknownRoom(room.id, me.userId, room.seq), readTo, markedBy };
  const view = withMessages({ ...unknown, room, older: olderThanLoaded(loaded, unknown) }, loaded.messages);
  const known = new Map([me, ...members].map((member) => [member.userId, later(before, member)]));
  return moveMark({ ...view, members: known }, before?.readTo ?? 0);
}

/** The room with its next event applied. Applying to newer data is harmless: everything is set, nothing counted. */
export function applyToRoom(view: RoomView, event: LoggedEvent): RoomView {
  return { ...change(view, event), seq: event.seq };
}

function change(view: RoomView, event: LoggedEvent): RoomView {
  switch (event.type) {
    case 'room.created':
    case 'member.added':
      return { ...withMembers(view, event.data.members), room: event.data.room };
    case 'room.updated':
      return { ...view, room: event.data.room };
    case 'member.updated':
      return withMembers(view, event.data.members);
    case 'member.removed':
      return { ...view, members: withoutMembers(view.members, event.data.userIds) };
    case 'message.created':
      return withMessages(view, insert(view.messages, event.data.message));
    case 'message.updated': {
      const { message } = event.data;
      return changeMessages(view, new Set([message.id]), () => message);
    }
    case 'message.deleted':
      return deleteMessages(view, new Set(event.data.messageIds), event.at);
    case 'message.reaction': {
      const { messageId, reactions } = event.data;
      return changeMessages(view, new Set([messageId]), (message) => ({ ...message, reactions }));
    }
    case 'message.pinned': {
      const pinnedAt = event.data.pinned ? event.at : null;
      return changeMessages(view, new Set([event.data.messageId]), (message) => ({ ...message, pinnedAt }));
    }
    default:
      return view;
  }
}

function withMembers(view: RoomView, given: readonly Member[]): RoomView {
  const members = new Map(view.members);
  for (const member of given) members.set(member.userId, later(view, member));
  const own = given.find(({ userId }) => userId === view.userId);
  return moveMark({ ...view, members }, own?.readSeq ?? 0);
}

/** The member as given, with the marks of the same membership that are further. */
function later(known: RoomView | undefined, given: Member): Member {
  const before = known?.members.get(given.userId);
  if (before === undefined || before.joinSeq !== given.joinSeq) return given;
  const readSeq = Math.max(before.readSeq, given.readSeq);
  return { ...given, readSeq, deliveredSeq: Math.max(before.deliveredSeq, given.deliveredSeq) };
}

function withoutMembers(known: ReadonlyMap<string, Member>, userIds: readonly string[]): ReadonlyMap<string, Member> {
  const next = new Map(known);
  for (const userId of userIds) next.delete(userId);
  return next;
}

function insert(messages: readonly MessageState[], message: MessageState): readonly MessageState[] {
  const last = messages.at(-1);
  if (last === undefined || last.seq < message.seq) return [...messages, message];
  return [...messages.filter(({ seq }) => seq !== message.seq), message].sort((one, other) => one.seq - other.seq);
}

function changeMessages(
  view: RoomView,
  ids: ReadonlySet<string>,
  edit: (message: MessageState) => MessageState,
): RoomView {
  if (!view.messages.some(({ id }) => ids.has(id))) return view;
  return { ...view, messages: view.messages.map((message) => (ids.has(message.id) ? edit(message) : message)) };
}

/** Leaves tombstones, also where a deleted message is quoted. */
function deleteMessages(view: RoomView, ids: ReadonlySet<string>, deletedAt: Date): RoomView {
  let held = 0;
  const messages = view.messages.map((message): MessageState => {
    if (ids.has(message.id)) {
      // One that is a tombstone already may have counted where the counts come from.
      if (message.deletedAt === null) held += 1;
      const at = message.deletedAt ?? deletedAt;
      return { ...message, content: null, attachments: [], mentions: [], reactions: [], deletedAt: at };
    }
    const { replyTo } = message;
    if (replyTo === null || !ids.has(replyTo.id)) return message;
    return { ...message, replyTo: { ...replyTo, content: null, deletedAt: replyTo.deletedAt ?? deletedAt } };
  });
  const isChanged = messages.some((message, index) => message !== view.messages[index]);
  const next = isChanged ? { ...view, messages } : view;
  return held < ids.size ? withoutUnheld(next) : next;
}

/** The room with what is told of now and not kept: marks, which only move forward. */
export function applyEphemeral(view: RoomView, event: ChatEvent): RoomView {
  const isRead = event.type === 'receipt.read';
  if (!isRead && event.type !== 'receipt.delivered') return view;
  const { userId, seq } = event.data;
  const marked = isRead && userId === view.userId ? moveMark(view, seq) : view;
  const member = view.members.get(userId);
  if (member === undefined) return marked;
  const deliveredSeq = Math.max(member.deliveredSeq, seq);
  const readSeq = isRead ? Math.max(member.readSeq, seq) : member.readSeq;
  if (deliveredSeq === member.deliveredSeq && readSeq === member.readSeq) return marked;
  return { ...marked, members: new Map(view.members).set(userId, { ...member, deliveredSeq, readSeq }) };
}
