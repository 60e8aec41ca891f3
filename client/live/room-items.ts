import type { Member, Message, MessageState, OwnMember, RoomListItem } from '@confab/shared';
import type { OwnPreferences } from '../store/asks.js';
import { countsOf } from '../store/counts.js';
import type { RoomView } from '../store/state.js';
import { isSame } from './memo.js';
import type { ListedMessage } from './snapshots.js';

/** What is shown of rooms and messages: made of what the store holds, and the same objects while that is the same. */
export interface RoomItems {
  /** `null` until it was loaded. */
  room(view: RoomView): RoomListItem | null;
  messages(view: Shown): readonly ListedMessage[];
  /** Longest-standing first. */
  members(view: RoomView): readonly Member[];
  /** Lets go of what is kept for a room. */
  forget(roomId: string): void;
}

/** Messages, and who looks at them. */
type Shown = Pick<RoomView, 'messages' | 'reacted' | 'userId'>;

const none: readonly string[] = [];

export function createRoomItems(): RoomItems {
  const listed = new WeakMap<MessageState, { readonly own: readonly string[] | undefined; item: ListedMessage }>();
  const lists = new WeakMap<readonly MessageState[], { readonly of: RoomView['reacted']; items: ListedMessage[] }>();
  const sorted = new WeakMap<RoomView['members'], readonly Member[]>();
  const mine = new WeakMap<Member, { readonly of: OwnPreferences; member: OwnMember }>();
  const rooms = new Map<string, { readonly of: RoomView; readonly item: RoomListItem }>();

  function message(view: Omit<Shown, 'messages'>, state: MessageState): ListedMessage {
    const own = view.reacted.get(state.id);
    const known = listed.get(state);
    // A room and a thread may hold the same message, each with a list of its own.
    if (known !== undefined && isSame(known.own ?? none, own ?? none)) return known.item;
    const isOwn = state.senderId === view.userId;
    const reactions = state.reactions.map(({ emoji, count }) => ({
      emoji,
      count,
      mine: own?.includes(emoji) === true,
    }));
    const item: Message & { key: string } = {
      ...state,
      reactions,
      key: isOwn && state.clientId !== null ? state.clientId : state.id,
    };
    listed.set(state, { own, item });
    return item;
  }

  function own(view: RoomView): OwnMember | null {
    const member = view.members.get(view.userId);
    if (member === undefined) return null;
    const preferences = view.preferences ?? { notify: 'all', archived: false, pinned: false };
    const known = mine.get(member);
    if (known !== undefined && isSame(known.of, preferences)) return known.member;
    const made = { ...member, ...preferences };
    mine.set(member, { of: preferences, member: made });
    return made;
  }

  function made(view: RoomView): RoomListItem | null {
    if (view.room === null) return null;
    const last = view.messages.at(-1);
    const isLater = last !== undefined && last.createdAt > view.room.lastActivityAt;
    return {
      ...view.room,
      seq: view.seq,
      lastActivityAt: isLater ? last.createdAt : view.room.lastActivityAt,
      me: own(view),
      peer: view.peer,
      lastMessage: last === undefined ? null : message(view, last),
      ...countsOf(view),
    };
  }

  return {
    room(view) {
      const known = rooms.get(view.roomId);
      if (known?.of === view) return known.item;
      const next = made(view);
      if (next === null) return null;
      const item = known !== undefined && isSame(known.item, next) ? known.item : next;
      rooms.set(view.roomId, { of: view, item });
      return item;
    },
    messages(view) {
      const known = lists.get(view.messages);
      if (known !== undefined && known.of === view.reacted) return known.items;
      const items = view.messages.map((state) => message(view, state));
      lists.set(view.messages, { of: view.reacted, items });
      return items;
    },
    members({ members }) {
      const known = sorted.get(members);
      if (known !== undefined) return known;
      const list = [...members.values()].sort(
        (one, other) => one.joinSeq - other.joinSeq || (one.userId < other.userId ? -1 : 1),
      );
      sorted.set(members, list);
      return list;
    },
    forget: (roomId) => void rooms.delete(roomId),
  };
}
