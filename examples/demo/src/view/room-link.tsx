import { memo } from 'react';
import type { RoomListItem } from '@confab/client';
import { usePresence, useTyping } from '@confab/client/react';
import { Avatar } from './avatar';
import { nameOf, titleOf } from './names';
import { usePage } from './page';
import { shortTime } from './times';

/** A line of the list of rooms. */
export const RoomLink = memo(function RoomLink({ room }: { readonly room: RoomListItem }) {
  const { selected, select } = usePage();
  const { users: typing } = useTyping(room.id);
  const status = usePresence(room.peer?.id ?? null)?.status;
  const title = titleOf(room);

  return (
    <button
      type="button"
      className="room"
      aria-current={selected === room.id ? 'true' : undefined}
      data-room={title}
      onClick={() => select(room.id)}
    >
      <Avatar id={room.peer?.id ?? room.id} name={title} status={status} />
      <span className="title">{title}</span>
      {status === 'online' && <span className="sr-only">, online</span>}
      <time dateTime={room.lastActivityAt.toISOString()}>{shortTime(room.lastActivityAt)}</time>
      <span className={typing.length > 0 ? 'last typing' : 'last'}>
        {typing.length > 0 ? 'typing…' : lastSaid(room)}
      </span>
      {room.unread > 0 && (
        <span className="badge">
          {room.unread > 99 ? '99+' : room.unread}
          <span className="sr-only"> unread</span>
        </span>
      )}
    </button>
  );
});

function lastSaid({ lastMessage, me, kind }: RoomListItem): string {
  if (lastMessage === null) return 'No messages yet';
  const isOwn = lastMessage.senderId === me?.userId;
  const author = isOwn ? 'You: ' : kind === 'direct' ? '' : `${nameOf(lastMessage.sender)}: `;
  return `${author}${lastMessage.content ?? 'Message deleted'}`;
}
