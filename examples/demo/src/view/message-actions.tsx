import type { Message, RoomListItem } from '@confab/client';
import { useChat } from './context';

/** What one can do with a message; shown on hover, on focus, and always where there is no hover. */
export function MessageActions({
  message,
  room,
  onEdit,
  onReact,
}: {
  readonly message: Message;
  readonly room: RoomListItem;
  readonly onEdit: (message: Message) => void;
  readonly onReact: () => void;
}) {
  const { client, attempt } = useChat();
  const mayDelete = client.can('message.delete', room, message) || client.can('message.moderate', room);

  function remove(): void {
    if (globalThis.confirm('Delete this message for everyone?')) {
      void attempt(client.api.chat.message.delete.mutate({ messageIds: [message.id] }));
    }
  }

  return (
    <div className="actions">
      <button type="button" className="plain" aria-label="React" title="React" onClick={onReact}>
        ☺
      </button>
      {client.can('message.edit', room, message) && (
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
