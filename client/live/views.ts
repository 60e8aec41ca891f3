import type { Member, RoomListItem, UserProfile } from '@confab/shared';
import { unreadOf } from '../store/counts.js';
import type { RoomView, StoreState } from '../store/state.js';
import type { ThreadView } from '../store/thread-view.js';
import type { Core } from './core.js';
import { createMemo } from './memo.js';
import { firstPage } from './openings.js';
import type { Openings } from './openings.js';
import type { Outbox } from './outbox.js';
import type { Problems } from './problems.js';
import { createRoomItems } from './room-items.js';
import type {
  ListedMessage,
  MembersSnapshot,
  MessagesSnapshot,
  RoomSnapshot,
  RoomsSnapshot,
  ThreadSnapshot,
  UnreadSnapshot,
} from './snapshots.js';
import type { Threads } from './threads.js';
import type { Typing } from './typing.js';

/** What can be seen now. Each answer is the same object until something in it changes. */
export interface Views {
  me(): UserProfile | null;
  rooms(): RoomsSnapshot;
  room(roomId: string): RoomSnapshot;
  messages(roomId: string): MessagesSnapshot;
  thread(roomId: string, threadId: string): ThreadSnapshot;
  /** Lets go of what is kept for a thread: there are more of them than of rooms. */
  forgetThread(threadId: string): void;
  members(roomId: string): MembersSnapshot;
  typing(roomId: string): readonly UserProfile[];
  unread(roomId: string | undefined): UnreadSnapshot;
}

export interface ViewsOptions {
  readonly core: Core;
  readonly outbox: Outbox;
  readonly typing: Typing;
  readonly openings: Openings;
  readonly problems: Problems;
  readonly threads: Threads;
  /** What the stream began with, until the rooms are loaded. */
  greeting(): { readonly total: number; readonly mentions: number } | undefined;
}

const noMessages: MessagesSnapshot['messages'] = [];
const noMembers: readonly Member[] = [];

