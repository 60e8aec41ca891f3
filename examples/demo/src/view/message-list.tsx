import { useEffect, useMemo, useRef } from 'react';
import type { ListedMessage, Member, Message, RoomListItem } from '@confab/client';
import { useClient, useMembers, useMessages, useSend } from '@confab/client/react';
import { MessageRow } from './message-row';
import type { Delivery } from './message-row';
import { useNames, nameOf } from './names';
import { OutgoingRow } from './outgoing-row';
import { day, isSameDay } from './times';

const groupMs = 5 * 60_000;

interface MessageListProps {
  readonly room: RoomListItem;
  /** The `seq` after which the unread messages began when the room was opened. */
  readonly unreadAfter: number | null;
  readonly onEdit: (message: Message) => void;
}

/** The history, newest at the bottom; older pages come as one scrolls up. */
export function MessageList({ room, unreadAfter, onEdit }: MessageListProps) {
  const { can } = useClient();
  const { messages, outgoing, isLoading, hasOlder, isLoadingOlder, error, loadOlder } = useMessages(room.id);
  const { retry, discard } = useSend(room.id);
  const { members } = useMembers(room.id);
  const names = useNames(members);
  const me = room.me?.userId ?? '';
  const others = useMemo(() => members.filter(({ userId }) => userId !== me), [members, me]);
  const isBusy = isLoading || isLoadingOlder;
  const top = useOnSight(isBusy ? undefined : loadOlder, messages[0]?.id);

  /** Under the last own message stands who has seen it. */
  const lastOwn = messages.findLast((message) => message.senderId === me && message.deletedAt === null);
  const seenBy = others.filter(({ readSeq }) => lastOwn !== undefined && readSeq >= lastOwn.seq);
  const firstUnread =
    unreadAfter === null ? undefined : messages.find(({ seq, senderId }) => seq > unreadAfter && senderId !== me);

  return (
    <div className="scroller" role="log" aria-label="Messages" aria-live="polite" tabIndex={0}>
      <ol className="messages">
        <li ref={top} className="top">
          {error !== null ? (
            <button type="button" className="link" onClick={loadOlder}>
              Could not load: {error.sentence} Try again
            </button>
          ) : isBusy ? (
            'Loading…'
          ) : hasOlder ? (
            ''
          ) : (
            'This is where it begins.'
          )}
        </li>
        {messages.map((message, index) => {
          const before = messages[index - 1];
          const isNewDay = before === undefined || !isSameDay(before.createdAt, message.createdAt);
          return (
            <li key={message.key}>
              {isNewDay && <p className="divider">{day(message.createdAt)}</p>}
              {message === firstUnread && <p className="divider unread">New messages</p>}
              <MessageRow
                message={message}
                me={me}
                names={names}
                isFollowing={!isNewDay && message !== firstUnread && isFollowing(before, message)}
                delivery={message.senderId === me ? deliveryOf(message, others) : null}
                mayEdit={can('message.edit', room, message)}
                mayDelete={can('message.delete', room, message) || can('message.moderate', room)}
                onEdit={onEdit}
              />
              {message === lastOwn && seenBy.length > 0 && (
                <p className="seen">
                  {room.kind === 'direct' ? 'Seen' : `Seen by ${seenBy.map(({ user }) => nameOf(user)).join(', ')}`}
                </p>
              )}
            </li>
          );
        })}
        {outgoing.map((message) => (
          <li key={message.key}>
            <OutgoingRow message={message} onRetry={retry} onDiscard={discard} />
          </li>
        ))}
      </ol>
    </div>
  );
}

/** Whether it goes on where the same person just spoke. */
function isFollowing(before: ListedMessage, message: ListedMessage): boolean {
  const isSameSender = before.senderId === message.senderId && before.kind === message.kind;
  return isSameSender && message.createdAt.getTime() - before.createdAt.getTime() < groupMs;
}

/** Those who came later are not waited for. */
function deliveryOf({ seq }: Message, members: readonly Member[]): Delivery {
  const others = members.filter(({ joinSeq }) => joinSeq < seq);
  if (others.length === 0) return 'sent';
  if (others.every(({ readSeq }) => readSeq >= seq)) return 'read';
  return others.every(({ deliveredSeq }) => deliveredSeq >= seq) ? 'delivered' : 'sent';
}

/** Calls back when the element comes into sight, and again when `key` changed while it is. */
function useOnSight(
  callback: (() => void) | undefined,
  key: string | undefined,
): (element: HTMLElement | null) => void {
  const element = useRef<HTMLElement | null>(null);
  useEffect(() => {
    if (element.current === null || key === undefined || callback === undefined) return undefined;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) callback();
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [key, callback]);
  return (found) => {
    element.current = found;
  };
}
