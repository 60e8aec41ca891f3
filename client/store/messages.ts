import type { MessageState, UserProfile } from '@confab/shared';
import type { RoomView } from './state.js';

/** The messages with one more, in its place. One that is known to be deleted stays so. */
export function insert(messages: readonly MessageState[], message: MessageState): readonly MessageState[] {
  const last = messages.at(-1);
  if (last === undefined || last.seq < message.seq) return [...messages, message];
  const known = messages.find(({ seq }) => seq === message.seq);
  if (known !== undefined && known.deletedAt !== null) return messages;
  return [...messages.filter((each) => each !== known), message].sort((one, other) => one.seq - other.seq);
}

/**
 * The view with one message changed; the others keep their identity. One that was deleted stays as it is: what was loaded
 * may be newer than the event that changes it.
 */
export function changeMessage(view: RoomView, id: string, edit: (message: MessageState) => MessageState): RoomView {
  const isMeant = (message: MessageState): boolean => message.id === id && message.deletedAt === null;
  if (!view.messages.some(isMeant)) return view;
  return { ...view, messages: view.messages.map((message) => (isMeant(message) ? edit(message) : message)) };
}

/** The view with the content of a message where it is quoted. */
export function requote(view: RoomView, { id, content }: MessageState): RoomView {
  const isStale = ({ replyTo }: MessageState): boolean =>
    replyTo?.id === id && replyTo.deletedAt === null && replyTo.content !== content;
  if (!view.messages.some(isStale)) return view;
  const messages = view.messages.map((message) =>
    message.replyTo !== null && isStale(message) ? { ...message, replyTo: { ...message.replyTo, content } } : message,
  );
  return { ...view, messages };
}

/**
 * Leaves tombstones, also where a deleted message is quoted. `held` is how many of them were known not to be deleted:
 * one that is a tombstone already may have counted where the counts come from.
 */
export function deleteMessages(
  view: RoomView,
  ids: ReadonlySet<string>,
  deletedAt: Date,
): { readonly view: RoomView; readonly held: number } {
  let held = 0;
  const messages = view.messages.map((message): MessageState => {
    if (ids.has(message.id)) {
      if (message.deletedAt === null) held += 1;
      const at = message.deletedAt ?? deletedAt;
      return { ...message, content: null, attachments: [], mentions: [], reactions: [], deletedAt: at };
    }
    const { replyTo } = message;
    if (replyTo === null || !ids.has(replyTo.id)) return message;
    return { ...message, replyTo: { ...replyTo, content: null, deletedAt: replyTo.deletedAt ?? deletedAt } };
  });
  const isChanged = messages.some((message, index) => message !== view.messages[index]);
  return { view: isChanged ? { ...view, messages } : view, held };
}

/** The view with what a user is called and looks like now, wherever they speak or are quoted. */
export function resign(view: RoomView, user: UserProfile): RoomView {
  const concerns = ({ senderId, replyTo }: MessageState): boolean =>
    senderId === user.id || replyTo?.senderId === user.id;
  if (!view.messages.some(concerns)) return view;
  const messages = view.messages.map((message) => {
    if (!concerns(message)) return message;
    const { senderId, replyTo } = message;
    const sender = senderId === user.id ? user : message.sender;
    return { ...message, sender, replyTo: replyTo?.senderId === user.id ? { ...replyTo, sender: user } : replyTo };
  });
  return { ...view, messages };
}
