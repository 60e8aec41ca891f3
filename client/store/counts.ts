import type { MessageState } from '@confab/shared';
import { withoutReacted } from './reactions.js';
import type { Counts, LoadedRoom, RoomView, StoreState } from './state.js';
import { messageWindow, openWindow } from './state.js';

/** Counts as they can be told now. */
export interface KnownCounts extends Counts {
  /** `false`: something has been or will be asked for that may change them. */
  readonly isExact: boolean;
}

export const nothing: Counts = { unread: 0, mentions: 0 };

/**
 * What waits to be read in a room: messages of other users after the mark that were not deleted. Exact as of the
 * view's `seq` when it says so; `undefined` for a room that is not known.
 */
export function unreadOf(state: StoreState, roomId: string): KnownCounts | undefined {
  const view = state.rooms.get(roomId);
  if (view === undefined) return undefined;
  const isSettled = state.loading === null && view.waitingFor === null && view.older !== null;
  return { ...countsOf(view), isExact: isSettled && !isDoubtful(view, state.doubtedFrom) };
}

/** Whether the mark may be further than is known and that would matter. Where nothing is unread, it can't. */
export function isDoubtful(view: RoomView, doubtedFrom: number): boolean {
  return view.markedBy < doubtedFrom && countsOf(view).unread > 0;
}

/** A view never changes, so it is counted once. */
const counted = new WeakMap<RoomView, Counts>();

/** What waits to be read as far as is known. */
export function countsOf(view: RoomView): Counts {
  const known = counted.get(view);
  if (known !== undefined) return known;
  const counts = plus(view.older ?? nothing, countAmong(view.messages, view));
  counted.set(view, counts);
  return counts;
}

/** What waits to be read among these messages. */
export function countAmong(
  messages: readonly MessageState[],
  { userId, readTo }: Pick<RoomView, 'userId' | 'readTo'>,
): Counts {
  let unread = 0;
  let mentions = 0;
  for (const { seq, senderId, kind, threadId, deletedAt, mentions: named } of messages) {
    if (seq <= readTo || senderId === userId || kind !== 'user' || threadId !== null || deletedAt !== null) continue;
    unread += 1;
    if (named.includes(userId) || named.includes('@room')) mentions += 1;
  }
  return { unread, mentions };
}

function plus(one: Counts, other: Counts): Counts {
  return { unread: one.unread + other.unread, mentions: one.mentions + other.mentions };
}

/** The view with its mark no further back than this. It can't tell how much of what it does not hold that leaves. */
export function moveMark(view: RoomView, readTo: number): RoomView {
  if (readTo <= view.readTo) return view;
  const heldFrom = view.messages[0]?.seq ?? view.seq + 1;
  if (readTo + 1 >= heldFrom) return { ...view, readTo, older: nothing };
  return { ...view, readTo, older: view.older?.unread === 0 ? nothing : null };
}

/** What a loaded room counts beyond the messages that came with it. */
export function olderThanLoaded({ room, unread, mentions, messages }: LoadedRoom, reader: RoomView): Counts {
  const counted = countAmong(
    messages.filter(({ seq }) => seq <= room.seq),
    reader,
  );
  if (unread <= counted.unread) return nothing;
  return { unread: unread - counted.unread, mentions: Math.max(0, mentions - counted.mentions) };
}

/** The view after a message it does not hold was deleted: whether that one counted is known only if none did. */
export function withoutUnheld(view: RoomView): RoomView {
  return view.older === null || view.older.unread === 0 ? view : { ...view, older: null };
}

/** The view with these messages, as far as they fit; what falls out of the window still counts. */
export function withMessages(
  view: RoomView,
  messages: readonly MessageState[],
  window = view.isOpen ? openWindow : messageWindow,
): RoomView {
  // What the log has still to tell stays: let go, it would be counted once more when it is told.
  const untold = messages.findIndex(({ seq }) => seq > view.seq);
  const end = Math.min(messages.length - window, untold === -1 ? Infinity : untold);
  if (end <= 0) return messages === view.messages ? view : { ...view, messages };
  const dropped = messages.slice(0, end);
  const older = view.older && plus(view.older, countAmong(dropped, view));
  const reacted = withoutReacted(view.reacted, dropped);
  // A page on its way would leave out what is let go here.
  return { ...view, messages: messages.slice(end), older, reacted, hasOlder: true, paging: null };
}

/** The view with these messages before those it holds; they were counted among the older ones. */
export function withOlder(view: RoomView, before: readonly MessageState[]): RoomView {
  const messages = [...before, ...view.messages];
  const isAllRead = (messages[0]?.seq ?? Infinity) <= view.readTo + 1;
  if (view.older === null || isAllRead || !view.hasOlder) return { ...view, messages, older: view.older && nothing };
  const told = before.filter(({ seq }) => seq <= view.seq);
  const { unread, mentions } = countAmong(told, view);
  const rest = view.older.unread - unread;
  // More than was counted: what is here can't be of the moment that was counted.
  const older =
    rest < 0 ? null : { unread: rest, mentions: Math.min(rest, Math.max(0, view.older.mentions - mentions)) };
  return { ...view, messages, older };
}
