import { ChatError } from '@confab/shared';
import type { ProcedurePermission, RoomAction } from '@confab/shared';
import type { Op } from '../operations/kernel.js';
import { floorOf, isSaidBy, lookAt } from './reach.js';
import type { ReadTx } from '../store/transaction.js';
import { look } from './enter.js';

/** What an input is about, whatever the operation. */
type Target =
  { readonly roomId: string } | { readonly messageId: string } | { readonly messageIds: readonly string[] } | undefined;

/**
 * Whether the caller may do any of these with what the input is about, as far as can be told ahead of the operation,
 * which asks again under its lock. What they may not see is a no.
 */
export async function mayBegin(op: Op, needs: readonly ProcedurePermission[], input: unknown): Promise<boolean> {
  if (op.caller.isSystem) return true;
  const target = targetOf(input);
  if (target === undefined) return true;
  return op.store.read(async (tx) => {
    for (const need of needs) if (need === 'self' || (await isAllowed(op, tx, need, target))) return true;
    return false;
  });
}

function targetOf(input: unknown): Target {
  if (typeof input !== 'object' || input === null) return undefined;
  const { roomId, messageId, threadId, messageIds } = input as Readonly<Record<string, unknown>>;
  if (typeof roomId === 'string') return { roomId };
  // A thread is what hangs on a message.
  if (typeof threadId === 'string') return { messageId: threadId };
  if (typeof messageId === 'string') return { messageId };
  return Array.isArray(messageIds) ? { messageIds: messageIds as readonly string[] } : undefined;
}

async function isAllowed(op: Op, tx: ReadTx, action: RoomAction, target: NonNullable<Target>): Promise<boolean> {
  try {
    if ('roomId' in target) await look(op, tx, action, target.roomId);
    else if ('messageId' in target) await lookAt(op, tx, action, target.messageId);
    else return await areAllowed(op, tx, action, target.messageIds);
    return true;
  } catch (error) {
    if (error instanceof ChatError && error.code !== 'UNAVAILABLE' && error.code !== 'INTERNAL') return false;
    throw error;
  }
}

/** The same for messages of perhaps several rooms: all of them or none. */
async function areAllowed(op: Op, tx: ReadTx, action: RoomAction, messageIds: readonly string[]): Promise<boolean> {
  const wanted = new Set(messageIds);
  const places = await op.store.methods.locateMessages(tx, { messageIds: [...wanted] });
  if (places.length < wanted.size) return false;
  for (const roomId of new Set(places.map((place) => place.roomId))) {
    const own = places.filter((place) => place.roomId === roomId);
    const isSender = own.every((place) => isSaidBy(place, op.caller.userId));
    const { room, me } = await look(op, tx, action, roomId, { isSender });
    const floor = floorOf(room, me);
    if (own.some((place) => place.seq < floor)) return false;
  }
  return true;
}
