import { useMemo, useState } from 'react';
import { Avatar } from './avatar';
import { useChat, useChatState } from './context';
import { NewRoom } from './new-room';
import { RoomLink } from './room-link';

export function RoomList({ onSignOut }: { readonly onSignOut: () => void }) {
  const { me } = useChat();
  const rooms = useChatState((state) => state.rooms);
  const hasRooms = useChatState((state) => state.hasRooms);
  const [isCreating, setCreating] = useState(false);
  const sorted = useMemo(
    () => Object.values(rooms).sort((left, right) => right.lastActivityAt.getTime() - left.lastActivityAt.getTime()),
    [rooms],
  );

  return (
    <nav className="rooms" aria-label="Conversations">
      <header>
        <Avatar id={me.id} name={me.name} />
        <div className="who">
          <strong>{me.name}</strong>
          <button type="button" className="link" onClick={onSignOut}>
            Switch user
          </button>
        </div>
        <button type="button" className="primary" onClick={() => setCreating(true)}>
          New chat
        </button>
      </header>
      {sorted.length === 0 ? (
        <p className="hint">{hasRooms ? 'No conversations yet. Start one with “New chat”.' : 'Loading…'}</p>
      ) : (
        <ul>
          {sorted.map((room) => (
            <li key={room.id}>
              <RoomLink room={room} />
            </li>
          ))}
        </ul>
      )}
      {isCreating && <NewRoom onClose={() => setCreating(false)} />}
    </nav>
  );
}
