import type { ChatEvent, Member, MessageState, RoomState, UserProfile } from '@confab/shared';
import type { Input, LoadedRoom, RoomView, StoreState } from '../../client/store/state.js';
import { reduce } from '../../client/store/reduce.js';
import { emptyState } from '../../client/store/state.js';

export const roomId = 'room';
const at = new Date(0);

function user(id: string): UserProfile {
  return { id, name: null, image: null };
}

export function member(userId: string, more: Partial<Member> = {}): Member {
  const marks = { joinSeq: 1, readSeq: 0, deliveredSeq: 0, mutedUntil: null };
  const rights = { role: 'member', permissions: [], joinedAt: at, custom: {} } as const;
  return { roomId, userId, user: user(userId), ...rights, ...marks, ...more };
}

export function room(seq: number, more: Partial<RoomState> = {}): RoomState {
  return {
    ...{ id: roomId, kind: 'group', name: 'Room', description: null, image: null, ownerId: null, seq },
    ...{ visibility: 'private', joinPolicy: 'invite', history: 'all', locked: false, slowModeSeconds: 0 },
    ...{ maxMembers: 100, memberCount: 3, preferences: {}, custom: {} },
    ...{ lastActivityAt: at, createdAt: at, updatedAt: at },
    ...more,
  } as RoomState;
}

/** A message of Bob's. */
export function message(seq: number, more: Partial<MessageState> = {}): MessageState {
  return {
    ...{ id: `m${seq}`, roomId, seq, kind: 'user', senderId: 'bob', sender: user('bob'), content: `text ${seq}` },
    ...{ format: 'text', replyTo: null, threadId: null, threadCount: 0, forwardedFrom: null, attachments: [] },
    ...{ mentions: [], reactions: [], custom: {}, pinnedAt: null, editedAt: null, deletedAt: null, createdAt: at },
    clientId: `client-id-of-${seq}`,
    ...more,
  } as MessageState;
}

/** An event of the room's log. */
export function logged<Type extends ChatEvent['type']>(
  seq: number,
  type: Type,
  data: Extract<ChatEvent, { type: Type }>['data'],
): Input {
  return { kind: 'event', id: 'cursor', event: { type, at, roomId, seq, data } as ChatEvent };
}

/** An event that has no place in a log. */
export function told<Type extends ChatEvent['type']>(
  type: Type,
  data: Extract<ChatEvent, { type: Type }>['data'],
): Input {
  return { kind: 'event', id: 'cursor', event: { type, at, roomId, data } as ChatEvent };
}

export function ready(userId: string, resumed = false): Input {
  return told('ready', { sessionId: 's', userId, resumed, unread: { total: 0, mentions: 0 }, pending: [] });
}

export function loaded(seq: number, more: Partial<LoadedRoom> = {}): LoadedRoom {
  const me = member('ann');
  return { room: room(seq), me, members: [me], messages: [], unread: 0, mentions: 0, ...more };
}

/** Ann's state with one room in it, and what came after that. */
export function started(given: LoadedRoom, ...inputs: Input[]): StoreState {
  const asking = reduce(emptyState, [ready('ann')]);
  return reduce(asking, [{ kind: 'rooms', id: asking.loading ?? 0, rooms: [given] }, ...inputs]);
}

export function view(state: StoreState): RoomView {
  const found = state.rooms.get(roomId);
  if (found === undefined) throw new Error('The room is not known.');
  return found;
}

export function seqs(state: StoreState): number[] {
  return view(state).messages.map(({ seq }) => seq);
}

/** The one thing that is asked for beside the log. */
export function asked(state: StoreState) {
  const [ask, ...others] = [...state.asks.values()];
  if (ask === undefined || others.length > 0) throw new Error(`${state.asks.size} things are asked for.`);
  return ask;
}

/** Answers the page that is asked for. */
export function paged(state: StoreState, messages: MessageState[], hasOlder: boolean, ...before: Input[]): StoreState {
  return reduce(state, [...before, { kind: 'messages', id: asked(state).id, messages, hasOlder }]);
}
