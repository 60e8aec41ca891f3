import type { Message, MessageState, Reaction, ReactionCount, UserProfile } from '@confab/shared';
import type { Presentation } from '../../extend/presentation.js';
import type { ChatRemovedMessage } from '../generated/sqlite/client.js';
import type { MessageRow } from '../rows.js';
import type { ReadTx } from '../transaction.js';
import { loadProfiles, profileOf } from './user.js';

/** A message as Confab itself has it, with whichever kind of reactions it was given. */
type Described<Count extends ReactionCount> = Omit<MessageState, 'reactions'> & {
  readonly reactions: readonly Count[];
};

/** A message as events carry it today; one with `deletedAt` is a tombstone whatever its row still holds. */
export function presentMessage(
  present: Presentation,
  row: MessageRow,
  sender: UserProfile,
  reactions: readonly ReactionCount[],
): MessageState {
  return present.message(describe(row, sender, reactions), row);
}

/** The same as an answer carries it: a host presents what is the same for everyone, and `mine` is added afterwards. */
export function presentAnswer(
  present: Presentation,
  row: MessageRow,
  sender: UserProfile,
  reactions: readonly Reaction[],
): Message {
  if (present.isPlain) return describe(row, sender, reactions);
  return answering(presentMessage(present, row, sender, countsOf(reactions)), row.deletedAt === null ? reactions : []);
}

/** A presented message with the reactions of one reader, unless the host left reactions out. */
export function answering(presented: MessageState, reactions: readonly Reaction[]): Message {
  // What the host left out, the types of its router leave out, too.
  return ('reactions' in presented ? { ...presented, reactions } : presented) as Message;
}

function describe<Count extends ReactionCount>(
  row: MessageRow,
  sender: UserProfile,
  reactions: readonly Count[],
): Described<Count> {
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

/** What is left of a message whose row was removed, as a row: a tombstone. */
export function removedRow(removed: ChatRemovedMessage): MessageRow {
  return {
    ...removed,
    kind: 'user',
    content: null,
    format: 'text',
    attachments: [],
    mentions: [],
    mentionsRoom: false,
    custom: {},
    editedAt: null,
  };
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
    presentMessage(tx.present, row, profileOf(profiles, row.senderId), countsOf(reactions.get(row.id) ?? [])),
  );
}

/** The messages as answers to `viewerId` carry them, in three statements. Same order and length. */
export async function loadMessages(tx: ReadTx, rows: readonly MessageRow[], viewerId: string): Promise<Message[]> {
  const { profiles, reactions } = await loadSurroundings(tx, rows, viewerId);
  return rows.map((row) =>
    presentAnswer(tx.present, row, profileOf(profiles, row.senderId), reactions.get(row.id) ?? []),
  );
}

async function loadSurroundings(tx: ReadTx, rows: readonly MessageRow[], viewerId?: string) {
  const living = rows.filter((row) => row.deletedAt === null).map((row) => row.id);
  const profiles = await loadProfiles(
    tx,
    rows.map((row) => row.senderId),
  );
  return { profiles, reactions: await loadReactions(tx, living, viewerId) };
}
