import { ChatError } from '@confab/shared';
import type { RoomAction, Situation } from '@confab/shared';
import type { Op } from '../operations/kernel.js';
import { factsFor } from './facts.js';
import type { Circumstances } from './policy.js';
import type { MemberRow, RoomRow } from '../store/rows.js';
import type { ReadTx, WriteTx } from '../store/transaction.js';

/** A room that the caller was let into, and who they are in it. */
export interface Entry {
  readonly room: RoomRow;
  /** `null` for a stranger who may act all the same, and for the system when it is not a member. */
  readonly me: MemberRow | null;
}

type Extra = Pick<Situation, 'isSender' | 'isBlocked' | 'isBanned'>;

/** Locks the room, reads the caller's membership under the lock and rules on the action. */
export async function enter(
  op: Op,
  tx: WriteTx,
  action: RoomAction,
  roomId: string,
  extra: Extra = {},
): Promise<Entry> {
  const rooms = await tx.lock([roomId]);
  return admit(op, tx, action, rooms.get(roomId) ?? null, extra);
}

/** The same for a query, which locks nothing. */
export async function look(op: Op, tx: ReadTx, action: RoomAction, roomId: string, extra: Extra = {}): Promise<Entry> {
  const room = await op.store.methods.findRoom(tx, { roomId });
  return admit(op, tx, action, room, extra);
}

/** Rules on an action in a room that was read (and, in a write, locked) before. */
export async function admit(
  op: Op,
  tx: ReadTx,
  action: RoomAction,
  found: RoomRow | null,
  extra: Extra = {},
): Promise<Entry> {
  const room = found !== null && found.deletedAt === null && found.kind !== 'user' ? found : null;
  const me =
    room === null ? null : await op.store.methods.findMember(tx, { roomId: room.id, userId: op.caller.userId });
  if (!op.caller.isSystem) {
    const facts = { ...extra, ...(await factsFor(op, tx, action, { room, me })) };
    await op.kernel.policy.require(op.caller.userId, action, situation(op, room, me, facts));
  }
  if (room === null) throw new ChatError('NOT_FOUND');
  return { room, me };
}

/** What the table is asked about. */
export function situation(op: Op, room: RoomRow | null, me: MemberRow | null, extra: Extra = {}): Circumstances {
  return { room, me: me?.status === 'in' ? me : null, now: op.kernel.clock.now(), ...extra };
}
