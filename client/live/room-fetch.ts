import type { Member, Message, Room, RoomListItem } from '@confab/shared';
import { countAmong } from '../store/counts.js';
import type { Counts } from '../store/state.js';
import type { LoadedRoom, RoomView } from '../store/state.js';
import type { ChatCalls } from './calls.js';
import { codeOf } from './refusals.js';

/** What is read again of a room at most, so that nothing vanishes before a person's eyes. */
const reloaded = 500;
/** How often a room that changes meanwhile is read. */
const attempts = 3;

/** A line of `room.list` as the store takes it. */
export function fromLine(line: RoomListItem & { readonly me: NonNullable<RoomListItem['me']> }): LoadedRoom {
  const { lastMessage, unread, mentions, peer, me, ...room } = line;
  const messages = lastMessage === null ? [] : [lastMessage];
  return { room, me, peer, members: [], messages, hasOlder: lastMessage !== null, unread, mentions };
}

/** Codes of what is not there or not the user's to see, and of what can't be an id at all. */
const absent: ReadonlySet<string | null> = new Set(['NOT_FOUND', 'PERMISSION_DENIED', 'VALIDATION']);

/** Resolves to `null` for what is not there. */
export async function orNull<Value>(call: Promise<Value>): Promise<Value | null> {
  try {
    return await call;
  } catch (error) {
    if (absent.has(codeOf(error))) return null;
    throw error;
  }
}

export type RoomFetch = (roomId: string, before: RoomView | undefined) => Promise<LoadedRoom | null>;

/** Loads one room, with as much of it as is held of it already. `null`: the user is not in it. */
export function createRoomFetch(calls: ChatCalls): RoomFetch {
  async function loadMessages(roomId: string, wanted: number): Promise<Pick<LoadedRoom, 'messages' | 'hasOlder'>> {
    let messages: readonly Message[] = [];
    let hasOlder = true;
    do {
      const first = messages[0];
      const place = first === undefined ? {} : { before: first.seq };
      const page = await calls.message.list.query({ roomId, ...place });
      messages = [...page.items, ...messages];
      hasOlder = page.hasBefore;
    } while (hasOlder && messages.length < wanted);
    return { messages, hasOlder };
  }

  async function loadMembers(roomId: string, wanted: number): Promise<Pick<LoadedRoom, 'members' | 'roster'>> {
    const members: Member[] = [];
    let cursor: string | null = null;
    do {
      const page: { items: readonly Member[]; nextCursor: string | null } = await calls.room.members.query(
        cursor === null ? { roomId } : { roomId, cursor },
      );
      members.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null && members.length < wanted);
    return { members, roster: { cursor, isWhole: cursor === null } };
  }

  /** What is unread as of the room's `seq`; `undefined` if it changed while it was read. */
  async function count(
    { me, ...room }: Room & { readonly me: NonNullable<Room['me']> },
    { messages, hasOlder }: Pick<LoadedRoom, 'messages' | 'hasOlder'>,
  ): Promise<Counts | undefined> {
    const readTo = Math.max(me.readSeq, me.joinSeq - 1);
    if (hasOlder !== true || (messages[0]?.seq ?? 0) <= readTo + 1) {
      const told = messages.filter(({ seq }) => seq <= room.seq);
      return countAmong(told, { userId: me.userId, readTo });
    }
    // Too much to look at: the server's own count, if it is of the same moment.
    const { rooms } = await calls.notification.unread.query({});
    const again = await calls.room.get.query({ roomId: room.id });
    if (again.seq !== room.seq || again.me?.readSeq !== me.readSeq) return undefined;
    return rooms.find(({ roomId }) => roomId === room.id) ?? { unread: 0, mentions: 0 };
  }

  async function load(roomId: string, before: RoomView | undefined): Promise<LoadedRoom | null> {
    for (let left = attempts; left > 0; left -= 1) {
      const { me, ...room } = await calls.room.get.query({ roomId });
      if (me === null) return null;
      const content = await loadMessages(roomId, Math.min(before?.messages.length ?? 0, reloaded));
      const counts = await count({ ...room, me }, content);
      if (counts === undefined) continue;
      const hasRoster = room.kind === 'direct' || (before?.roster ?? null) !== null;
      const wanted = Math.min(before?.members.size ?? 0, reloaded);
      const people = hasRoster ? await loadMembers(roomId, wanted) : { members: [] };
      const { unread, mentions } = counts;
      return { room, me, ...content, ...people, unread, mentions };
    }
    throw new Error('The room changes faster than it can be read.');
  }

  return (roomId, before) => orNull(load(roomId, before));
}
