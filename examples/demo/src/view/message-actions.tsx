import type { Message } from '@confab/client';
import { useClient } from '@confab/client/react';
import { usePage } from './page';

interface MessageActionsProps {
  readonly message: Message;
  readonly mayEdit: boolean;
  readonly mayDelete: boolean;
  readonly onEdit: (message: Message) => void;
  readonly onReact: () => void;
}

/** What one can do with a message; shown on hover, on focus, and always where there is no hover. */
export function MessageActions({ message, mayEdit, mayDelete, onEdit, onReact }: MessageActionsProps) {
  const { api } = useClient();
  const { attempt } = usePage();

  function remove(): void {
    if (globalThis.confirm('Delete this message for everyone?')) {
      void attempt(api.chat.message.delete.mutate({ messageIds: [message.id] }));
    }
  }

  return (
    <div className="actions">
      <button type="button" className="plain" aria-label="React" title="React" onClick={onReact}>
        ☺
      </button>
      {mayEdit && (
        <button type="button" className="plain" aria-label="Edit" title="Edit" onClick={() => onEdit(message)}>
          ✎
        </button>
      )}
      {mayDelete && (
        <button type="button" className="plain" aria-label="Delete" title="Delete" onClick={remove}>
          ✕
        </button>
      )}
    </div>
  );
}
