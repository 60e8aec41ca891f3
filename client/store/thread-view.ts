import type { ChatEvent, MessageState } from '@confab/shared';
import type { LoadedMessage } from './asks.js';
import { insert, resize } from './messages.js';
import { reactedAmong } from './reactions.js';
import { applyToRoom, renamed, unknownRoom } from './room-view.js';
import { isLogged } from './arrivals.js';
import { hiddenIds } from './state.js';
import type { RoomView } from './state.js';

/**
 * What is known of a thread that somebody looks at: a room of which only the message it hangs on, if that is still there,
 * and what was said in the thread are held.
 */
export interface ThreadView extends RoomView {
  readonly threadId: string;
  /** What the user deleted for themselves: it may be told before the messages are. The newest `hiddenIds`. */
  readonly hidden: readonly string[];
}

/** A thread nothing is known of. */
export function unknownThread(
  roomId: string,
  threadId: string,
  userId: string,
  hidden: readonly string[] = [],
): ThreadView {
  return { ...unknownRoom(roomId, userId, 0), threadId, hidden };
}

/** The view with messages that were loaded, and whether there may be some before these. */
export function withLoaded(view: ThreadView, given: readonly LoadedMessage[], hasOlder: boolean): ThreadView {
  const messages = given.reduce<readonly MessageState[]>(insert, view.messages);
  return { ...view, messages, reacted: new Map([...view.reacted, ...reactedAmong(given)]), hasOlder };
}

/** The thread with one more event. Those since some moment may be applied again, in order, to what was loaded later. */
export function applyToThread(view: ThreadView, event: ChatEvent): ThreadView {
  if (event.type === 'user.updated') return { ...view, ...renamed(view, event.data.user) };
  if (event.type === 'message.hidden') {
    const hidden = [...view.hidden, ...event.data.messageIds].slice(-hiddenIds);
    return { ...view, hidden, messages: view.messages.filter(({ id }) => !hidden.includes(id)) };
  }
  if (event.roomId !== view.roomId || !isLogged(event)) return view;
  if (event.type !== 'message.created') return { ...view, ...applyToRoom(view, event) };
  const { message, thread } = event.data;
  if (message.threadId !== view.threadId) return view;
  const isUnseen = isOlder(view, message) || view.hidden.includes(message.id);
  const messages = isUnseen ? view.messages : insert(view.messages, message);
  return resize({ ...view, messages }, thread === undefined ? [] : [thread]);
}

/** Whether a message is of a page that is not held yet. */
function isOlder({ messages, threadId, hasOlder }: ThreadView, { seq }: MessageState): boolean {
  const first = messages.find(({ id }) => id !== threadId);
  return hasOlder && first !== undefined && seq < first.seq;
}
