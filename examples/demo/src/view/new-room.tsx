import { useState } from 'react';
import type { FormEvent } from 'react';
import { useClient } from '@confab/client/react';
import { userIdOf } from '../session';
import { Dialog } from './dialog';
import { usePage } from './page';
import { PeopleField, userIdsIn } from './people-field';

/** Starts a direct chat with one person, or a group with a name. */
export function NewRoom({ onClose }: { readonly onClose: () => void }) {
  const { api } = useClient();
  const page = usePage();
  const [kind, setKind] = useState<'direct' | 'group'>('direct');
  const [name, setName] = useState('');
  const [people, setPeople] = useState('');
  const members = kind === 'direct' ? [userIdOf(people)] : userIdsIn(people);
  const [isBusy, setBusy] = useState(false);
  const isReady = !isBusy && (kind === 'direct' ? people : name).trim() !== '';

  async function create(): Promise<void> {
    const input = kind === 'direct' ? { kind, members } : { kind, members, name: name.trim() };
    const room = await api.chat.room.create.mutate(input);
    page.select(room.id);
  }

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (!isReady) return;
    setBusy(true);
    if (await page.attempt(create())) onClose();
    else setBusy(false);
  }

  return (
    <Dialog title="New chat" onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <fieldset className="segments">
          <legend className="sr-only">Kind of chat</legend>
          {(['direct', 'group'] as const).map((option) => (
            <label key={option}>
              <input type="radio" name="kind" checked={kind === option} onChange={() => setKind(option)} />
              <span>{option === 'direct' ? 'One person' : 'A group'}</span>
            </label>
          ))}
        </fieldset>
        {kind === 'group' && (
          <div className="field">
            <label htmlFor="group-name">Name of the group</label>
            <input
              id="group-name"
              value={name}
              maxLength={200}
              autoComplete="off"
              onChange={(event) => setName(event.target.value)}
            />
          </div>
        )}
        <PeopleField
          label={kind === 'direct' ? 'With whom?' : 'Who else is in it?'}
          hint={
            kind === 'direct' ? 'The name they signed in with.' : 'The names they signed in with, separated by commas.'
          }
          value={people}
          onChange={setPeople}
        />
        <button type="submit" className="primary" disabled={!isReady}>
          {kind === 'direct' ? 'Open the chat' : 'Create the group'}
        </button>
      </form>
    </Dialog>
  );
}
