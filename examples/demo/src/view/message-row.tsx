import { memo, useState } from 'react';
import type { Message } from '@confab/client';
import { Avatar } from './avatar';
import { MessageActions } from './message-actions';
import { nameOf } from './names';
import { Reactions } from './reactions';
import { RichText } from './rich-text';
import { time } from './times';

/** How far an own message has come: stored, with everyone, read by everyone. */
export type Delivery = 'sent' | 'delivered' | 'read';

interface MessageRowProps {
  readonly message: Message;
  /** The id of the one who looks at it. */
  readonly me: string;
  readonly names: ReadonlyMap<string, string>;
  /** It goes on where the same person just spoke. */
  readonly isFollowing: boolean;
  /** `null` for those of others. */
  readonly delivery: Delivery | null;
  readonly mayEdit: boolean;
  readonly mayDelete: boolean;
  readonly onEdit: (message: Message) => void;
}

/** Its properties stay the same while nothing about it changes, so a new message renders one row. */
export const MessageRow = memo(function MessageRow(row: MessageRowProps) {
  const { message, me, isFollowing, delivery } = row;
  const [isPicking, setPicking] = useState(false);
  const isOwn = message.senderId === me;
  const isDeleted = message.deletedAt !== null;
  const isForMe = !isOwn && (message.mentions.includes(me) || message.mentions.includes('@room'));
  if (message.kind === 'system') return <p className="divider">{message.content}</p>;

  return (
    <article className="message" data-own={isOwn} data-following={isFollowing} data-for-me={isForMe}>
      {!isOwn && !isFollowing && <Avatar id={message.senderId} name={nameOf(message.sender)} />}
      <div className="bubble">
        {!isFollowing && <span className={isOwn ? 'sr-only' : 'sender'}>{isOwn ? 'You' : nameOf(message.sender)}</span>}
        {isDeleted ? (
          <p className="deleted">Message deleted</p>
        ) : (
          <p className="text">
            <RichText text={message.content ?? ''} mentions={message.mentions} names={row.names} me={me} />
          </p>
        )}
        <footer>
          {message.editedAt !== null && !isDeleted && <span>edited</span>}
          <time dateTime={message.createdAt.toISOString()}>{time(message.createdAt)}</time>
          {delivery !== null && !isDeleted && <Ticks delivery={delivery} />}
        </footer>
        {!isDeleted && <Reactions message={message} isPicking={isPicking} onPicked={() => setPicking(false)} />}
      </div>
      {!isDeleted && (
        <MessageActions
          message={message}
          mayEdit={row.mayEdit}
          mayDelete={row.mayDelete}
          onEdit={row.onEdit}
          onReact={() => setPicking((now) => !now)}
        />
      )}
    </article>
  );
});

function Ticks({ delivery }: { readonly delivery: Delivery }) {
  return (
    <span className="ticks" data-meaning={delivery} role="img" aria-label={delivery} title={delivery}>
      {delivery === 'sent' ? '✓' : '✓✓'}
    </span>
  );
}
