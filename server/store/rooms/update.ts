import type { RoomPatch, WriteTx } from '../transaction.js';

/** Changes a locked room's settings and logs `room.updated`. Rules may have changed with them, so the room is fenced. */
export function updateRoom(
  tx: WriteTx,
  input: {
    readonly roomId: string;
    readonly patch: RoomPatch;
    readonly actorId: string | null;
    readonly at: Date;
  },
): Promise<void> {
  const { roomId, patch, actorId, at } = input;
  tx.patch(roomId, { ...patch, updatedAt: at });
  tx.fence(roomId);
  tx.append({ roomId, type: 'room.updated', actorId, at, data: {} });
  return Promise.resolve();
}

/**
 * Deletes a locked room: `room.deleted` is its last event. Its rows stay, members too, so that those who are away learn
 * of it; the pair of a direct room is free for a new one.
 */
export function deleteRoom(
  tx: WriteTx,
  { roomId, actorId, at }: { readonly roomId: string; readonly actorId: string | null; readonly at: Date },
): Promise<void> {
  tx.append({ roomId, type: 'room.deleted', actorId, at, data: {} });
  tx.patch(roomId, { deletedAt: at, updatedAt: at, directKey: null });
  tx.fence(roomId);
  return Promise.resolve();
}
