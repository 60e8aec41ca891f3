import { useEffect, useState } from 'react';
import type { Message } from '@confab/client';
import { nameOf, nothing, titleOf } from '../state/model';
import { Avatar } from './avatar';
import { Composer } from './composer';
import { useChat, useChatState } from './context';
import { MessageList } from './message-list';
import { RoomDetails } from './room-details';
import { shortTime } from './times';

export function Conversation({ roomId }: { readonly roomId: string }) {
  const { open } = useChat();
  const room = useChatState((state) => state.rooms[roomId]);
  const [isShowingDetails, setShowingDetails] = useState(false);
  const [editing, setEditing] = useState<Message | null>(null);
  const newest = useChatState((state) => state.histories[roomId]?.items.at(-1)?.seq ?? 0);
  useReadMark(roomId, newest);
  if (room === undefined) return null;
  const title = titleOf(room);

  return (
    <main className="conversation" aria-label={title}>
      <header>
        <button type="button" className="plain back" aria-label="Back to the conversations" onClick={() => open(null)}>
          ←
        </button>
        <Avatar id={room.peer?.id ?? room.id} name={title} />
        <div className="who">
          <h1>{title}</h1>
          <Subtitle roomId={roomId} />
        </div>
        {room.kind !== 'direct' && (
          <button type="button" onClick={() => setShowingDetails(true)}>
            People
          </button>
        )}
      </header>
      <MessageList room={room} onEdit={setEditing} />
      <Composer key={editing?.id} room={room} editing={editing} onDone={() => setEditing(null)} />
      {isShowingDetails && <RoomDetails room={room} onClose={() => setShowingDetails(false)} />}
    </main>
  );
}

/** Who types; else whether the other one is here, or how many there are. */
function Subtitle({ roomId }: { readonly roomId: string }) {
  const room = useChatState((state) => state.rooms[roomId]);
  const typing = useChatState((state) => state.typing[roomId] ?? nothing);
  const members = useChatState((state) => state.members[roomId] ?? nothing);
  const presence = useChatState((state) => (room?.peer ? state.presence[room.peer.id] : undefined));
  const names = typing.map((id) => nameOf(members.find((member) => member.userId === id)?.user));
  const seen = presence?.lastSeenAt ? `last seen ${shortTime(presence.lastSeenAt)}` : 'offline';
  const about =
    room?.kind === 'direct' ? (presence?.status === 'online' ? 'online' : seen) : `${room?.memberCount ?? 0} people`;
  const isTyping = names.length > 0;
  return (
    <p className={isTyping ? 'subtitle typing' : 'subtitle'} aria-live="polite">
      {isTyping ? `${names.slice(0, 3).join(', ')} ${names.length > 1 ? 'are' : 'is'} typing…` : about}
    </p>
  );
}

/** What is on screen while somebody looks at the page counts as read. */
function useReadMark(roomId: string, newest: number): void {
  const { marks, store } = useChat();
  useEffect(() => {
    function mark(): void {
      const me = store.get().rooms[roomId]?.me;
      if (document.visibilityState === 'visible' && document.hasFocus() && newest > (me?.readSeq ?? 0))
        marks.read(roomId, newest);
    }
    mark();
    globalThis.addEventListener('focus', mark);
    return () => globalThis.removeEventListener('focus', mark);
  }, [marks, store, roomId, newest]);
}
