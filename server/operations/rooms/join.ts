import { ChatError } from '@confab/shared';
import type { Room } from '@confab/shared';
import { mutation } from '../operation.js';
import { answer, enterShared, requireRooms, requireSpace } from './entry.js';
import { oneRoom } from './inputs.js';
import { request } from './requests.js';
import { sayGone, saySystem } from './system-messages.js';

/** How an attempt to join went. */
export interface JoinResult {
  readonly status: 'joined' | 'requested';
  readonly room: Room;
}

/** What is left after leaving. */
export interface LeaveResult {
  readonly roomId: string;
  /** The caller was the last member, and the room is gone. */
  readonly deleted: boolean;
}

/**
 * Makes the caller a member of a public room that is open to everyone; where the join policy says `request`, those who run
 * the room are asked instead. Joining or asking twice is fine.
 */
export const join = mutation('room.join', oneRoom, async (op, { roomId }): Promise<JoinResult> => {
  const { userId, isSystem } = op.caller;
  const customOf = await op.kernel.custom.ofNewMembers([userId]);
  return op.store.write(async (tx) => {
    const { room, me } = await enterShared(op, tx, 'room.join', roomId);
    if (me?.status === 'in') {
      op.unchanged?.();
    } else {
      if (isSystem) throw new ChatError('PERMISSION_DENIED', 'The host is not a user; add a member instead.');
      if (room.joinPolicy === 'invite') throw new ChatError('PERMISSION_DENIED');
      if (room.joinPolicy === 'request') {
        await request(op, tx, roomId);
        return { status: 'requested', room: await answer(op, tx, roomId) };
      }
      requireSpace(room, 1);
      await tx.lockPersonal([userId]);
      await requireRooms(op, tx, [userId]);
      await op.store.methods.joinRoom(tx, { roomId, userId, at: op.kernel.clock.now(), customOf });
      await saySystem(op, tx, roomId, 'member.joined', [userId]);
    }
    return { status: 'joined', room: await answer(op, tx, roomId) };
  });
});

/** Ends the caller's membership. An owner's leaving passes the room on; the last member's deletes it. */
export const leave = mutation('room.leave', oneRoom, (op, { roomId }): Promise<LeaveResult> =>
  op.store.write(async (tx) => {
    const { me, room } = await enterShared(op, tx, 'room.leave', roomId);
    if (me?.status !== 'in') throw new ChatError('PERMISSION_DENIED');
    const at = op.kernel.clock.now();
    const { isDeleted } = await op.store.methods.leaveRoom(tx, { roomId, userId: me.userId, at });
    await sayGone(op, tx, roomId, 'member.left', { userIds: [me.userId], ownerId: room.ownerId });
    return { roomId, deleted: isDeleted };
  }),
);
