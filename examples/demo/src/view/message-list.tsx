import { useEffect, useMemo, useRef } from 'react';
import type { Message, RoomListItem } from '@confab/client';
import { nameOf, nothing } from '../state/model';
import { useChat, useChatState } from './context';
import { MessageRow } from './message-row';
import { OutgoingRow } from './outgoing-row';
import { day, isSameDay } from './times';

const groupMs = 5 * 60_000;

/** The history, newest at the bottom; older pages come as one scrolls up. */
export function MessageList({
  room,
  onEdit,
}: {
  readonly room: RoomListItem;
  readonly onEdit: (message: Message) => void;
}) {
  const chat = useChat();
  const history = useChatState((state) => state.histories[room.id]);
  const outgoing = useChatState((state) => state.outgoing[room.id] ?? nothing);
  const members = useChatState((state) => state.members[room.id] ?? nothing);
  const unreadAfter = useChatState((state) => state.unreadAfter);
  const items = history?.items ?? nothing;
  const top = useOnSight(() => void chat.loadBefore(room.id), items[0]?.id);

  /** Under the last own message stands who has seen it. */
  const lastOwn = items.findLast((message) => message.senderId === chat.me.id && message.deletedAt === null);
  const seenBy = useMemo(
    () =>
      members.filter(({ userId, readSeq }) => userId !== chat.me.id && lastOwn !== undefined && readSeq >= lastOwn.seq),
    [members, lastOwn, chat.me.id],
  );
  const firstUnread =
    unreadAfter === null ? undefined : items.find(({ seq, senderId }) => seq > unreadAfter && senderId !== chat.me.id);

  return (
    <div className="scroller" role="log" aria-label="Messages" aria-live="polite" tabIndex={0}>
      <ol className="messages">
        <li ref={top} className="top">
          {history === undefined || history.isLoading
            ? 'Loading…'
            : history.hasBefore
              ? ''
              : 'This is where it begins.'}
        </li>
        {items.map((message, index) => {
          const before = items[index - 1];
          const isNewDay = before === undefined || !isSameDay(before.createdAt, message.createdAt);
          const isFollowing =
            !isNewDay &&
            message !== firstUnread &&
            before.senderId === message.senderId &&
            message.createdAt.getTime() - before.createdAt.getTime() < groupMs;
          return (
            <li key={message.id}>
              {isNewDay && <p className="divider">{day(message.createdAt)}</p>}
              {message === firstUnread && <p className="divider unread">New messages</p>}
              <MessageRow message={message} room={room} members={members} isFollowing={isFollowing} onEdit={onEdit} />
              {message === lastOwn && seenBy.length > 0 && (
                <p className="seen">
                  {room.kind === 'direct' ? 'Seen' : `Seen by ${seenBy.map(({ user }) => nameOf(user)).join(', ')}`}
                </p>
              )}
            </li>
          );
        })}
        {outgoing.map((message) => (
          <li key={message.clientId}>
            <OutgoingRow message={message} />
          </li>
        ))}
      </ol>
    </div>
  );
}

/** Calls back when the element comes into sight, and again when `key` changed while it is. */
function useOnSight(callback: () => void, key: string | undefined): (element: HTMLElement | null) => void {
  const latest = useRef(callback);
  const element = useRef<HTMLElement | null>(null);
  useEffect(() => {
    latest.current = callback;
  });
  useEffect(() => {
    if (element.current === null || key === undefined) return undefined;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) latest.current();
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [key]);
  return (found) => {
    element.current = found;
  };
}
