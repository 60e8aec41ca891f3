import { useId, useState } from 'react';
import type { KeyboardEvent } from 'react';

/** A list of people by the names they signed in with. */
export function PeopleField({
  label,
  people,
  onChange,
}: {
  readonly label: string;
  readonly people: readonly string[];
  readonly onChange: (people: readonly string[]) => void;
}) {
  const id = useId();
  const [text, setText] = useState('');

  function add(): void {
    const name = text.trim();
    setText('');
    if (name !== '' && !people.includes(name)) onChange([...people, name]);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === ',' || (event.key === 'Enter' && text.trim() !== '')) {
      event.preventDefault();
      add();
    } else if (event.key === 'Backspace' && text === '') onChange(people.slice(0, -1));
  }

  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="people">
        {people.map((name) => (
          <span key={name} className="chip">
            {name}
            <button
              type="button"
              className="plain"
              aria-label={`Remove ${name}`}
              onClick={() => onChange(people.filter((other) => other !== name))}
            >
              ✕
            </button>
          </span>
        ))}
        <input
          id={id}
          value={text}
          placeholder={people.length === 0 ? 'A name, then Enter' : ''}
          autoComplete="off"
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
          onBlur={add}
        />
      </div>
    </div>
  );
}
