import type { MessageState } from '@confab/shared';
import type { LoadedRoom, RoomView, StoreState } from './state.js';
import { messageWindow } from './state.js';

/** Messages that wait to be read, and how many of them name the user or everyone in the room. */
export interface Counts {
  readonly unread: number;
  readonly mentions: number;
}

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

function countsOf(view: RoomView): Counts {
  return plus(view.older ?? nothing, countAmong(view.messages, view));
}

function countAmong(messages: readonly MessageState[], { userId, readTo }: Pick<RoomView, 'userId' | 'readTo'>) {
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
export function withMessages(view: RoomView, messages: readonly MessageState[]): RoomView {
  if (messages.length <= messageWindow) return { ...view, messages };
  const dropped = countAmong(messages.slice(0, -messageWindow), view);
  const older = view.older && plus(view.older, dropped);
  return { ...view, messages: messages.slice(-messageWindow), older };
}
