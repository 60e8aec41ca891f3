import type { ChatEvent, EventOf, Message, MessageState, Reaction, RoomListItem } from '@confab/client';
import type { ChatState } from './model';
import { changed, merge, without } from './model';

/** Whether the list of rooms has to be read again, because the event tells less than the list shows. */
export function needsRooms(state: ChatState, event: ChatEvent): boolean {
  if (event.type === 'resync' || event.type === 'room.limited' || event.type === 'room.created') return true;
  if (event.type === 'ready') return !event.data.resumed;
  return event.type === 'member.added' && state.rooms[event.roomId ?? ''] === undefined;
}

/** The state after an event. Pure. */
export function apply(state: ChatState, event: ChatEvent, me: string): ChatState {
  const roomId = event.roomId ?? '';
  switch (event.type) {
    case 'message.created':
      return received(state, roomId, event.data.message, me);
    case 'message.updated':
      return rewrite(state, roomId, [event.data.message.id], (old) => withReactions(event.data.message, old));
    case 'message.deleted':
      return rewrite(state, roomId, event.data.messageIds, (old) => tombstone(old, event.at));
    case 'message.reaction':
      return rewrite(state, roomId, [event.data.messageId], (old) => reacted(old, event, me));
    case 'room.updated':
      return { ...state, rooms: changed(state.rooms, roomId, (room) => ({ ...room, ...event.data.room })) };
    case 'room.deleted':
    case 'room.gone':
      return left(state, roomId);
    case 'member.added': {
      const members = state.members[roomId] ?? [];
      const ids = new Set(event.data.members.map((member) => member.userId));
      const kept = members.filter((member) => !ids.has(member.userId));
      return {
        ...state,
        rooms: changed(state.rooms, roomId, (room) => ({ ...room, memberCount: event.data.room.memberCount })),
        members: { ...state.members, [roomId]: [...kept, ...event.data.members] },
      };
    }
    case 'member.removed': {
      const { userIds } = event.data;
      if (userIds.includes(me)) return left(state, roomId);
      return {
        ...state,
        rooms: changed(state.rooms, roomId, (room) => ({ ...room, memberCount: room.memberCount - userIds.length })),
        members: changed(state.members, roomId, (members) => members.filter(({ userId }) => !userIds.includes(userId))),
      };
    }
    case 'receipt.delivered':
    case 'receipt.read':
      return marked(state, roomId, event, me);
    case 'typing':
      return typed(state, roomId, event.data.userId, event.data.typing);
    case 'presence':
      return { ...state, presence: { ...state.presence, [event.data.userId]: event.data } };
    default:
      return state;
  }
}

function received(state: ChatState, roomId: string, message: MessageState, me: string): ChatState {
  const isOwn = message.senderId === me;
  const full = withReactions(message, undefined);
  const quiet = typed(state, roomId, message.senderId, false);
  return {
    ...quiet,
    rooms: changed(quiet.rooms, roomId, (room) => ({
      ...room,
      lastMessage: full,
      lastActivityAt: message.createdAt,
      unread: isOwn || message.kind === 'system' ? room.unread : room.unread + 1,
    })),
    histories: changed(quiet.histories, roomId, (history) => ({ ...history, items: merge(history.items, [full]) })),
    outgoing: changed(quiet.outgoing, roomId, (list) =>
      isOwn ? list.filter(({ clientId }) => clientId !== message.clientId) : list,
    ),
  };
}

function rewrite(
  state: ChatState,
  roomId: string,
  ids: readonly string[],
  change: (message: Message) => Message,
): ChatState {
  const changeOne = (item: Message): Message => (ids.includes(item.id) ? change(item) : item);
  return {
    ...state,
    histories: changed(state.histories, roomId, (history) => ({ ...history, items: history.items.map(changeOne) })),
    rooms: changed(state.rooms, roomId, (room): RoomListItem => {
      return { ...room, lastMessage: room.lastMessage && changeOne(room.lastMessage) };
    }),
  };
}

/** An event is the same for everyone, so that which reactions are mine is known from before. */
function withReactions(message: MessageState, old: Message | undefined): Message {
  const mine = new Set(old?.reactions.filter((reaction) => reaction.mine).map(({ emoji }) => emoji));
  const reactions = message.reactions.map((reaction) => ({ ...reaction, mine: mine.has(reaction.emoji) }));
  return { ...message, reactions };
}

function reacted(message: Message, event: EventOf<'message.reaction'>, me: string): Message {
  const { userId, emoji, action, replaced, reactions } = event.data;
  const isMine = (candidate: string): boolean => {
    if (userId === me && candidate === emoji) return action === 'add';
    if (userId === me && candidate === replaced) return false;
    return message.reactions.some((reaction) => reaction.emoji === candidate && reaction.mine);
  };
  return { ...message, reactions: reactions.map((each): Reaction => ({ ...each, mine: isMine(each.emoji) })) };
}

function tombstone(message: Message, at: Date): Message {
  return {
    ...message,
    content: null,
    attachments: [],
    mentions: [],
    reactions: [],
    deletedAt: message.deletedAt ?? at,
  };
}

function marked(
  state: ChatState,
  roomId: string,
  event: EventOf<'receipt.delivered'> | EventOf<'receipt.read'>,
  me: string,
): ChatState {
  const { userId, seq } = event.data;
  const readSeq = event.type === 'receipt.read' ? seq : 0;
  const move = <Marks extends { readonly readSeq: number; readonly deliveredSeq: number }>(marks: Marks): Marks => ({
    ...marks,
    readSeq: Math.max(marks.readSeq, readSeq),
    deliveredSeq: Math.max(marks.deliveredSeq, seq),
  });
  return {
    ...state,
    members: changed(state.members, roomId, (members) =>
      members.map((member) => (member.userId === userId ? move(member) : member)),
    ),
    rooms: changed(state.rooms, roomId, (room) => (userId === me && room.me ? { ...room, me: move(room.me) } : room)),
  };
}

function typed(state: ChatState, roomId: string, userId: string, isTyping: boolean): ChatState {
  const now = state.typing[roomId] ?? [];
  if (now.includes(userId) === isTyping) return state;
  const next = isTyping ? [...now, userId] : now.filter((id) => id !== userId);
  return { ...state, typing: { ...state.typing, [roomId]: next } };
}

function left(state: ChatState, roomId: string): ChatState {
  return {
    ...state,
    rooms: without(state.rooms, roomId),
    histories: without(state.histories, roomId),
    members: without(state.members, roomId),
    outgoing: without(state.outgoing, roomId),
    selected: state.selected === roomId ? null : state.selected,
  };
}
