import type { Message } from '@confab/shared';
import { alone, loadMessages, presentAnswer, removedRow } from '../present/message.js';
import { loadProfiles, profileOf } from '../present/user.js';
import { memberRow, messageRow } from '../records.js';
import type { MemberRow, MessageRow } from '../rows.js';
import type { ReadTx } from '../transaction.js';

/** Where a message stands, also one whose row was removed. */
export interface MessagePlace {
  readonly id: string;
  readonly roomId: string;
  readonly seq: number;
  readonly senderId: string;
  /** Of one whose row was removed: `user`. */
  readonly kind: MessageRow['kind'];
  /** The message whose thread it is in. */
  readonly threadId: string | null;
  readonly deletedAt: Date | null;
}

/** A message that was committed under a client id. */
export interface SentMessage {
  readonly bodyHash: string | null;
  readonly message: Message;
}

/** The message's row, a tombstone's too; `null` when there is none or it was removed. */
export async function findMessage(
  tx: ReadTx,
  { messageId }: { readonly messageId: string },
): Promise<MessageRow | null> {
  const record = await tx.db.chatMessage.findUnique({ where: { id: messageId } });
  return record === null ? null : messageRow(record);
}

/** Where these messages stand, in no order; unknown ones are left out. Two statements at most. */
export async function locateMessages(
  tx: ReadTx,
  { messageIds }: { readonly messageIds: readonly string[] },
): Promise<readonly MessagePlace[]> {
  const select = { id: true, roomId: true, seq: true, senderId: true, threadId: true, deletedAt: true } as const;
  const found = await tx.db.chatMessage.findMany({
    where: { id: { in: [...messageIds] } },
    select: { ...select, kind: true },
  });
  const kept = found.map((place) => ({ ...place, kind: place.kind as MessageRow['kind'] }));
  if (kept.length === messageIds.length) return kept;
  const known = new Set(kept.map((place) => place.id));
  const missing = messageIds.filter((id) => !known.has(id));
  const removed = await tx.db.chatRemovedMessage.findMany({ where: { id: { in: missing } }, select });
  return [...kept, ...removed.map((place) => ({ ...place, kind: 'user' as const }))];
}

/** What this sender committed in this room under this client id, for ever: a tombstone when it is gone. */
export async function findSent(
  tx: ReadTx,
  key: { readonly roomId: string; readonly senderId: string; readonly clientId: string },
): Promise<SentMessage | null> {
  const { roomId, senderId, clientId } = key;
  const where = { roomId, senderId, clientId };
  const record = await tx.db.chatMessage.findFirst({ where });
  if (record !== null) {
    const [message] = await loadMessages(tx, [messageRow(record)], senderId);
    return message === undefined ? null : { bodyHash: record.bodyHash, message };
  }
  const removed = await tx.db.chatRemovedMessage.findFirst({ where });
  if (removed === null) return null;
  const profiles = await loadProfiles(tx, [senderId]);
  const message = presentAnswer(tx.present, removedRow(removed), alone(profileOf(profiles, senderId)), []);
  return { bodyHash: removed.bodyHash, message };
}

/**
 * When the user last said something here, as slow mode sees it: deleting a message does not give the time back, and what
 * the system says of the user's doing takes none.
 */
export async function lastSentAt(
  tx: ReadTx,
  { roomId, senderId }: { readonly roomId: string; readonly senderId: string },
): Promise<Date | null> {
  const newest = { orderBy: { seq: 'desc' }, select: { createdAt: true } } as const;
  const kept = await tx.db.chatMessage.findFirst({ where: { roomId, senderId, kind: 'user' }, ...newest });
  const removed = await tx.db.chatRemovedMessage.findFirst({ where: { roomId, senderId }, ...newest });
  if (kept === null || removed === null) return (kept ?? removed)?.createdAt ?? null;
  return kept.createdAt > removed.createdAt ? kept.createdAt : removed.createdAt;
}

/** The user's current memberships of these rooms, by room id, in one statement. */
export async function membershipsOf(
  tx: ReadTx,
  { userId, roomIds }: { readonly userId: string; readonly roomIds: readonly string[] },
): Promise<ReadonlyMap<string, MemberRow>> {
  const records = await tx.db.chatMember.findMany({ where: { userId, roomId: { in: [...roomIds] }, status: 'in' } });
  return new Map(records.map((record) => [record.roomId, memberRow(record)]));
}

/** Those of these users who are in the room now, by user id, in one statement. */
export async function membersAmong(
  tx: ReadTx,
  { roomId, userIds }: { readonly roomId: string; readonly userIds: readonly string[] },
): Promise<ReadonlyMap<string, MemberRow>> {
  if (userIds.length === 0) return new Map();
  const records = await tx.db.chatMember.findMany({ where: { roomId, userId: { in: [...userIds] }, status: 'in' } });
  return new Map(records.map((record) => [record.userId, memberRow(record)]));
}

/** Whether the user deleted this message for themselves. */
export async function isHidden(
  tx: ReadTx,
  { messageId, userId }: { readonly messageId: string; readonly userId: string },
): Promise<boolean> {
  return (await tx.db.chatHiddenMessage.findFirst({ where: { userId, messageId } })) !== null;
}

/** The messages as one reader gets them; same order and length. */
export async function presentMessages(
  tx: ReadTx,
  { rows, viewerId }: { readonly rows: readonly MessageRow[]; readonly viewerId: string },
): Promise<readonly Message[]> {
  return loadMessages(tx, rows, viewerId);
}

/** Those of these messages of a room that the viewer may see, in the order they were sent in; no tombstones. */
export async function seenMessages(
  tx: ReadTx,
  input: {
    readonly roomId: string;
    readonly viewerId: string;
    /** The first `seq` the viewer may see. */
    readonly floorSeq: number;
    readonly messageIds: readonly string[];
  },
): Promise<readonly MessageRow[]> {
  const { roomId, viewerId: userId, floorSeq, messageIds } = input;
  const id = { in: [...new Set(messageIds)] };
  const hidden = await tx.db.chatHiddenMessage.findMany({
    where: { userId, messageId: id },
    select: { messageId: true },
  });
  const left = new Set(hidden.map(({ messageId }) => messageId));
  const where = { id, roomId, seq: { gte: floorSeq }, deletedAt: null };
  const records = await tx.db.chatMessage.findMany({ where, orderBy: { seq: 'asc' } });
  return records.filter((record) => !left.has(record.id)).map(messageRow);
}
