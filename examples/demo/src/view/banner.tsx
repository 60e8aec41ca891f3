import { useEffect, useState } from 'react';
import { useConnection } from '@confab/client/react';

/** Says what is wrong with the connection, and offers what can be done about it; nothing while it is live. */
export function Banner({ onSignOut }: { readonly onSignOut: () => void }) {
  const { state, reason, retryAt, connect } = useConnection();
  const seconds = useSecondsUntil(retryAt);
  const isWorthSaying = state === 'waiting' || state === 'closed' || (state === 'connecting' && reason !== null);
  if (!isWorthSaying) return null;

  return (
    <div className="banner" data-state={state}>
      {/* The countdown is not part of what is announced: it would speak every second. */}
      <span role="status">{reason?.sentence ?? 'Not connected.'}</span>
      {state === 'connecting' && <span>Reconnecting…</span>}
      {state === 'waiting' && (
        <>
          <span aria-hidden="true">{seconds === 0 ? 'Reconnecting…' : `Trying again in ${seconds} s.`}</span>
          <button type="button" onClick={connect}>
            Try now
          </button>
        </>
      )}
      {state === 'closed' && (
        <button type="button" onClick={onSignOut}>
          Sign in again
        </button>
      )}
    </div>
  );
}

function useSecondsUntil(date: Date | null): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (date === null) return undefined;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [date]);
  return date === null ? 0 : Math.max(0, Math.ceil((date.getTime() - now) / 1_000));
}
