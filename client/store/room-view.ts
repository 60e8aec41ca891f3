import type { ChatEvent, LoggedEvent, Member, MessageState } from '@confab/shared';
import type { LoadedRoom, RoomView } from './state.js';
import { messageWindow } from './state.js';

/** A room nothing is known of but where its log stands. */
export function unknownRoom(roomId: string, seq: number): RoomView {
  return { roomId, seq, room: null, members: new Map(), messages: [], waitingFor: null, held: [] };
}

export function loadedRoom({ room, members, messages }: LoadedRoom): RoomView {
  return {
    ...unknownRoom(room.id, room.seq),
    room,
    members: new Map(members.map((member) => [member.userId, member])),
    messages: messages.slice(-messageWindow),
  };
}

/** The room with its next event applied. Applying to newer data is harmless: everything is set, nothing counted. */
export function applyToRoom(view: RoomView, event: LoggedEvent): RoomView {
  return { ...view, ...changes(view, event), seq: event.seq };
}

function changes(view: RoomView, event: LoggedEvent): Partial<RoomView> {
  switch (event.type) {
    case 'room.created':
    case 'member.added':
      return { room: event.data.room, members: withMembers(view.members, event.data.members) };
    case 'room.updated':
      return { room: event.data.room };
    case 'member.updated':
      return { members: withMembers(view.members, event.data.members) };
    case 'member.removed':
      return { members: withoutMembers(view.members, event.data.userIds) };
    case 'message.created':
      return { messages: withMessage(view.messages, event.data.message) };
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
      return {};
  }
}

function withMembers(known: ReadonlyMap<string, Member>, members: readonly Member[]): ReadonlyMap<string, Member> {
  const next = new Map(known);
  for (const member of members) next.set(member.userId, member);
  return next;
}

function withoutMembers(known: ReadonlyMap<string, Member>, userIds: readonly string[]): ReadonlyMap<string, Member> {
  const next = new Map(known);
  for (const userId of userIds) next.delete(userId);
  return next;
}

function withMessage(messages: readonly MessageState[], message: MessageState): readonly MessageState[] {
  const last = messages.at(-1);
  const next =
    last === undefined || last.seq < message.seq
      ? [...messages, message]
      : [...messages.filter(({ seq }) => seq !== message.seq), message].sort((one, other) => one.seq - other.seq);
  return next.length > messageWindow ? next.slice(-messageWindow) : next;
}

function changeMessages(
  view: RoomView,
  ids: ReadonlySet<string>,
  change: (message: MessageState) => MessageState,
): Partial<RoomView> {
  if (!view.messages.some(({ id }) => ids.has(id))) return {};
  return { messages: view.messages.map((message) => (ids.has(message.id) ? change(message) : message)) };
}

/** Leaves tombstones, also where a deleted message is quoted. */
function deleteMessages(view: RoomView, ids: ReadonlySet<string>, deletedAt: Date): Partial<RoomView> {
  const messages = view.messages.map((message): MessageState => {
    if (ids.has(message.id)) {
      const at = message.deletedAt ?? deletedAt;
      return { ...message, content: null, attachments: [], mentions: [], reactions: [], deletedAt: at };
    }
    const { replyTo } = message;
    if (replyTo === null || !ids.has(replyTo.id)) return message;
    return { ...message, replyTo: { ...replyTo, content: null, deletedAt: replyTo.deletedAt ?? deletedAt } };
  });
  return messages.some((message, index) => message !== view.messages[index]) ? { messages } : {};
}

/** The room with what is told of now and not kept: marks, which only move forward, and profiles. */
export function applyEphemeral(view: RoomView, event: ChatEvent): RoomView {
  const isReceipt = event.type === 'receipt.delivered' || event.type === 'receipt.read';
  if (!isReceipt) return view;
  const member = view.members.get(event.data.userId);
  if (member === undefined) return view;
  const deliveredSeq = Math.max(member.deliveredSeq, event.data.seq);
  const readSeq = event.type === 'receipt.read' ? Math.max(member.readSeq, event.data.seq) : member.readSeq;
  if (deliveredSeq === member.deliveredSeq && readSeq === member.readSeq) return view;
  return { ...view, members: withMembers(view.members, [{ ...member, deliveredSeq, readSeq }]) };
}
