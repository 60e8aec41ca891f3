import type { Message, MessageState, Reaction, ReactionCount, UserProfile } from '@confab/shared';
import type { ChatRemovedMessage } from '../generated/sqlite/client.js';
import type { MessageRow } from '../rows.js';
import type { ReadTx } from '../transaction.js';
import { loadProfiles, profileOf } from './user.js';

/** A message with whichever kind of reactions it was given: counts for events, counts and `mine` for answers. */
export type Presented<Count extends ReactionCount> = Omit<MessageState, 'reactions'> & {
  readonly reactions: readonly Count[];
};

/** A message as it may be shown today; one with `deletedAt` comes out as a tombstone whatever its row still holds. */
export function presentMessage<Count extends ReactionCount>(
  row: MessageRow,
  sender: UserProfile,
  reactions: readonly Count[],
): Presented<Count> {
  const isDeleted = row.deletedAt !== null;
  return {
    id: row.id,
    roomId: row.roomId,
    seq: row.seq,
    kind: row.kind,
    senderId: row.senderId,
    sender,
    content: isDeleted ? null : row.content,
    format: row.format,
    replyTo: null,
    threadId: null,
    threadCount: 0,
    forwardedFrom: null,
    attachments: isDeleted ? [] : row.attachments,
    mentions: isDeleted ? [] : row.mentions,
    reactions: isDeleted ? [] : reactions,
    custom: isDeleted ? {} : row.custom,
    pinnedAt: null,
    editedAt: row.editedAt,
    deletedAt: row.deletedAt,
    createdAt: row.createdAt,
    clientId: row.clientId,
  };
}

/** What is left to show of a message whose row was removed. */
export function tombstone(removed: ChatRemovedMessage, sender: UserProfile): Presented<never> {
  return presentMessage(
    {
      ...removed,
      kind: 'user',
      content: null,
      format: 'text',
      attachments: [],
      mentions: [],
      mentionsRoom: false,
      custom: {},
      editedAt: null,
    },
    sender,
    [],
  );
}

/**
 * The reactions of these messages by message id, each emoji once, in the order they first appeared. `mine` is about
 * `viewerId`, and false for everyone when it is left out. Two statements at most; messages without any are left out.
 */
export async function loadReactions(
  tx: ReadTx,
  messageIds: readonly string[],
  viewerId?: string,
): Promise<ReadonlyMap<string, readonly Reaction[]>> {
  const byMessage = new Map<string, Reaction[]>();
  if (messageIds.length === 0) return byMessage;
  const where = { messageId: { in: [...new Set(messageIds)] } };
  const counts = await tx.db.chatReaction.groupBy({
    by: ['messageId', 'emoji'],
    where,
    _count: { _all: true },
    _min: { createdAt: true },
  });
  if (counts.length === 0) return byMessage;
  const own =
    viewerId === undefined
      ? []
      : await tx.db.chatReaction.findMany({
          where: { ...where, userId: viewerId },
          select: { messageId: true, emoji: true },
        });
  const mine = new Set(own.map((reaction) => `${reaction.messageId} ${reaction.emoji}`));
  const since = (group: (typeof counts)[number]): number => group._min.createdAt?.getTime() ?? 0;
  counts.sort((a, b) => since(a) - since(b) || (a.emoji < b.emoji ? -1 : 1));
  for (const group of counts) {
    const { messageId, emoji } = group;
    const reactions = byMessage.get(messageId) ?? [];
    reactions.push({ emoji, count: group._count._all, mine: mine.has(`${messageId} ${emoji}`) });
    byMessage.set(messageId, reactions);
  }
  return byMessage;
}

/** The reactions as events carry them. */
export function countsOf(reactions: readonly Reaction[]): readonly ReactionCount[] {
  return reactions.map(({ emoji, count }) => ({ emoji, count }));
}

/** The messages as events carry them, in two statements. Same order and length. */
export async function loadMessageStates(tx: ReadTx, rows: readonly MessageRow[]): Promise<MessageState[]> {
  const { profiles, reactions } = await loadSurroundings(tx, rows);
  return rows.map((row) =>
    presentMessage(row, profileOf(profiles, row.senderId), countsOf(reactions.get(row.id) ?? [])),
  );
}

/** The messages as answers to `viewerId` carry them, in three statements. Same order and length. */
export async function loadMessages(tx: ReadTx, rows: readonly MessageRow[], viewerId: string): Promise<Message[]> {
  const { profiles, reactions } = await loadSurroundings(tx, rows, viewerId);
  return rows.map((row) => presentMessage(row, profileOf(profiles, row.senderId), reactions.get(row.id) ?? []));
}

async function loadSurroundings(tx: ReadTx, rows: readonly MessageRow[], viewerId?: string) {
  const living = rows.filter((row) => row.deletedAt === null).map((row) => row.id);
  const profiles = await loadProfiles(
    tx,
    rows.map((row) => row.senderId),
  );
  return { profiles, reactions: await loadReactions(tx, living, viewerId) };
}
