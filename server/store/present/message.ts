import type {
  ForwardSnapshot,
  Message,
  MessageState,
  Reaction,
  ReactionCount,
  ReplySnapshot,
  UserProfile,
} from '@confab/shared';
import type { ChatRemovedMessage } from '../generated/sqlite/client.js';
import { plainMessage } from '../port.js';
import type { MessageRow } from '../rows.js';
import type { ReadTx } from '../transaction.js';
import { messageRow } from '../records.js';
import { loadProfiles, profileOf } from './user.js';
import type { Profiles } from './user.js';
import type { Presentation } from './presentation.js';

/** A message as Confab itself has it, with whichever kind of reactions it was given. */
type Described<Count extends ReactionCount> = Omit<MessageState, 'reactions'> & {
  readonly reactions: readonly Count[];
};

/** What of others is told with a message. */
export interface Surroundings {
  readonly profiles: Profiles;
  /** The messages that are answered, by id; those that are gone without a trace are left out. */
  readonly repliedTo: ReadonlyMap<string, MessageRow>;
  /** How many living messages the threads of these messages hold, by message id; those without any are left out. */
  readonly threadCounts: ReadonlyMap<string, number>;
}

/** Of a message that answers and forwards nothing and that nobody has answered in a thread. */
export function alone(sender: UserProfile): Surroundings {
  return { profiles: new Map([[sender.id, sender]]), repliedTo: new Map(), threadCounts: new Map() };
}

/** A message as events carry it today; one with `deletedAt` is a tombstone whatever its row still holds. */
export function presentMessage(
  present: Presentation,
  row: MessageRow,
  around: Surroundings,
  reactions: readonly ReactionCount[],
): MessageState {
  return present.message(describe(row, around, reactions), row);
}

/** The same as an answer carries it: a host presents what is the same for everyone, and `mine` is added afterwards. */
export function presentAnswer(
  present: Presentation,
  row: MessageRow,
  around: Surroundings,
  reactions: readonly Reaction[],
): Message {
  if (present.isPlain) return describe(row, around, reactions);
  return answering(presentMessage(present, row, around, countsOf(reactions)), row.deletedAt === null ? reactions : []);
}

/** A presented message with the reactions of one reader, unless the host left reactions out. */
export function answering(presented: MessageState, reactions: readonly Reaction[]): Message {
  // What the host left out, the types of its router leave out, too.
  return ('reactions' in presented ? { ...presented, reactions } : presented) as Message;
}

function describe<Count extends ReactionCount>(
  row: MessageRow,
  around: Surroundings,
  reactions: readonly Count[],
): Described<Count> {
  const isDeleted = row.deletedAt !== null;
  return {
    id: row.id,
    roomId: row.roomId,
    seq: row.seq,
    kind: row.kind,
    senderId: row.senderId,
    sender: profileOf(around.profiles, row.senderId),
    content: isDeleted ? null : row.content,
    format: row.format,
    replyTo: replyOf(row, around),
    threadId: row.threadId,
    threadCount: around.threadCounts.get(row.id) ?? 0,
    forwardedFrom: forwardOf(row, around),
    attachments: isDeleted ? [] : row.attachments,
    mentions: isDeleted ? [] : row.mentions,
    reactions: isDeleted ? [] : reactions,
    custom: isDeleted ? {} : row.custom,
    pinnedAt: isDeleted ? null : row.pinnedAt,
    editedAt: row.editedAt,
    deletedAt: row.deletedAt,
    createdAt: row.createdAt,
    clientId: row.clientId,
  };
}

function replyOf({ replyToId }: MessageRow, { profiles, repliedTo }: Surroundings): ReplySnapshot | null {
  const found = replyToId === null ? undefined : repliedTo.get(replyToId);
  if (found === undefined) return null;
  const { id, seq, senderId, content, deletedAt } = found;
  const sender = profileOf(profiles, senderId);
  return { id, seq, senderId, sender, content: deletedAt === null ? content : null, deletedAt };
}

function forwardOf(
  { forwardedSenderId: senderId, forwardedAt: createdAt }: MessageRow,
  { profiles }: Surroundings,
): ForwardSnapshot | null {
  if (senderId === null || createdAt === null) return null;
  return { senderId, sender: profileOf(profiles, senderId), createdAt };
}

