import { ChatError, isBlank } from '@confab/shared';
import type { Reaction } from '@confab/shared';
import { z } from 'zod';
import type { Settings } from '../../settings.js';
import type { ReadTx } from '../../store/transaction.js';
import * as inputs from '../inputs.js';
import type { Op } from '../kernel.js';
import { mutation } from '../operation.js';
import { actorOf } from '../kernel.js';
import { notificationFor } from '../notify.js';
import { reach } from '../../policy/reach.js';
import type { Reached } from '../../policy/reach.js';

/** Different emoji on one message: more than anyone looks at, and a bound on what a message carries. */
const maxEmoji = 100;

const input = ({ limits }: Settings) =>
  z.strictObject({
    messageId: inputs.id,
    emoji: z
      .string()
      .min(1)
      .max(limits.emojiLength)
      .refine((value) => !isBlank(value) && !/[\p{Cc}\p{Cs}]/u.test(value), 'must be visible text without controls'),
  });

/** The message's reactions as they are after the call. */
export interface MessageReactions {
  readonly messageId: string;
  readonly reactions: readonly Reaction[];
}

/** Reacts to a message; an earlier reaction of the caller makes room unless several are allowed. */
export const react = mutation('message.react', input, async (op, { messageId, emoji }): Promise<MessageReactions> => {
  const { methods } = op.store;
  const { userId } = op.caller;
  return op.store.write(async (tx) => {
    const reached = await reach(op, tx, 'message.react', messageId);
    const at = op.kernel.clock.now();
    const notification = await notificationOf(op, tx, reached, at);
    const outcome = await methods.reactToMessage(tx, {
      ...{ roomId: reached.room.id, messageId, userId, emoji, actorId: actorOf(op), at, maxEmoji },
      isOnlyOne: op.kernel.settings.reactions === 'one',
      notification,
    });
    if (outcome === 'unchanged') op.unchanged?.();
    if (outcome === 'notified' && notification !== null) {
      tx.afterCommit(() => op.kernel.notifier.delivered([notification]));
    }
    if (outcome === 'full') {
      throw new ChatError('CONFLICT', `At most ${maxEmoji} different reactions.`, {
        details: { constraint: 'reactions' },
      });
    }
    return { messageId, reactions: await methods.reactionsOf(tx, { messageId, viewerId: userId }) };
  });
});

/** Takes a reaction back. */
export const unreact = mutation(
  'message.unreact',
  input,
  async (op, { messageId, emoji }): Promise<MessageReactions> => {
    const { methods } = op.store;
    const { userId } = op.caller;
    return op.store.write(async (tx) => {
      const { room } = await reach(op, tx, 'message.unreact', messageId);
      const at = op.kernel.clock.now();
      const reaction = { roomId: room.id, messageId, userId, emoji, actorId: actorOf(op), at };
      if ((await methods.unreactToMessage(tx, reaction)) === 'unchanged') op.unchanged?.();
      return { messageId, reactions: await methods.reactionsOf(tx, { messageId, viewerId: userId }) };
    });
  },
);

/** For the author, while they are in the room and want to hear of it. */
async function notificationOf(op: Op, tx: ReadTx, { room, message }: Reached, at: Date) {
  const { senderId, id: messageId } = message;
  if (!op.kernel.settings.notifications || message.kind === 'system') return null;
  const members = await op.store.methods.membersAmong(tx, { roomId: room.id, userIds: [senderId] });
  const event = { kind: 'reaction', roomId: room.id, messageId, actorId: op.caller.userId, at } as const;
  return notificationFor(op, event, members.get(senderId))[0] ?? null;
}
