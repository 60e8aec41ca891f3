import { ChatError } from '@confab/shared';
import type { Message } from '@confab/shared';
import type { MemberRow, MessageRow, RoomRow } from '../../store/rows.js';
import type { NewNotification } from '../../store/messages/notifications.js';
import type { ReadTx, WriteTx } from '../../store/transaction.js';
import { actorOf } from '../kernel.js';
import type { Op } from '../kernel.js';
import { notificationFor } from '../notify.js';
import type { Draft } from './draft.js';
import { mentionsIn } from './mentions.js';

/** A message that may be said where it is said. */
export interface Saying {
  readonly draft: Draft & Pick<MessageRow, 'forwardedSenderId' | 'forwardedAt'>;
  /** Locked. */
  readonly room: RoomRow;
  /** `null` for the system. */
  readonly me: MemberRow | null;
  /** The message that is answered. */
  readonly answered: MessageRow | null;
}

/** Commits a message, and tells whom it names and whom it answers. */
export async function commitMessage(op: Op, tx: WriteTx, { draft, room, me, answered }: Saying): Promise<Message> {
  const { clock, ids, notifier } = op.kernel;
  const { userId: senderId, profile, isSystem } = op.caller;
  const at = clock.now();
  if (!isSystem) await checkPace(op, tx, room, me, at);
  const messageId = ids.next();
  const mentioned = await mentionsIn(op, tx, { room, me, messageId, at }, draft.mentions);
  const { mentions, named } = mentioned;
  const notifications = [...mentioned.notifications, ...(await replyTold(op, tx, { messageId, at, answered, named }))];
  const message = {
    ...draft,
    id: messageId,
    kind: isSystem ? ('system' as const) : ('user' as const),
    senderId,
    mentions,
    mentionsRoom: mentions.includes('@room'),
    createdAt: at,
  };
  tx.afterCommit(() => notifier.delivered(notifications));
  return op.store.methods.sendMessage(tx, { message, sender: profile, actorId: actorOf(op), named, notifications });
}

/** Whoever is answered hears of it, unless they were named as well and hear of that. */
async function replyTold(
  op: Op,
  tx: ReadTx,
  {
    messageId,
    at,
    answered,
    named,
  }: Pick<Saying, 'answered'> & {
    readonly messageId: string;
    readonly at: Date;
    readonly named: readonly string[];
  },
): Promise<readonly NewNotification[]> {
  if (answered === null || answered.kind === 'system' || named.includes(answered.senderId)) return [];
  const { roomId, senderId } = answered;
  const members = await op.store.methods.membersAmong(tx, { roomId, userIds: [senderId] });
  const event = { kind: 'reply', roomId, messageId, actorId: op.caller.userId, at } as const;
  return notificationFor(op, event, members.get(senderId));
}

/** Slow mode: one message per interval for those without a role. */
async function checkPace(op: Op, tx: ReadTx, room: RoomRow, me: MemberRow | null, now: Date): Promise<void> {
  if (room.slowModeSeconds === 0 || me?.role !== 'member') return;
  const last = await op.store.methods.lastSentAt(tx, { roomId: room.id, senderId: me.userId });
  const retryAfterMs = last === null ? 0 : last.getTime() + room.slowModeSeconds * 1_000 - now.getTime();
  if (retryAfterMs > 0) throw new ChatError('RATE_LIMITED', undefined, { details: { retryAfterMs } });
}
