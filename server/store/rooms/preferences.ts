import type { MemberRow } from '../rows.js';
import type { WriteTx } from '../transaction.js';

/** What somebody set for themselves in a room. */
export type Preferences = Pick<MemberRow, 'notify' | 'archived' | 'pinned'>;

/** Sets one's own preferences of a room and tells one's other devices. The user's own log is locked. */
export async function setPreferences(
  tx: WriteTx,
  input: {
    readonly roomId: string;
    readonly userId: string;
    readonly preferences: Partial<Preferences>;
    readonly at: Date;
  },
): Promise<void> {
  const { roomId, userId, preferences, at } = input;
  const log = (await tx.lockPersonal([userId])).get(userId);
  await tx.db.chatMember.updateMany({ where: { roomId, userId }, data: preferences });
  if (log === undefined) return;
  tx.append({ roomId: log.id, type: 'preferences.updated', actorId: userId, at, data: { aboutRoomId: roomId } });
}
