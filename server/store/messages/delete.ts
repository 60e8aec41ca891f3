import type { LogFacts } from '../../events/log.js';
import { dropThreads } from '../threads/drop.js';
import type { WriteTx } from '../transaction.js';

/** Messages of one locked room that are to go for everyone; all of them still there. */
export interface Deletion {
  readonly roomId: string;
  readonly messageIds: readonly string[];
  readonly actorId: string | null;
  readonly at: Date;
  /** Tombstones stay; otherwise the rows go and only ids and client ids are kept. */
  readonly softDelete: boolean;
}

/** Messages of one locked room that are to go for one user. */
export interface Hiding {
  readonly roomId: string;
  readonly userId: string;
  readonly messages: readonly { readonly id: string; readonly seq: number }[];
  readonly at: Date;
}

/** Deletes messages for everyone, with their reactions, mentions and notifications, and logs it once. */
export async function deleteMessages(tx: WriteTx, input: Deletion): Promise<void> {
  const { roomId, actorId, at } = input;
  const messageIds = [...input.messageIds];
  if (messageIds.length === 0) return;
  const threads = await clearMessages(tx, input);
  const data = { messageIds, ...(threads.length === 0 ? {} : { threads }) };
  tx.append({ roomId, type: 'message.deleted', actorId, at, data });
}

/** The same without logging it; returns which of them were in threads. */
export async function clearMessages(tx: WriteTx, input: Deletion): Promise<NonNullable<LogFacts['threads']>> {
  const { roomId, at, softDelete } = input;
  const messageIds = [...input.messageIds];
  const ofThem = { where: { messageId: { in: messageIds } } };
  await tx.db.chatReaction.deleteMany(ofThem);
  await tx.db.chatMention.deleteMany(ofThem);
  await tx.db.chatMessageVersion.deleteMany(ofThem);
  await tx.db.chatNotification.deleteMany(ofThem);
  const threads = await threadsAmong(tx, messageIds);
  if (softDelete) {
    await bury(tx, messageIds, at);
  } else {
    await remove(tx, roomId, messageIds, at);
    await dropThreads(tx, roomId, [...messageIds, ...threads.map(({ threadId }) => threadId)]);
  }
  return threads;
}

/** Those of these messages that are in threads, by thread. */
async function threadsAmong(tx: WriteTx, messageIds: string[]): Promise<NonNullable<LogFacts['threads']>> {
  const replies = await tx.db.chatMessage.findMany({
    where: { id: { in: messageIds }, threadId: { not: null } },
    select: { id: true, threadId: true },
    orderBy: { seq: 'asc' },
  });
  const byThread = new Map<string, string[]>();
  for (const { id, threadId } of replies) {
    if (threadId !== null) byThread.set(threadId, [...(byThread.get(threadId) ?? []), id]);
  }
  return [...byThread].map(([threadId, ids]) => ({ threadId, messageIds: ids }));
}

async function bury(tx: WriteTx, messageIds: string[], at: Date): Promise<void> {
  await tx.db.chatMessage.updateMany({
    where: { id: { in: messageIds } },
    data: {
      content: null,
      searchText: null,
      attachments: [],
      mentions: [],
      mentionsRoom: false,
      custom: {},
      pinnedAt: null,
      deletedAt: at,
    },
  });
}

async function remove(tx: WriteTx, roomId: string, messageIds: string[], at: Date): Promise<void> {
  const select = {
    id: true,
    roomId: true,
    seq: true,
    senderId: true,
    clientId: true,
    bodyHash: true,
    threadId: true,
    createdAt: true,
  } as const;
  const where = { id: { in: messageIds } };
  const rows = await tx.db.chatMessage.findMany({ where, select });
  await tx.db.chatRemovedMessage.createMany({ data: rows.map((row) => ({ ...row, deletedAt: at })) });
  await tx.db.chatMessage.deleteMany({ where });
  await tx.db.chatHiddenMessage.deleteMany({ where: { messageId: { in: messageIds } } });
  // A client id that no message holds any more would look free to a plain send that was authorised before.
  tx.fence(roomId);
}

/** Hides messages from one user and tells the user's other devices; what is hidden already stays so silently. */
export async function hideMessages(tx: WriteTx, input: Hiding): Promise<'hidden' | 'unchanged'> {
  const { roomId, userId, messages, at } = input;
  // The user's own log is the lock: two devices may hide the same message at once.
  const log = (await tx.lockPersonal([userId])).get(userId);
  const before = await tx.db.chatHiddenMessage.findMany({
    where: { userId, messageId: { in: messages.map((message) => message.id) } },
    select: { messageId: true },
  });
  const hidden = new Set(before.map((row) => row.messageId));
  const fresh = messages.filter((message) => !hidden.has(message.id));
  if (fresh.length === 0 || log === undefined) return 'unchanged';
  await tx.db.chatHiddenMessage.createMany({
    data: fresh.map(({ id, seq }) => ({ userId, messageId: id, roomId, seq })),
  });
  const messageIds = fresh.map((message) => message.id);
  tx.append({ roomId: log.id, type: 'message.hidden', actorId: userId, at, data: { aboutRoomId: roomId, messageIds } });
  return 'hidden';
}
