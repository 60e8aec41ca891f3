import type { OwnMember, Room, RoomKind, RoomState } from '@confab/shared';
import type { RoomRow } from '../rows.js';
import type { ReadTx } from '../transaction.js';
import type { Presentation } from './presentation.js';

/** A room as events carry it: the same for every reader. `seq` is that of its newest event. */
export function presentRoom(present: Presentation, row: RoomRow): RoomState {
  return present.room(describe(row), row);
}

function describe(row: RoomRow): RoomState {
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
export function presentRoomFor(present: Presentation, row: RoomRow, me: OwnMember | null): Room {
  return { ...presentRoom(present, row), me };
}

/** The room with the host's own columns as they are now: not every statement reads them, and some may just be written. */
export async function withOwnColumns(tx: ReadTx, row: RoomRow): Promise<RoomRow> {
  const names = tx.present.columns.room;
  if (names.length === 0) return row;
  // They were found in the client's model when the chat was made.
  const select = Object.fromEntries(names.map((name) => [name, true])) as { id: true };
  return { ...row, ...(await tx.db.chatRoom.findUnique({ where: { id: row.id }, select })) };
}
