import { useState } from 'react';
import type { RoomListItem } from '@confab/client';
import { useClient, useMembers } from '@confab/client/react';
import { Avatar } from './avatar';
import { Dialog } from './dialog';
import { nameOf, titleOf } from './names';
import { usePage } from './page';
import { PeopleField, userIdsIn } from './people-field';

/** Who is in a room, and what one may do about it. */
export function RoomDetails({ room, onClose }: { readonly room: RoomListItem; readonly onClose: () => void }) {
  const client = useClient();
  const { attempt, select } = usePage();
  const { members, hasMore, loadMore } = useMembers(room.id);
  const me = room.me?.userId;
  const [people, setPeople] = useState('');
  const { addMembers, removeMembers, leave } = client.api.chat.room;

  async function add(): Promise<void> {
    if (await attempt(addMembers.mutate({ roomId: room.id, userIds: userIdsIn(people) }))) setPeople('');
  }

  return (
    <Dialog title={titleOf(room)} onClose={onClose}>
      <ul className="members">
        {members.map((member) => (
          <li key={member.userId}>
            <Avatar id={member.userId} name={nameOf(member.user)} />
            <span>
              {nameOf(member.user)}
              {member.userId === me && ' (you)'}
            </span>
            {member.role !== 'member' && <small>{member.role}</small>}
            {member.role === 'member' && member.userId !== me && client.can('room.removeMembers', room) && (
              <button
                type="button"
                className="link"
                onClick={() => void attempt(removeMembers.mutate({ roomId: room.id, userIds: [member.userId] }))}
              >
                Remove
              </button>
            )}
          </li>
        ))}
      </ul>
      {hasMore && (
        <button type="button" className="link" onClick={loadMore}>
          Show more
        </button>
      )}
      {client.can('room.addMembers', room) && (
        <>
          <PeopleField
            label="Add people"
            hint="The names they signed in with, separated by commas."
            value={people}
            onChange={setPeople}
          />
          <button type="button" className="primary" disabled={people.trim() === ''} onClick={() => void add()}>
            Add
          </button>
        </>
      )}
      {client.can('room.leave', room) && (
        <button
          type="button"
          className="danger"
          onClick={() => {
            onClose();
            select(null);
            void attempt(leave.mutate({ roomId: room.id }));
          }}
        >
          Leave this group
        </button>
      )}
    </Dialog>
  );
}
