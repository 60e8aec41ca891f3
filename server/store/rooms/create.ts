import type { RoomRow } from '../rows.js';
import type { WriteTx } from '../transaction.js';
import { insertMembers } from './add.js';
import type { Joining } from './add.js';

/** A room as it is made; where it stands in the log is the store's own. */
export type NewRoom = Omit<RoomRow, 'shard' | 'lastSeq' | 'lastPos' | 'authzVersion' | 'memberCount'>;

/**
 * Makes a room with its first members, in the order given, and logs `room.created`, which is `seq` 1 and joins them
 * all. The owner, if the room has one, is among them.
 */
export async function createRoom(
  tx: WriteTx,
  input: {
    readonly room: NewRoom;
    readonly userIds: readonly string[];
    readonly actorId: string | null;
    readonly customOf?: Joining['customOf'];
  },
): Promise<RoomRow> {
  const { room, userIds, actorId, customOf } = input;
  await tx.insertRoom({ ...room, memberCount: userIds.length });
  const joinSeq = tx.append({
    roomId: room.id,
    type: 'room.created',
    actorId,
    at: room.createdAt,
    data: { userIds },
  });
  const { ownerId, createdAt: at } = room;
  await insertMembers(tx, { roomId: room.id, userIds, joinSeq, at, ownerId, customOf });
  return tx.room(room.id);
}
