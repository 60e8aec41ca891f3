import { useEffect, useRef, useState } from 'react';
import type { FormEvent, KeyboardEvent } from 'react';
import type { Member, Message, RoomListItem } from '@confab/client';
import { useClient, useMembers, useSend, useTyping } from '@confab/client/react';
import { nameOf, titleOf } from './names';
import { usePage } from './page';

interface ComposerProps {
  readonly room: RoomListItem;
  /** The message that is being changed; `null` to write a new one. */
  readonly editing: Message | null;
  readonly onDone: () => void;
}

export function Composer({ room, editing, onDone }: ComposerProps) {
  const { api, can } = useClient();
  const { drafts, attempt } = usePage();
  const { members } = useMembers(room.id);
  const { send: sendMessage } = useSend(room.id);
  const { setTyping } = useTyping(room.id);
  const [text, setText] = useState(editing?.content ?? drafts.get(room.id) ?? '');
  const input = useRef<HTMLTextAreaElement>(null);
  const others = members.filter(({ userId }) => userId !== room.me?.userId);
  const suggestions = suggest(text, others);

  useEffect(() => {
    // Not on a phone: the keyboard would cover what one came to read.
    if (editing !== null || matchMedia('(hover: hover)').matches) input.current?.focus();
  }, [editing]);

  if (!can('message.send', room)) return <p className="composer closed">You can’t write here.</p>;

  function change(next: string): void {
    setText(next);
    if (editing === null) drafts.set(room.id, next);
  }

  function send(event?: FormEvent): void {
    event?.preventDefault();
    const content = text.trim();
    if (content === '') return;
    setTyping(false);
    if (editing === null) sendMessage({ content, mentions: mentionsIn(content, others) });
    else void attempt(api.chat.message.edit.mutate({ messageId: editing.id, content }));
    change('');
    onDone();
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      send();
    } else if (event.key === 'Escape' && editing !== null) onDone();
  }

  return (
    <form className="composer" onSubmit={send}>
      {editing !== null && (
        <p className="editing">
          Editing a message
          <button type="button" className="link" onClick={onDone}>
            Cancel
          </button>
        </p>
      )}
      {suggestions.length > 0 && (
        <div className="suggestions" role="group" aria-label="Mention someone">
          {suggestions.map(({ userId, user }) => (
            <button
              key={userId}
              type="button"
              onClick={() => {
                change(text.replace(/@[^@]*$/u, `@${nameOf(user)} `));
                input.current?.focus();
              }}
            >
              @{nameOf(user)}
            </button>
          ))}
        </div>
      )}
      <textarea
        ref={input}
        rows={1}
        value={text}
        aria-label={`Message to ${titleOf(room)}`}
        placeholder="Write a message"
        onChange={(event) => {
          change(event.target.value);
          setTyping(event.target.value.trim() !== '');
        }}
        onBlur={() => setTyping(false)}
        onKeyDown={onKeyDown}
      />
      <button type="submit" className="primary" disabled={text.trim() === ''}>
        {editing === null ? 'Send' : 'Save'}
      </button>
    </form>
  );
}

/** Members whose name begins with what stands behind the last `@`. */
function suggest(text: string, members: readonly Member[]): readonly Member[] {
  const begun = /(?:^|\s)@([^@]{0,30})$/u.exec(text)?.[1]?.toLowerCase();
  if (begun === undefined) return [];
  return members.filter(({ user }) => nameOf(user).toLowerCase().startsWith(begun)).slice(0, 5);
}

function mentionsIn(content: string, members: readonly Member[]): string[] {
  return members.filter(({ user }) => content.includes(`@${nameOf(user)}`)).map(({ userId }) => userId);
}
