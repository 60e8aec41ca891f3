import type { MessageState, ThreadSize, UserProfile } from '@confab/shared';
import { withoutReacted } from './reactions.js';
import type { RoomView } from './state.js';

/** Whatever holds messages, and the user's own reactions to them. */
type Holder = Pick<RoomView, 'messages' | 'reacted'>;

/** The messages with one more, in its place. One that is known to be deleted stays so. */
export function insert(messages: readonly MessageState[], message: MessageState): readonly MessageState[] {
  const last = messages.at(-1);
  if (last === undefined || last.seq < message.seq) return [...messages, message];
  // Not by `seq`: what its sender alone can see shares one with what was said before.
  const known = messages.find(({ id }) => id === message.id);
  if (known !== undefined && known.deletedAt !== null) return messages;
  return [...messages.filter((each) => each !== known), message].sort((one, other) => one.seq - other.seq);
}

/**
 * The view with one message changed; the others keep their identity. One that was deleted stays as it is: what was loaded
 * may be newer than the event that changes it.
 */
export function changeMessage<View extends Holder>(
  view: View,
  id: string,
  edit: (message: MessageState) => MessageState,
): View {
  const isMeant = (message: MessageState): boolean => message.id === id && message.deletedAt === null;
  if (!view.messages.some(isMeant)) return view;
  return { ...view, messages: view.messages.map((message) => (isMeant(message) ? edit(message) : message)) };
}

/** The view with the content of a message where it is quoted. */
export function requote<View extends Holder>(view: View, { id, content }: MessageState): View {
  const isStale = ({ replyTo }: MessageState): boolean =>
    replyTo?.id === id && replyTo.deletedAt === null && replyTo.content !== content;
  if (!view.messages.some(isStale)) return view;
  const messages = view.messages.map((message) =>
    message.replyTo !== null && isStale(message) ? { ...message, replyTo: { ...message.replyTo, content } } : message,
  );
  return { ...view, messages };
}

/** The view with what threads hold now, told of the messages they hang on; also of deleted ones. */
export function resize<View extends Holder>(view: View, sizes: readonly ThreadSize[]): View {
  const counts = new Map(sizes.map(({ threadId, count }) => [threadId, count]));
  const isStale = ({ id, threadCount }: MessageState): boolean => (counts.get(id) ?? threadCount) !== threadCount;
  if (!view.messages.some(isStale)) return view;
  const messages = view.messages.map((message) =>
    isStale(message) ? { ...message, threadCount: counts.get(message.id) ?? 0 } : message,
  );
  return { ...view, messages };
}

/**
 * Leaves tombstones, also where a deleted message is quoted. `held` is how many of them were known not to be deleted:
 * one that is a tombstone already may have counted where the counts come from.
 */
export function deleteMessages<View extends Holder>(
  view: View,
  ids: ReadonlySet<string>,
  deletedAt: Date,
): { readonly view: View; readonly held: number } {
  let held = 0;
  const messages = view.messages.map((given): MessageState => {
    const { replyTo } = given;
    const isQuoted = replyTo !== null && ids.has(replyTo.id);
    const quote = isQuoted ? { ...replyTo, content: null, deletedAt: replyTo.deletedAt ?? deletedAt } : replyTo;
    const message = isQuoted ? { ...given, replyTo: quote } : given;
    if (!ids.has(message.id)) return message;
    if (message.deletedAt === null) held += 1;
    const nothing = { content: null, attachments: [], mentions: [], reactions: [], custom: {}, pinnedAt: null };
    return { ...message, ...nothing, deletedAt: message.deletedAt ?? deletedAt };
  });
  const isChanged = messages.some((message, index) => message !== view.messages[index]);
  if (!isChanged) return { view, held };
  const reacted = withoutReacted(
    view.reacted,
    view.messages.filter(({ id }) => ids.has(id)),
  );
  return { view: { ...view, messages, reacted }, held };
}

/** The view with what a user is called and looks like now, wherever they speak or are quoted. */
export function resign<View extends Holder>(view: View, user: UserProfile): View {
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
