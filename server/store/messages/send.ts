import type { Message, UserProfile } from '@confab/shared';
import { alone, loadMessages, loadSurroundings, presentAnswer } from '../present/message.js';
import { messageRow } from '../records.js';
import type { MessageRow } from '../rows.js';
import type { WriteTx } from '../transaction.js';
import { searchTextOf } from '../search/words.js';
import { jsonArray } from './json.js';
import { notify } from './notifications.js';
import { keepVersion } from './versions.js';
import type { NewNotification } from './notifications.js';

/** A message about to be committed in a room that is locked. */
export interface NewMessage {
  readonly message: Omit<MessageRow, 'seq' | 'pinnedAt' | 'editedAt' | 'deletedAt'>;
  readonly sender: UserProfile;
  /** `null` when the system speaks. */
  readonly actorId: string | null;
  /** Whom it names, as far as they are members. */
  readonly named: readonly string[];
  readonly notifications: readonly NewNotification[];
  /** For an override: the host's own columns of the row. */
  readonly columns?: Readonly<Record<string, unknown>>;
}

/** What an edit changes; what is left out stays. */
export interface MessageChange {
  readonly message: MessageRow;
  readonly change: Partial<Pick<MessageRow, 'content' | 'attachments' | 'custom'>>;
  readonly actorId: string | null;
  readonly at: Date;
  readonly viewerId: string;
  /** For an override: the host's own columns that change with it. */
  readonly columns?: Readonly<Record<string, unknown>>;
}

/**
 * Commits a message: its event, its row, whom it names, and the room's latest activity, which is not of its threads.
 * Moves no mark.
 */
export async function sendMessage(tx: WriteTx, input: NewMessage): Promise<Message> {
  const { message, sender, actorId, named, notifications, columns = {} } = input;
  const { id, roomId, threadId, createdAt } = message;
  const data = { messageId: id, ...(threadId === null ? {} : { threadId }) };
  const seq = tx.append({ roomId, type: 'message.created', actorId, at: createdAt, data });
  const row: MessageRow = { ...message, seq, pinnedAt: null, editedAt: null, deletedAt: null };
  const record = await tx.db.chatMessage.create({
    data: {
      ...columns,
      ...row,
      attachments: jsonArray(row.attachments),
      mentions: jsonArray(row.mentions),
      searchText: searchTextOf(row),
    },
  });
  if (named.length > 0) {
    await tx.db.chatMention.createMany({ data: named.map((userId) => ({ messageId: id, userId, roomId, seq })) });
  }
  const isActivity = threadId === null && createdAt > tx.room(roomId).lastActivityAt;
  if (isActivity) tx.patch(roomId, { lastActivityAt: createdAt });
  await notify(tx, { notifications });
  // Only the database knows the defaults of columns that are not ours.
  const stored = tx.present.columns.message.length === 0 ? row : messageRow(record);
  const isAlone = row.replyToId === null && row.forwardedSenderId === null;
  const around = isAlone ? alone(sender) : await loadSurroundings(tx, [stored]);
  return presentAnswer(tx.present, stored, around, []);
}

/** Commits an edit and returns the message as it reads now. */
export async function editMessage(tx: WriteTx, input: MessageChange): Promise<Message> {
  const { message, change, actorId, at, viewerId, columns = {} } = input;
  const { attachments, ...rest } = change;
  const data = {
    ...columns,
    ...rest,
    ...(attachments === undefined ? {} : { attachments: jsonArray(attachments) }),
    searchText: searchTextOf({ ...message, ...rest }),
    editedAt: at,
  };
  await keepVersion(tx, message);
  const record = await tx.db.chatMessage.update({ where: { id: message.id }, data });
  tx.append({ roomId: message.roomId, type: 'message.updated', actorId, at, data: { messageId: message.id } });
  const [edited] = await loadMessages(tx, [messageRow(record)], viewerId);
  if (edited === undefined) throw new Error('a message was lost between its row and its presentation');
  return edited;
}
