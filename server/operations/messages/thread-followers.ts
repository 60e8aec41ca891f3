import type { MessageRow } from '../../store/rows.js';
import type { NewFollower } from '../../store/threads/standing.js';
import type { NewNotification } from '../../store/messages/notifications.js';
import type { ReadTx } from '../../store/transaction.js';
import type { Op } from '../kernel.js';
import { notificationFor } from '../notify.js';

/** What saying something in a thread brings about beside the message. */
export interface ThreadEffects {
  /** Those who follow the thread from now on. */
  readonly followers: readonly NewFollower[];
  /** For the author of the message it hangs on. */
  readonly notifications: readonly NewNotification[];
}

interface Reply {
  /** The message the thread hangs on. */
  readonly root: MessageRow;
  /** Members the reply names. */
  readonly named: readonly string[];
  readonly messageId: string;
  readonly at: Date;
}

/**
 * Whoever speaks in a thread or is named there follows it from then on, also who wanted to hear of it no more. The author
 * of the message it hangs on follows it, and hears of each reply, unless they wanted that no more. Nobody else is looked
 * at, so that it costs the same however many follow.
 */
export async function threadOf(op: Op, tx: ReadTx, { root, named, messageId, at }: Reply): Promise<ThreadEffects> {
  const { methods } = op.store;
  const { userId, isSystem } = op.caller;
  const { id: threadId, roomId, senderId: authorId } = root;
  const userIds = [...new Set([...(isSystem ? [] : [userId]), ...named, authorId])];
  const standings = await methods.threadStandings(tx, { threadId, userIds });
  const author = (await methods.membersAmong(tx, { roomId, userIds: [authorId] })).get(authorId);
  const speaks = (id: string): boolean => id !== authorId || id === userId || named.includes(id);
  const followers = userIds
    .map((id) => ({ userId: id, before: standings.get(id) ?? null }))
    .filter(({ before }) => before?.following !== true)
    .filter(({ userId: id, before }) => speaks(id) || (before === null && author !== undefined));
  const isDone = author === undefined || standings.get(authorId)?.following === false || named.includes(authorId);
  if (isDone) return { followers, notifications: [] };
  const event = { kind: 'reply', roomId, messageId, actorId: userId, at } as const;
  return { followers, notifications: notificationFor(op, event, author) };
}
