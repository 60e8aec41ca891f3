import { ruledAs } from '@confab/shared';
import type { ChatErrorCode, Room, RoomAction } from '@confab/shared';
import type { Op } from '../operations/kernel.js';
import { floorOf, isSaidBy } from './reach.js';
import type { MessagePlace } from '../store/messages/find.js';
import type { MemberRow, RoomRow } from '../store/rows.js';
import type { ReadTx } from '../store/transaction.js';
import { situation } from './enter.js';
import { factsFor } from './facts.js';

/** What `chat.can` asks about: a room, or messages of one room. */
export type CanTarget = { readonly roomId: string } | { readonly messageIds: readonly string[] };

/** Whether a user may do a thing, and what they would be told if not. */
export interface Permission {
  readonly allowed: boolean;
  /** Absent when allowed. */
  readonly code?: ChatErrorCode;
  /** As the user sees it; `null` when there is none for them. */
  readonly room: Room | null;
}

/** Asks the permission table (and the host's overrides) outside any operation. Messages of several rooms: `VALIDATION`. */
export async function can(op: Op, action: RoomAction, target: CanTarget): Promise<Permission> {
  const { methods } = op.store;
  const { userId } = op.caller;
  return op.store.read(async (tx) => {
    const found =
      'messageIds' in target ? await methods.locateMessages(tx, { messageIds: [...new Set(target.messageIds)] }) : [];
    const roomIds = 'roomId' in target ? [target.roomId] : [...new Set(found.map((message) => message.roomId))];
    if (roomIds.length > 1) return { allowed: false, code: 'VALIDATION', room: null };
    const [roomId] = roomIds;
    const isComplete = !('messageIds' in target) || found.length === new Set(target.messageIds).size;
    if (roomId === undefined || !isComplete) return { allowed: false, code: 'NOT_FOUND', room: null };
    const row = await methods.findRoom(tx, { roomId });
    const room = row === null || row.deletedAt !== null || row.kind === 'user' ? null : row;
    const me = room === null ? null : await methods.findMember(tx, { roomId, userId });
    const isSender = found.length > 0 && found.every((message) => isSaidBy(message, userId));
    if (room !== null && me?.status === 'in' && !(await areThere(op, tx, action, { room, me, found })))
      return { allowed: false, code: 'NOT_FOUND', room: null };
    const facts = { isSender, ...(await factsFor(op, tx, action, { room, me })) };
    const asked = ruledAs(action, isSender);
    const verdict = await op.kernel.policy.verdict(userId, asked, situation(op, room, me, facts));
    const seen = room === null || verdict === 'NOT_FOUND' ? null : await methods.getRoom(tx, { room, me });
    return verdict === 'allowed' ? { allowed: true, room: seen } : { allowed: false, code: verdict, room: seen };
  });
}

/** What is done with a message only for as long as it is not deleted. */
const ofTheLiving: ReadonlySet<RoomAction> = new Set([
  ...(['message.edit', 'message.react', 'message.unreact', 'message.pin', 'message.unpin'] as const),
]);

interface Asked {
  readonly room: RoomRow;
  readonly me: MemberRow;
  readonly found: readonly MessagePlace[];
}

/** Whether a member could do this with messages that are there for them, as the procedures look for them. */
async function areThere(op: Op, tx: ReadTx, action: RoomAction, { room, me, found }: Asked): Promise<boolean> {
  const { methods } = op.store;
  for (const { id: messageId, seq, deletedAt } of found) {
    if (seq < floorOf(room, me)) return false;
    // What is gone already is passed over by a deletion.
    if (action === 'message.delete') continue;
    if (deletedAt !== null && ofTheLiving.has(action)) return false;
    if (deletedAt !== null && (await methods.findMessage(tx, { messageId })) === null) return false;
    if (await methods.isHidden(tx, { messageId, userId: me.userId })) return false;
  }
  return true;
}
