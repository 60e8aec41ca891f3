import { memberRow, roomRow } from '../records.js';
import type { MemberRow, RoomRow } from '../rows.js';
import type { ReadTx } from '../transaction.js';

/** The room as the transaction reads it, deleted or not; `null` when there is none. Locks nothing. */
export async function findRoom(tx: ReadTx, { roomId }: { readonly roomId: string }): Promise<RoomRow | null> {
  const record = await tx.db.chatRoom.findUnique({ where: { id: roomId } });
  return record === null ? null : roomRow(record);
}

/** The room its creator made with this client id, deleted or not. */
export async function findCreatedRoom(
  tx: ReadTx,
  { userId, clientId }: { readonly userId: string; readonly clientId: string },
): Promise<RoomRow | null> {
  const record = await tx.db.chatRoom.findFirst({ where: { createdBy: userId, clientId } });
  return record === null ? null : roomRow(record);
}

/** The living direct room of two users. */
export async function findDirectRoom(
  tx: ReadTx,
  { directKey }: { readonly directKey: string },
): Promise<RoomRow | null> {
  const record = await tx.db.chatRoom.findUnique({ where: { directKey } });
  return record === null ? null : roomRow(record);
}

/** The user's membership in the room, also a past one (`status: 'out'`); `null` when they never were in it. */
export async function findMember(
  tx: ReadTx,
  { roomId, userId }: { readonly roomId: string; readonly userId: string },
): Promise<MemberRow | null> {
  // Prisma makes one statement of what is asked for by `findUnique` at once, and by a key of two columns it may become too
  // long for the database.
  const record = await tx.db.chatMember.findFirst({ where: { roomId, userId } });
  return record === null ? null : memberRow(record);
}

/** The memberships of these users in the room by user id, also past ones. One statement. */
export async function findMembers(
  tx: ReadTx,
  { roomId, userIds }: { readonly roomId: string; readonly userIds: readonly string[] },
): Promise<ReadonlyMap<string, MemberRow>> {
  const records = await tx.db.chatMember.findMany({ where: { roomId, userId: { in: [...userIds] } } });
  return new Map(records.map((record) => [record.userId, memberRow(record)]));
}
