import { useState } from 'react';
import type { RoomListItem } from '@confab/client';
import { nameOf, nothing, titleOf } from '../state/model';
import { Avatar } from './avatar';
import { useChat, useChatState } from './context';
import { Dialog } from './dialog';
import { PeopleField, userIdsIn } from './people-field';

/** Who is in a room, and what one may do about it. */
export function RoomDetails({ room, onClose }: { readonly room: RoomListItem; readonly onClose: () => void }) {
  const { me, client, attempt } = useChat();
  const members = useChatState((state) => state.members[room.id] ?? nothing);
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
              {member.userId === me.id && ' (you)'}
            </span>
            {member.role !== 'member' && <small>{member.role}</small>}
            {member.role === 'member' && member.userId !== me.id && client.can('room.removeMembers', room) && (
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
            void attempt(leave.mutate({ roomId: room.id }));
          }}
        >
          Leave this group
        </button>
      )}
    </Dialog>
  );
}
