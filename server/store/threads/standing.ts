import type { ThreadStanding } from '@confab/shared';
import { personalRoom } from '../../events/log.js';
import type { MessageRow } from '../rows.js';
import type { ReadTx, WriteTx } from '../transaction.js';

interface Which {
  readonly roomId: string;
  readonly threadId: string;
}

/** Somebody who follows a thread from now on; `before`: how they stood to it, if they did at all. */
export interface NewFollower {
  readonly userId: string;
  readonly before: ThreadStanding | null;
}

/** Whether anything was ever said in a thread. */
export async function hasThread(tx: ReadTx, { threadId }: { readonly threadId: string }): Promise<boolean> {
  return (await tx.db.chatThread.findUnique({ where: { id: threadId }, select: { id: true } })) !== null;
}

/** How these users stand to a thread, by user id; who never had to do with it is left out. */
export async function threadStandings(
  tx: ReadTx,
  { threadId, userIds }: { readonly threadId: string; readonly userIds: readonly string[] },
): Promise<ReadonlyMap<string, ThreadStanding>> {
  if (userIds.length === 0) return new Map();
  const rows = await tx.db.chatThreadMember.findMany({ where: { threadId, userId: { in: [...userIds] } } });
  return new Map(rows.map(({ userId, following, readSeq }) => [userId, { following, readSeq }]));
}

/** Sets how a user stands to a thread of a locked room, and tells their devices. The user's own log is locked. */
export async function setThreadStanding(
  tx: WriteTx,
  input: Which & { readonly userId: string; readonly standing: ThreadStanding; readonly at: Date },
): Promise<void> {
  const { roomId, threadId, userId, standing, at } = input;
  await tx.lockPersonal([userId]);
  const { count } = await tx.db.chatThreadMember.updateMany({ where: { threadId, userId }, data: standing });
  if (count === 0) {
    await tx.db.chatThreadMember.create({ data: { threadId, userId, roomId, ...standing, createdAt: at } });
  }
  tell(tx, { roomId, threadId }, { userId, standing, actorId: userId, at });
}

/**
 * Notes that something was said in the thread of a message of a locked room, and who follows the thread from then on: what
 * was said before counts as read by them. Locks their own logs.
 */
export async function noteReply(
  tx: WriteTx,
  input: {
    readonly root: Pick<MessageRow, 'id' | 'roomId' | 'seq'>;
    /** That of what was said. */
    readonly seq: number;
    readonly at: Date;
    readonly actorId: string | null;
    /** None of them follows it now. */
    readonly followers: readonly NewFollower[];
  },
): Promise<void> {
  const { root, seq, at, actorId, followers } = input;
  const { id: threadId, roomId } = root;
  await tx.lockPersonal(followers.map(({ userId }) => userId));
  const known = await tx.db.chatThread.findUnique({ where: { id: threadId } });
  const last = { lastReplySeq: seq, lastReplyAt: known !== null && known.lastReplyAt > at ? known.lastReplyAt : at };
  if (known === null) {
    await tx.db.chatThread.create({ data: { id: threadId, roomId, rootSeq: root.seq, ...last, createdAt: at } });
  } else {
    await tx.db.chatThread.updateMany({ where: { id: threadId }, data: last });
  }
  const standings = followers.map(({ userId, before }) => ({
    ...{ userId, isNew: before === null },
    standing: { following: true, readSeq: Math.max(before?.readSeq ?? 0, seq - 1) },
  }));
  const fresh = standings.filter(({ isNew }) => isNew);
  if (fresh.length > 0) {
    await tx.db.chatThreadMember.createMany({
      data: fresh.map(({ userId, standing }) => ({ threadId, userId, roomId, ...standing, createdAt: at })),
    });
  }
  for (const { userId, isNew, standing } of standings) {
    if (!isNew) await tx.db.chatThreadMember.updateMany({ where: { threadId, userId }, data: standing });
    tell(tx, { roomId, threadId }, { userId, standing, actorId, at });
  }
}

interface News {
  readonly userId: string;
  readonly standing: ThreadStanding;
  readonly actorId: string | null;
  readonly at: Date;
}

function tell(tx: WriteTx, { roomId: aboutRoomId, threadId }: Which, { userId, standing, actorId, at }: News): void {
  const data = { aboutRoomId, threadId, ...standing };
  tx.append({ roomId: personalRoom(userId), type: 'thread.updated', actorId, at, data });
}
