import { memo } from 'react';
import type { OutgoingMessage } from '@confab/client';

interface OutgoingRowProps {
  readonly message: OutgoingMessage;
  readonly onRetry: (clientId: string) => void;
  readonly onDiscard: (clientId: string) => void;
}

/** A message that the log has not brought back yet, or that was refused. */
export const OutgoingRow = memo(function OutgoingRow({ message, onRetry, onDiscard }: OutgoingRowProps) {
  const { clientId, content, status, failure } = message;
  return (
    <article
      className="message"
      data-own="true"
      data-following="true"
      data-outgoing={status === 'failed' ? 'failed' : 'sending'}
    >
      <div className="bubble">
        <p className="text">{content}</p>
        <footer>
          {failure === null ? (
            <span>sending…</span>
          ) : (
            <>
              <span role="alert">Not sent: {failure.sentence}</span>
              <button type="button" className="link" onClick={() => onRetry(clientId)}>
                Retry
              </button>
              <button type="button" className="link" onClick={() => onDiscard(clientId)}>
                Discard
              </button>
            </>
          )}
        </footer>
      </div>
    </article>
  );
});
