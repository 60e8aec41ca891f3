import { useState } from 'react';
import type { Message, RoomListItem } from '@confab/client';
import { useAutoRead, usePresence, useRoom, useTyping } from '@confab/client/react';
import { Avatar } from './avatar';
import { Composer } from './composer';
import { MessageList } from './message-list';
import { nameOf, titleOf } from './names';
import { usePage } from './page';
import { RoomDetails } from './room-details';
import { shortTime } from './times';

/** The room that is looked at: while it loads, once it is there, and when one is not in it any more. */
export function Conversation({ roomId }: { readonly roomId: string }) {
  const { select } = usePage();
  const { room, status, error } = useRoom(roomId);
  if (room !== null) return <OpenConversation room={room} />;
  return (
    <main className="empty">
      <p>{status === 'loading' ? (error?.sentence ?? 'Loading…') : 'You are not in this conversation any more.'}</p>
      <button type="button" onClick={() => select(null)}>
        Back to the conversations
      </button>
    </main>
  );
}

function OpenConversation({ room }: { readonly room: RoomListItem }) {
  const { select } = usePage();
  const [isShowingDetails, setShowingDetails] = useState(false);
  const [editing, setEditing] = useState<Message | null>(null);
  /** Where the unread messages began when the room was opened. */
  const [unreadAfter] = useState(() => (room.unread > 0 ? (room.me?.readSeq ?? null) : null));
  useAutoRead(room.id);
  const title = titleOf(room);

  return (
    <main className="conversation" aria-label={title}>
      <header>
        <button
          type="button"
          className="plain back"
          aria-label="Back to the conversations"
          onClick={() => select(null)}
        >
          ←
        </button>
        <Avatar id={room.peer?.id ?? room.id} name={title} />
        <div className="who">
          <h1>{title}</h1>
          <Subtitle room={room} />
        </div>
        {room.kind !== 'direct' && (
          <button type="button" onClick={() => setShowingDetails(true)}>
            People
          </button>
        )}
      </header>
      <MessageList room={room} unreadAfter={unreadAfter} onEdit={setEditing} />
      <Composer key={editing?.id} room={room} editing={editing} onDone={() => setEditing(null)} />
      {isShowingDetails && <RoomDetails room={room} onClose={() => setShowingDetails(false)} />}
    </main>
  );
}

/** Who types; else whether the other one is here, or how many there are. */
function Subtitle({ room }: { readonly room: RoomListItem }) {
  const { users } = useTyping(room.id);
  const presence = usePresence(room.peer?.id ?? null);
  const names = users.map(nameOf);
  const seen = presence?.lastSeenAt ? `last seen ${shortTime(presence.lastSeenAt)}` : 'offline';
  const about =
    room.kind === 'direct' ? (presence?.status === 'online' ? 'online' : seen) : `${room.memberCount} people`;
  const isTyping = names.length > 0;
  return (
    <p className={isTyping ? 'subtitle typing' : 'subtitle'} aria-live="polite">
      {isTyping ? `${names.slice(0, 3).join(', ')} ${names.length > 1 ? 'are' : 'is'} typing…` : about}
    </p>
  );
}
