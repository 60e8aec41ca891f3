import type { OutgoingMessage } from '../state/model';
import { useChat } from './context';

/** A message that the server has not confirmed yet, or has refused. */
export function OutgoingRow({ message }: { readonly message: OutgoingMessage }) {
  const { outbox } = useChat();
  return (
    <article
      className="message"
      data-own="true"
      data-following="true"
      data-outgoing={message.failure === null ? 'sending' : 'failed'}
    >
      <div className="bubble">
        <p className="text">{message.content}</p>
        <footer>
          {message.failure === null ? (
            <span>sending…</span>
          ) : (
            <>
              <span role="alert">Not sent: {message.failure}</span>
              <button type="button" className="link" onClick={() => outbox.retry(message)}>
                Retry
              </button>
              <button type="button" className="link" onClick={() => outbox.discard(message)}>
                Discard
              </button>
            </>
          )}
        </footer>
      </div>
    </article>
  );
}
