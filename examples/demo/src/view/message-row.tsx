import { memo, useState } from 'react';
import type { Member, Message, RoomListItem } from '@confab/client';
import { nameOf } from '../state/model';
import { Avatar } from './avatar';
import { useChat } from './context';
import { MessageActions } from './message-actions';
import { Reactions } from './reactions';
import { RichText } from './rich-text';
import { time } from './times';

interface MessageRowProps {
  readonly message: Message;
  readonly room: RoomListItem;
  readonly members: readonly Member[];
  /** It goes on where the same person just spoke. */
  readonly isFollowing: boolean;
  readonly onEdit: (message: Message) => void;
}

export const MessageRow = memo(function MessageRow({ message, room, members, isFollowing, onEdit }: MessageRowProps) {
  const { me } = useChat();
  const [isPicking, setPicking] = useState(false);
  const isOwn = message.senderId === me.id;
  const isDeleted = message.deletedAt !== null;
  const isForMe = !isOwn && (message.mentions.includes(me.id) || message.mentions.includes('@room'));
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
            <RichText text={message.content ?? ''} mentions={message.mentions} members={members} me={me.id} />
          </p>
        )}
        <footer>
          {message.editedAt !== null && !isDeleted && <span>edited</span>}
          <time dateTime={message.createdAt.toISOString()}>{time(message.createdAt)}</time>
          {isOwn && !isDeleted && <Ticks seq={message.seq} members={members} me={me.id} />}
        </footer>
        {!isDeleted && <Reactions message={message} isPicking={isPicking} onPicked={() => setPicking(false)} />}
      </div>
      {!isDeleted && (
        <MessageActions message={message} room={room} onEdit={onEdit} onReact={() => setPicking((now) => !now)} />
      )}
    </article>
  );
});

/** One tick: stored. Two: everyone has it. Two coloured: everyone has read it. */
function Ticks({
  seq,
  members,
  me,
}: {
  readonly seq: number;
  readonly members: readonly Member[];
  readonly me: string;
}) {
  const others = members.filter(({ userId }) => userId !== me);
  const isRead = others.length > 0 && others.every(({ readSeq }) => readSeq >= seq);
  const isDelivered = others.length > 0 && others.every(({ deliveredSeq }) => deliveredSeq >= seq);
  const meaning = isRead ? 'read' : isDelivered ? 'delivered' : 'sent';
  return (
    <span className="ticks" data-meaning={meaning} role="img" aria-label={meaning} title={meaning}>
      {isDelivered || isRead ? '✓✓' : '✓'}
    </span>
  );
}
