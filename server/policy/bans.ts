import type { RoomAction } from '@confab/shared';
import type { Op } from '../operations/kernel.js';
import type { MemberRow, RoomRow } from '../store/rows.js';
import type { ReadTx } from '../store/transaction.js';

/** Whether the caller is banned from a room. */
export async function isBanned(op: Op, tx: ReadTx, roomId: string): Promise<boolean> {
  const { userId } = op.caller;
  const found = await op.store.methods.findBans(tx, { roomId, userIds: [userId], now: op.kernel.clock.now() });
  return found.size > 0;
}

/** What the table has to know of bans: nothing but for a stranger who wants to come in. */
export async function banFacts(
  op: Op,
  tx: ReadTx,
  action: RoomAction,
  { room, me }: { readonly room: RoomRow | null; readonly me: MemberRow | null },
): Promise<{ readonly isBanned?: true }> {
  if (action !== 'room.join' || room === null || me?.status === 'in') return {};
  return (await isBanned(op, tx, room.id)) ? { isBanned: true } : {};
}
