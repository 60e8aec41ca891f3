import type { RoomRow } from '../rows.js';
import type { WriteTx } from '../transaction.js';
import { insertMembers } from './add.js';

/** A room as it is made; where it stands in the log is the store's own. */
export type NewRoom = Omit<RoomRow, 'shard' | 'lastSeq' | 'lastPos' | 'authzVersion' | 'memberCount'>;

/**
 * Makes a room with its first members, in the order given, and logs `room.created`, which is `seq` 1 and joins them
 * all. The owner, if the room has one, is among them.
 */
export async function createRoom(
  tx: WriteTx,
  input: { readonly room: NewRoom; readonly userIds: readonly string[]; readonly actorId: string | null },
): Promise<RoomRow> {
  const { room, userIds, actorId } = input;
  await tx.insertRoom({ ...room, memberCount: userIds.length });
  const joinSeq = tx.append({
    roomId: room.id,
    type: 'room.created',
    actorId,
    at: room.createdAt,
    data: { userIds },
  });
  await insertMembers(tx, { roomId: room.id, userIds, joinSeq, at: room.createdAt, ownerId: room.ownerId });
  return tx.room(room.id);
}
