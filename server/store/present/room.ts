import type { OwnMember, Room, RoomKind, RoomState } from '@confab/shared';
import type { RoomRow } from '../rows.js';

/** A room as events carry it: the same for every reader. `seq` is that of its newest event. */
export function presentRoom(row: RoomRow): RoomState {
  return {
    id: row.id,
    kind: row.kind as RoomKind,
    name: row.name,
    description: row.description,
    image: row.image,
    visibility: row.visibility,
    joinPolicy: row.joinPolicy,
    history: row.history,
    locked: row.locked,
    slowModeSeconds: row.slowModeSeconds,
    maxMembers: row.maxMembers,
    ownerId: row.ownerId,
    memberCount: row.memberCount,
    seq: row.lastSeq,
    preferences: row.preferences,
    custom: row.custom,
    lastActivityAt: row.lastActivityAt,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

/** A room as an answer to one user carries it; `me` is `null` for a stranger. */
export function presentRoomFor(row: RoomRow, me: OwnMember | null): Room {
  return { ...presentRoom(row), me };
}
