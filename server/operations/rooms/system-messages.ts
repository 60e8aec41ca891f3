import type { JsonObject } from '@confab/shared';
import type { WriteTx } from '../../store/transaction.js';
import type { Op } from '../kernel.js';
import { actorOf } from '../kernel.js';

/** What of a room's history is worth a line in its messages, and how it reads where nobody knows better. */
const lines = {
  'member.added': 'Members were added.',
  'member.joined': 'A member joined.',
  'member.left': 'A member left.',
  'member.removed': 'Members were removed.',
  'member.banned': 'A member was banned.',
  'room.ownerChanged': 'The room has a new owner.',
  'room.renamed': 'The room was renamed.',
} as const;

export type SystemNews = keyof typeof lines;

/**
 * With the setting `systemMessages`, says what happened in a message of the system, after the event that tells of it; a
 * room that is gone says nothing. It holds ids and no names, which may be erased one day: whoever shows it looks them up.
 */
export async function saySystem(
  op: Op,
  tx: WriteTx,
  roomId: string,
  event: SystemNews,
  userIds: readonly string[] = [],
): Promise<void> {
  const { settings, clock, ids } = op.kernel;
  if (!settings.systemMessages || tx.room(roomId).deletedAt !== null) return;
  const { userId: senderId, profile: sender } = op.caller;
  const custom: JsonObject = userIds.length === 0 ? { event } : { event, userIds };
  const message = {
    ...({ id: ids.next(), roomId, kind: 'system', senderId, content: lines[event], format: 'text', custom } as const),
    ...{ attachments: [], mentions: [], mentionsRoom: false, replyToId: null, threadId: null },
    ...{ clientId: null, bodyHash: null, forwardedSenderId: null, forwardedAt: null, createdAt: clock.now() },
  };
  const quiet = { named: [], notifications: [] };
  await op.store.methods.sendMessage(tx, { message, sender, actorId: actorOf(op), ...quiet });
}

/** The same for memberships that ended, and for the owner's going, by which the room may have passed to another. */
export async function sayGone(
  op: Op,
  tx: WriteTx,
  roomId: string,
  event: 'member.left' | 'member.removed' | 'member.banned',
  { userIds, ownerId }: { readonly userIds: readonly string[]; readonly ownerId: string | null },
): Promise<void> {
  await saySystem(op, tx, roomId, event, userIds);
  const heirId = tx.room(roomId).ownerId;
  if (heirId !== null && heirId !== ownerId) await saySystem(op, tx, roomId, 'room.ownerChanged', [heirId]);
}
