import type { Message } from '@confab/client';
import { useClient } from '@confab/client/react';
import { usePage } from './page';

const choices = ['👍', '❤️', '😂', '🎉', '😮', '😢', '🙏', '👀'] as const;

/** The reactions of a message, and a small picker. */
export function Reactions({
  message,
  isPicking,
  onPicked,
}: {
  readonly message: Message;
  readonly isPicking: boolean;
  readonly onPicked: () => void;
}) {
  const { react, unreact } = useClient().api.chat.message;
  const { attempt } = usePage();

  function toggle(emoji: string): void {
    const isMine = message.reactions.some((reaction) => reaction.emoji === emoji && reaction.mine);
    void attempt((isMine ? unreact : react).mutate({ messageId: message.id, emoji }));
    onPicked();
  }

  return (
    <>
      {isPicking && (
        <div className="picker" role="group" aria-label="Pick a reaction">
          {choices.map((emoji, index) => (
            <button key={emoji} type="button" className="plain" autoFocus={index === 0} onClick={() => toggle(emoji)}>
              {emoji}
            </button>
          ))}
        </div>
      )}
      {message.reactions.length > 0 && (
        <div className="reactions">
          {message.reactions.map(({ emoji, count, mine }) => (
            <button
              key={emoji}
              type="button"
              aria-pressed={mine}
              aria-label={`${emoji}, ${count}`}
              onClick={() => toggle(emoji)}
            >
              {emoji} {count}
            </button>
          ))}
        </div>
      )}
    </>
  );
}
