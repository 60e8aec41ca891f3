import { useState } from 'react';
import type { FormEvent } from 'react';
import { signIn } from '../session';
import type { Session } from '../session';

export function SignIn({ onSignIn }: { readonly onSignIn: (session: Session) => void }) {
  const [name, setName] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    try {
      onSignIn(await signIn(name.trim()));
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : 'That did not work.');
      setBusy(false);
    }
  }

  return (
    <main className="sign-in">
      <form onSubmit={(event) => void submit(event)}>
        <h1>Confab</h1>
        <p>Pick a name. Others on this server reach you by it.</p>
        <label htmlFor="name">Your name</label>
        <input
          id="name"
          value={name}
          onChange={(event) => setName(event.target.value)}
          autoComplete="nickname"
          autoFocus
          required
          maxLength={60}
          aria-describedby={error === null ? undefined : 'sign-in-error'}
        />
        {error !== null && (
          <p id="sign-in-error" role="alert" className="error">
            {error}
          </p>
        )}
        <button type="submit" className="primary" disabled={isBusy || name.trim() === ''}>
          Start chatting
        </button>
        <p className="hint">To talk to yourself, open a second tab and switch to another name there.</p>
      </form>
    </main>
  );
}
