import type { Reaction } from '@confab/shared';
import { loadReactions } from '../present/message.js';
import type { ReadTx, WriteTx } from '../transaction.js';
import { notify } from './notifications.js';
import type { NewNotification } from './notifications.js';

/** One user's reaction to a message of a locked room. */
export interface ReactionInput {
  readonly roomId: string;
  readonly messageId: string;
  readonly userId: string;
  readonly emoji: string;
  readonly actorId: string | null;
  readonly at: Date;
}

/** What became of a reaction; `notified`: it was added, and the notification that came with it was kept. */
export type ReactionOutcome = 'added' | 'notified' | 'unchanged' | 'full';

export interface ReactionAddition extends ReactionInput {
  /** Whether the user's other reactions to the message go. */
  readonly isOnlyOne: boolean;
  /** How many different emoji a message may have. */
  readonly maxEmoji: number;
  /** For the message's author, unless one of this user is there already. */
  readonly notification: NewNotification | null;
}

/** Adds a reaction and logs it; does nothing when it is there, or when the message has too many different ones. */
export async function reactToMessage(tx: WriteTx, input: ReactionAddition): Promise<ReactionOutcome> {
  const { roomId, messageId, userId, emoji, actorId, at, isOnlyOne } = input;
  const own = await tx.db.chatReaction.findMany({ where: { messageId, userId }, orderBy: { createdAt: 'asc' } });
  const others = isOnlyOne ? own.filter((reaction) => reaction.emoji !== emoji) : [];
  const isThere = own.some((reaction) => reaction.emoji === emoji);
  if (isThere && others.length === 0) return 'unchanged';
  const replaced = others.map((reaction) => reaction.emoji);
  if (replaced.length > 0) {
    await tx.db.chatReaction.deleteMany({ where: { messageId, userId, emoji: { in: replaced } } });
  }
  if (!isThere) {
    if (await isFull(tx, messageId, emoji, input.maxEmoji)) {
      // Nothing may change when it is refused, and the caller may be part of a larger transaction.
      if (replaced.length > 0) await tx.db.chatReaction.createMany({ data: others });
      return 'full';
    }
    await tx.db.chatReaction.create({ data: { messageId, userId, emoji, roomId, createdAt: at } });
  }
  const [first] = replaced;
  tx.append({
    roomId,
    type: 'message.reaction',
    actorId,
    at,
    data: { messageId, userIds: [userId], emoji, action: 'add', ...(first === undefined ? {} : { replaced: first }) },
  });
  if (input.notification === null || (await wasNotified(tx, input.notification))) return 'added';
  await notify(tx, { notifications: [input.notification] });
  return 'notified';
}

/** Takes a reaction back and logs it; does nothing when there is none. */
export async function unreactToMessage(tx: WriteTx, input: ReactionInput): Promise<'removed' | 'unchanged'> {
  const { roomId, messageId, userId, emoji, actorId, at } = input;
  const { count } = await tx.db.chatReaction.deleteMany({ where: { messageId, userId, emoji } });
  if (count === 0) return 'unchanged';
  const data = { messageId, userIds: [userId], emoji, action: 'remove' } as const;
  tx.append({ roomId, type: 'message.reaction', actorId, at, data });
  return 'removed';
}

/** The reactions of one message as one reader gets them. */
export async function reactionsOf(
  tx: ReadTx,
  { messageId, viewerId }: { readonly messageId: string; readonly viewerId: string },
): Promise<readonly Reaction[]> {
  return (await loadReactions(tx, [messageId], viewerId)).get(messageId) ?? [];
}

async function isFull(tx: ReadTx, messageId: string, emoji: string, maxEmoji: number): Promise<boolean> {
  const groups = await tx.db.chatReaction.groupBy({ by: ['emoji'], where: { messageId } });
  return groups.length >= maxEmoji && !groups.some((group) => group.emoji === emoji);
}

// One per person and message, for ever: taking a reaction back and giving it again must not ring twice.
async function wasNotified(tx: ReadTx, { messageId, userId, actorId }: NewNotification): Promise<boolean> {
  const where = { messageId, userId, actorId, kind: 'reaction' };
  return (await tx.db.chatNotification.findFirst({ where, select: { id: true } })) !== null;
}
