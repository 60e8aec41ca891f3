import { ChatError } from '@confab/shared';
import type { ThreadStanding } from '@confab/shared';
import { z } from 'zod';
import type { ReadTx, WriteTx } from '../../store/transaction.js';
import * as inputs from '../inputs.js';
import type { Op } from '../kernel.js';
import { floorOf } from '../../policy/reach.js';
import { mutation } from '../operation.js';
import { reachThread } from './reach.js';
import type { ReachedThread } from './reach.js';

const oneThread = () => z.strictObject({ threadId: inputs.id });

const readInput = () =>
  z
    .strictObject({ threadId: inputs.id, seq: inputs.seq.optional(), messageId: inputs.id.optional() })
    .refine(
      ({ seq, messageId }) => seq === undefined || messageId === undefined,
      'seq and messageId exclude each other',
    );

/** How far the caller has read a thread. */
export interface ThreadMark {
  readonly threadId: string;
  readonly readSeq: number;
  /** What is left. */
  readonly unread: number;
}

const stranger: ThreadStanding = { following: false, readSeq: 0 };

/**
 * Says how far a thread was read: up to a `seq` of the room, a message of the thread, or all of it. The mark only moves
 * forward, and no further than the room's newest event. The room's own mark is another.
 */
export const read = mutation('thread.read', readInput, (op, { threadId, seq, messageId }): Promise<ThreadMark> => {
  const { methods } = op.store;
  const { userId } = op.caller;
  return op.store.write(async (tx) => {
    const reached = await reachThread(op, tx, 'thread.read', threadId);
    const wanted = messageId === undefined ? seq : await seqOf(op, tx, reached, messageId);
    const head = reached.room.lastSeq;
    const before = await standingOf(op, tx, threadId);
    const readSeq = Math.max(before.readSeq, Math.min(wanted ?? head, head));
    await stand(op, tx, reached, { before, after: { ...before, readSeq } });
    const counts = await methods.threadUnread(tx, { userId, threadIds: [threadId] });
    return { threadId, readSeq, unread: counts.get(threadId)?.unread ?? 0 };
  });
});

/** Wants to hear of what is said in a thread; what was said before counts as read. */
export const follow = mutation('thread.follow', oneThread, (op, { threadId }): Promise<Record<never, never>> =>
  op.store.write(async (tx) => {
    const reached = await reachThread(op, tx, 'thread.follow', threadId);
    const isOver = reached.root.deletedAt !== null && !(await op.store.methods.hasThread(tx, { threadId }));
    if (isOver) throw new ChatError('NOT_FOUND');
    const before = await standingOf(op, tx, threadId);
    const readSeq = Math.max(before.readSeq, reached.room.lastSeq);
    await stand(op, tx, reached, { before, after: before.following ? before : { following: true, readSeq } });
    return {};
  }),
);

/** Wants to hear of it no more, until they say something in it again or are named there. */
export const unfollow = mutation('thread.unfollow', oneThread, (op, { threadId }): Promise<Record<never, never>> =>
  op.store.write(async (tx) => {
    const reached = await reachThread(op, tx, 'thread.unfollow', threadId);
    const before = await standingOf(op, tx, threadId);
    await stand(op, tx, reached, { before, after: { ...before, following: false } });
    return {};
  }),
);

async function standingOf({ store, caller }: Op, tx: ReadTx, threadId: string): Promise<ThreadStanding> {
  const { userId } = caller;
  return (await store.methods.threadStandings(tx, { threadId, userIds: [userId] })).get(userId) ?? stranger;
}

async function stand(
  op: Op,
  tx: WriteTx,
  { room, root }: ReachedThread,
  { before, after }: { readonly before: ThreadStanding; readonly after: ThreadStanding },
): Promise<void> {
  if (before.following === after.following && before.readSeq === after.readSeq) {
    op.unchanged?.();
    return;
  }
  const which = { roomId: room.id, threadId: root.id, userId: op.caller.userId };
  await op.store.methods.setThreadStanding(tx, { ...which, standing: after, at: op.kernel.clock.now() });
}

/** Where a message of the thread stands. */
async function seqOf(op: Op, tx: ReadTx, { room, me, root }: ReachedThread, messageId: string): Promise<number> {
  const [place] = await op.store.methods.locateMessages(tx, { messageIds: [messageId] });
  const isOfIt = place !== undefined && (place.id === root.id || place.threadId === root.id);
  if (!isOfIt || place.seq < floorOf(room, me)) throw new ChatError('NOT_FOUND');
  return place.seq;
}
