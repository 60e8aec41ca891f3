import { useState } from 'react';
import { useMe, useRooms } from '@confab/client/react';
import { Avatar } from './avatar';
import { nameOf } from './names';
import { NewRoom } from './new-room';
import { RoomLink } from './room-link';

export function RoomList({ name, onSignOut }: { readonly name: string; readonly onSignOut: () => void }) {
  const me = useMe();
  const { rooms, isLoading, error } = useRooms();
  const [isCreating, setCreating] = useState(false);

  return (
    <nav className="rooms" aria-label="Conversations">
      <header>
        <Avatar id={me?.id ?? name} name={me?.name ?? name} />
        <div className="who">
          <strong>{me?.name ? nameOf(me) : name}</strong>
          <button type="button" className="link" onClick={onSignOut}>
            Switch user
          </button>
        </div>
        <button type="button" className="primary" onClick={() => setCreating(true)}>
          New chat
        </button>
      </header>
      {error !== null && (
        <p className="hint" role="alert">
          The conversations can’t be loaded at the moment: {error.sentence}
        </p>
      )}
      {rooms.length === 0 ? (
        <p className="hint">{isLoading ? 'Loading…' : 'No conversations yet. Start one with “New chat”.'}</p>
      ) : (
        <ul>
          {rooms.map((room) => (
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
