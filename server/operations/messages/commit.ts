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
import { threadOf } from './thread-followers.js';

/** A message that may be said where it is said. */
export interface Saying {
  readonly draft: Draft & Pick<MessageRow, 'forwardedSenderId' | 'forwardedAt'>;
  /** Locked. */
  readonly room: RoomRow;
  /** `null` for the system. */
  readonly me: MemberRow | null;
  /** The message that is answered. */
  readonly answered: MessageRow | null;
  /** The message in whose thread it is said. */
  readonly root: MessageRow | null;
}

/** Commits a message, and tells whom it names and whom it answers. */
export async function commitMessage(op: Op, tx: WriteTx, saying: Saying): Promise<Message> {
  const { draft, room, me, answered, root } = saying;
  const { clock, ids, notifier } = op.kernel;
  const { userId: senderId, profile, isSystem } = op.caller;
  const { methods } = op.store;
  const at = clock.now();
  if (!isSystem) await checkPace(op, tx, room, me, at);
  const messageId = ids.next();
  const mentioned = await mentionsIn(op, tx, { room, me, messageId, at }, draft.mentions);
  const { mentions, named } = mentioned;
  const thread = root === null ? null : await threadOf(op, tx, { root, named, messageId, at });
  const told = await replyTold(op, tx, { messageId, at, answered, named });
  const isToldTwice = told.some(({ userId }) => userId === root?.senderId);
  const notifications = [...mentioned.notifications, ...told, ...(isToldTwice ? [] : (thread?.notifications ?? []))];
  // All of these logs at once, since they have to be locked in one order.
  if (thread !== null) await tx.lockPersonal([...thread.followers, ...notifications].map(({ userId }) => userId));
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
  const actorId = actorOf(op);
  const sent = await methods.sendMessage(tx, { message, sender: profile, actorId, named, notifications });
  if (root !== null && thread !== null) {
    await methods.noteReply(tx, { root, seq: sent.seq, at, actorId, followers: thread.followers });
  }
  return sent;
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
