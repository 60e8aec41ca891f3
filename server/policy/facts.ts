import type { RoomAction, Situation } from '@confab/shared';
import type { Op } from '../operations/kernel.js';
import type { MemberRow, RoomRow } from '../store/rows.js';
import type { ReadTx } from '../store/transaction.js';

/** What the table asks beyond the room and the membership, where it asks for it. */
export type Facts = Pick<Situation, 'isBanned' | 'isBlocked'>;

/** Whether the caller is banned from a room. */
export async function isBanned(op: Op, tx: ReadTx, roomId: string): Promise<boolean> {
  const { userId } = op.caller;
  const found = await op.store.methods.findBans(tx, { roomId, userIds: [userId], now: op.kernel.clock.now() });
  return found.size > 0;
}

/**
 * Bans concern a stranger who wants to come in; blocks, what two say to each other. Whatever else is asked takes no
 * statement.
 */
export async function factsFor(
  op: Op,
  tx: ReadTx,
  action: RoomAction,
  { room, me }: { readonly room: RoomRow | null; readonly me: MemberRow | null },
): Promise<Facts> {
  if (room === null) return {};
  if (action === 'room.join') return me?.status !== 'in' && (await isBanned(op, tx, room.id)) ? { isBanned: true } : {};
  if (room.kind !== 'direct' || me?.status !== 'in' || !op.kernel.policy.isBlockable(action)) return {};
  const blocked = await op.store.methods.blocksAmong(tx, { userId: me.userId, others: othersOf(room, me.userId) });
  return blocked.size > 0 ? { isBlocked: true } : {};
}

/** The other side of a direct room. */
function othersOf({ directKey }: RoomRow, userId: string): readonly string[] {
  const both = directKey === null ? [] : (JSON.parse(directKey) as readonly string[]);
  return both.filter((id) => id !== userId);
}