export function createViews({ core, outbox, typing, openings, problems, threads, greeting }: ViewsOptions): Views {
  const memo = createMemo();
  const items = createRoomItems();
  let list: readonly RoomListItem[] = [];
  let listOf: StoreState['rooms'] | undefined;
  let total: { readonly of: StoreState; readonly counts: UnreadSnapshot } | undefined;

  core.watch((before, after) => {
    if (before.rooms === after.rooms) return;
    for (const roomId of before.rooms.keys()) if (!after.rooms.has(roomId)) items.forget(roomId);
  });

  const viewOf = (roomId: string): RoomView | undefined => core.state.rooms.get(roomId);

  function listed(): readonly RoomListItem[] {
    const { rooms } = core.state;
    if (listOf === rooms) return list;
    listOf = rooms;
    const before = new Set(list);
    const next = [...rooms.values()].flatMap((view) => items.room(view) ?? []);
    const isKnown = next.length === before.size && next.every((room) => before.has(room));
    if (!isKnown) list = next.sort(byActivity);
    return list;
  }

  function isLoading(): boolean {
    const { userId, loading, rooms } = core.state;
    return userId === null || (loading !== null && rooms.size === 0);
  }

  function counts(): UnreadSnapshot {
    const { state } = core;
    if (total?.of === state) return total.counts;
    const told = [...state.rooms.keys()].flatMap((roomId) => unreadOf(state, roomId) ?? []);
    const begun = isLoading() ? greeting() : undefined;
    const next = memo('unread', {
      unread: begun?.total ?? told.reduce((sum, { unread }) => sum + unread, 0),
      mentions: begun?.mentions ?? told.reduce((sum, { mentions }) => sum + mentions, 0),
      isExact: !isLoading() && told.every(({ isExact }) => isExact),
    });
    total = { of: state, counts: next };
    return next;
  }

  /** What hangs on the first of a thread's messages is a list of its own, the same until something in it changes. */
  const rests = new WeakMap<readonly ListedMessage[], readonly ListedMessage[]>();

  function withRoot(view: ThreadView): Pick<ThreadSnapshot, 'root' | 'messages'> {
    const all = items.messages(view);
    const [first] = all;
    if (first?.id !== view.threadId) return { root: null, messages: all };
    const messages = rests.get(all) ?? all.slice(1);
    rests.set(all, messages);
    return { root: first, messages };
  }

  function profile(view: RoomView | undefined, nameless: UserProfile): UserProfile {
    const member = view?.members.get(nameless.id)?.user;
    const peer = view?.peer?.id === nameless.id ? view.peer : undefined;
    return member ?? peer ?? view?.messages.findLast(({ senderId }) => senderId === nameless.id)?.sender ?? nameless;
  }

  return {
    me() {
      const { userId, rooms } = core.state;
      if (userId === null) return null;
      for (const { members } of rooms.values()) {
        const own = members.get(userId);
        if (own !== undefined) return memo('me', own.user);
      }
      return memo('me', { id: userId, name: null, image: null });
    },
    rooms() {
      return memo('rooms', { rooms: listed(), isLoading: isLoading(), error: problems.get('rooms') });
    },
    room(roomId) {
      const view = viewOf(roomId);
      const room = view === undefined ? null : items.room(view);
      const status = room !== null ? 'ready' : openings.isAbsent(roomId) ? 'absent' : 'loading';
      return memo(`room ${roomId}`, { room, status, error: problems.get(`room ${roomId}`) } as const);
    },
    messages(roomId) {
      const view = viewOf(roomId);
      const error = problems.get(`messages ${roomId}`);
      const hasOlder = view?.hasOlder ?? false;
      const isKnown = view !== undefined && view.room !== null;
      const isWaiting = !isKnown ? !openings.isAbsent(roomId) : hasOlder && error === null;
      return memo(`messages ${roomId}`, {
        messages: view === undefined ? noMessages : items.messages(view),
        outgoing: outbox.of(roomId),
        isLoading: isWaiting && (view?.messages.length ?? 0) < firstPage,
        hasOlder,
        isLoadingOlder: (view?.paging ?? null) !== null,
        error,
      });
    },
    thread(roomId, threadId) {
      const view = threads.get(threadId);
      const error = problems.get(`thread ${threadId}`);
      const { root, messages } = view ? withRoot(view) : { root: null, messages: noMessages };
      return memo(`thread ${threadId}`, {
        ...{ root, messages, error, status: view === undefined ? 'loading' : view === null ? 'absent' : 'ready' },
        outgoing: outbox.of(roomId, threadId),
        isLoading: view === undefined && error === null,
        hasOlder: view?.hasOlder ?? false,
        isLoadingOlder: threads.isPaging(threadId),
      } as const);
    },
    forgetThread: (threadId) => memo.forget(`thread ${threadId}`),
    members(roomId) {
      const view = viewOf(roomId);
      const roster = view?.roster ?? null;
      const error = problems.get(`members ${roomId}`);
      const isAsked = roster === null ? !openings.isAbsent(roomId) : roster.asked !== null && !roster.isWhole;
      return memo(`members ${roomId}`, {
        members: view === undefined ? noMembers : items.members(view),
        isLoading: isAsked && error === null,
        hasMore: view !== undefined && roster?.isWhole !== true,
        error,
      });
    },
    typing(roomId) {
      const nameless = typing.of(roomId);
      const view = viewOf(roomId);
      return memo(
        `typing ${roomId}`,
        nameless.map((user) => profile(view, user)),
      );
    },
    unread(roomId) {
      if (roomId === undefined) return counts();
      return memo(`unread ${roomId}`, unreadOf(core.state, roomId) ?? { unread: 0, mentions: 0, isExact: false });
    },
  };
}

function byActivity(one: RoomListItem, other: RoomListItem): number {
  const difference = other.lastActivityAt.getTime() - one.lastActivityAt.getTime();
  return difference === 0 ? (one.id < other.id ? 1 : -1) : difference;
}
