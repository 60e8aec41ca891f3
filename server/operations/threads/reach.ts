import { ChatError, invalid } from '@confab/shared';
import type { RoomAction } from '@confab/shared';
import type { Entry } from '../../policy/enter.js';
import type { MessagePlace } from '../../store/messages/find.js';
import type { MemberRow, RoomRow } from '../../store/rows.js';
import type { ReadTx, WriteTx } from '../../store/transaction.js';
import type { Op } from '../kernel.js';
import { authorize, floorOf, living } from '../../policy/reach.js';

/** A thread the caller may act on. */
export interface ReachedThread {
  readonly room: RoomRow;
  readonly me: MemberRow;
  /** The message it hangs on, perhaps a deleted one. */
  readonly root: MessagePlace;
}

/** Throws `VALIDATION` for a message that no thread can hang on. */
export function checkRoot({ threadId, kind }: Pick<MessagePlace, 'threadId' | 'kind'>): void {
  if (threadId !== null) throw invalid('threadId', 'A message in a thread has no thread of its own.');
  if (kind === 'system') throw invalid('threadId', 'A message of the system has no thread.');
}

/** The message of this room that a thread hangs on, deleted or not. One that the caller may not see is `NOT_FOUND`. */
export async function rootIn(op: Op, tx: ReadTx, { room, me }: Entry, threadId: string): Promise<MessagePlace> {
  const { methods } = op.store;
  const [place] = await methods.locateMessages(tx, { messageIds: [threadId] });
  if (place?.roomId !== room.id || place.seq < floorOf(room, me)) throw new ChatError('NOT_FOUND');
  if (await methods.isHidden(tx, { messageId: threadId, userId: op.caller.userId })) throw new ChatError('NOT_FOUND');
  checkRoot(place);
  return place;
}

/** Locks the thread's room, reads everything again and rules on the action. The host itself stands to no thread. */
export async function reachThread(op: Op, tx: WriteTx, action: RoomAction, threadId: string): Promise<ReachedThread> {
  const { methods } = op.store;
  const { userId } = op.caller;
  const [place] = await methods.locateMessages(tx, { messageIds: [threadId] });
  if (place === undefined) throw new ChatError('NOT_FOUND');
  const { roomId } = place;
  const found = living((await tx.lock([roomId])).get(roomId));
  const me = (await methods.membershipsOf(tx, { userId, roomIds: [roomId] })).get(roomId) ?? null;
  if (found !== null && me !== null) {
    const root = await rootIn(op, tx, { room: found, me }, threadId);
    return { room: await authorize(op, action, found, me), me, root };
  }
  await authorize(op, action, found, me);
  throw new ChatError('PERMISSION_DENIED', 'The host is not a member.');
}