/** What is left of a message whose row was removed, as a row: a tombstone. */
export function removedRow(removed: ChatRemovedMessage): MessageRow {
  return {
    ...removed,
    ...plainMessage,
    kind: 'user',
    content: null,
    format: 'text',
    attachments: [],
    custom: {},
    threadId: removed.threadId,
    deletedAt: removed.deletedAt,
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

/** The messages as events carry them, in six statements at most. Same order and length. */
export async function loadMessageStates(tx: ReadTx, rows: readonly MessageRow[]): Promise<MessageState[]> {
  const around = await loadSurroundings(tx, rows);
  const reactions = await loadReactions(tx, livingIds(rows));
  return rows.map((row) => presentMessage(tx.present, row, around, countsOf(reactions.get(row.id) ?? [])));
}

/** The messages as answers to `viewerId` carry them, in six statements at most. Same order and length. */
export async function loadMessages(tx: ReadTx, rows: readonly MessageRow[], viewerId: string): Promise<Message[]> {
  const around = await loadSurroundings(tx, rows);
  const reactions = await loadReactions(tx, livingIds(rows), viewerId);
  return rows.map((row) => presentAnswer(tx.present, row, around, reactions.get(row.id) ?? []));
}

/** Nobody is told what people thought of a deleted message. */
export function livingIds(rows: readonly MessageRow[]): readonly string[] {
  return rows.filter((row) => row.deletedAt === null).map((row) => row.id);
}

/** Beyond what some messages name themselves. */
interface Others {
  /** Others whose profiles are wanted. */
  readonly userIds?: readonly string[];
  /** Messages the size of whose threads is wanted, by room id. */
  readonly threads?: readonly ThreadPlace[];
}

type ThreadPlace = Pick<MessageRow, 'id' | 'roomId'>;

/**
 * What is told with these messages, in one statement for people, one for threads and, where there are any, two for what
 * is answered.
 */
export async function loadSurroundings(
  tx: ReadTx,
  rows: readonly MessageRow[],
  { userIds = [], threads = [] }: Others = {},
): Promise<Surroundings> {
  const repliedTo = await loadRepliedTo(tx, rows);
  const named = [...rows, ...repliedTo.values()].flatMap(({ senderId, forwardedSenderId }) =>
    forwardedSenderId === null ? [senderId] : [senderId, forwardedSenderId],
  );
  // A message in a thread has none of its own.
  const threadCounts = await loadThreadCounts(tx, [...threads, ...rows.filter(({ threadId }) => threadId === null)]);
  return { profiles: await loadProfiles(tx, [...userIds, ...named]), repliedTo, threadCounts };
}

/** How many living messages these threads hold, by the id of the message they hang on. One statement. */
async function loadThreadCounts(tx: ReadTx, threads: readonly ThreadPlace[]): Promise<ReadonlyMap<string, number>> {
  if (threads.length === 0) return new Map();
  const groups = await tx.db.chatMessage.groupBy({
    by: ['threadId'],
    // By room as well, since that is how they are indexed.
    where: {
      roomId: { in: [...new Set(threads.map(({ roomId }) => roomId))] },
      threadId: { in: [...new Set(threads.map(({ id }) => id))] },
      deletedAt: null,
    },
    _count: { _all: true },
  });
  return new Map(groups.flatMap(({ threadId, _count }) => (threadId === null ? [] : [[threadId, _count._all]])));
}

async function loadRepliedTo(tx: ReadTx, rows: readonly MessageRow[]): Promise<ReadonlyMap<string, MessageRow>> {
  const held = new Map(rows.map((row) => [row.id, row]));
  const ids = new Set(rows.flatMap(({ replyToId }) => replyToId ?? []));
  const missing = [...ids].filter((id) => !held.has(id));
  if (missing.length === 0) return held;
  const where = { id: { in: missing } };
  const found = (await tx.db.chatMessage.findMany({ where })).map(messageRow);
  const removed =
    found.length === missing.length ? [] : (await tx.db.chatRemovedMessage.findMany({ where })).map(removedRow);
  return new Map([...held, ...[...found, ...removed].map((row) => [row.id, row] as const)]);
}
