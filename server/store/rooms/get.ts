import type { Room } from '@confab/shared';
import { presentOwnMember } from '../present/member.js';
import { presentRoomFor, withOwnColumns } from '../present/room.js';
import { loadProfiles, profileOf } from '../present/user.js';
import type { MemberRow, RoomRow } from '../rows.js';
import type { ReadTx } from '../transaction.js';

/** The room as an answer to the one whose membership `me` is carries it. A past membership shows nothing. */
export async function getRoom(
  tx: ReadTx,
  { room, me }: { readonly room: RoomRow; readonly me: MemberRow | null },
): Promise<Room> {
  const { present } = tx;
  const row = await withOwnColumns(tx, room);
  if (me === null || me.status === 'out') return presentRoomFor(present, row, null);
  const profiles = await loadProfiles(tx, [me.userId]);
  return presentRoomFor(present, row, presentOwnMember(present, me, profileOf(profiles, me.userId)));
}
