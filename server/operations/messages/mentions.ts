import type { Mention } from '@confab/shared';
import type { NewNotification } from '../../store/messages/notifications.js';
import type { MemberRow, RoomRow } from '../../store/rows.js';
import type { WriteTx } from '../../store/transaction.js';
import type { Op } from '../kernel.js';
import { notificationFor } from '../notify.js';
import { authorize } from '../../policy/reach.js';

/** Where a message is about to be said. */
interface Place {
  readonly room: RoomRow;
  readonly me: MemberRow | null;
  readonly messageId: string;
  readonly at: Date;
}

/** Whom a message names. */
export interface Mentioned {
  /** Without those who could not read it. */
  readonly mentions: readonly Mention[];
  readonly named: readonly string[];
  readonly notifications: readonly NewNotification[];
}

/** Rules on `@room`, drops who is not a member, and finds out who is to hear of it. */
export async function mentionsIn(op: Op, tx: WriteTx, place: Place, asked: readonly Mention[]): Promise<Mentioned> {
  const { room, me, messageId, at } = place;
  const { id: roomId } = room;
  if (asked.includes('@room')) await authorize(op, 'message.mentionRoom', room, me);
  const userIds = asked.filter((mention) => mention !== '@room');
  const members = await op.store.methods.membersAmong(tx, { roomId, userIds });
  const event = { kind: 'mention', roomId, messageId, actorId: op.caller.userId, at } as const;
  return {
    mentions: asked.filter((mention) => mention === '@room' || members.has(mention)),
    named: userIds.filter((userId) => members.has(userId)),
    notifications: userIds.flatMap((userId) => notificationFor(op, event, members.get(userId))),
  };
}
