import { memo } from 'react';
import type { RoomListItem } from '@confab/client';
import { nameOf, nothing, titleOf } from '../state/model';
import { Avatar } from './avatar';
import { useChat, useChatState } from './context';
import { shortTime } from './times';

/** A line of the list of rooms. */
export const RoomLink = memo(function RoomLink({ room }: { readonly room: RoomListItem }) {
  const { me, open } = useChat();
  const isSelected = useChatState((state) => state.selected === room.id);
  const typing = useChatState((state) => state.typing[room.id] ?? nothing);
  const status = useChatState((state) => (room.peer === null ? undefined : state.presence[room.peer.id]?.status));
  const title = titleOf(room);
  const last = room.lastMessage;
  const author =
    last === null ? '' : last.senderId === me.id ? 'You: ' : room.kind === 'direct' ? '' : `${nameOf(last.sender)}: `;
  const said = last === null ? 'No messages yet' : `${author}${last.content ?? 'Message deleted'}`;

  return (
    <button
      type="button"
      className="room"
      aria-current={isSelected ? 'true' : undefined}
      data-room={title}
      onClick={() => open(room.id)}
    >
      <Avatar id={room.peer?.id ?? room.id} name={title} status={status} />
      <span className="title">{title}</span>
      {status === 'online' && <span className="sr-only">, online</span>}
      <time dateTime={room.lastActivityAt.toISOString()}>{shortTime(room.lastActivityAt)}</time>
      <span className={typing.length > 0 ? 'last typing' : 'last'}>{typing.length > 0 ? 'typing…' : said}</span>
      {room.unread > 0 && (
        <span className="badge">
          {room.unread > 99 ? '99+' : room.unread}
          <span className="sr-only"> unread</span>
        </span>
      )}
    </button>
  );
});
