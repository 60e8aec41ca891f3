import type { ChatStore } from './port.js';
import { deleteSome } from './some-rows.js';
import type { Belongings } from './some-rows.js';
import type { Db } from './transaction.js';

/** Rows that one transaction deletes: few enough to hold up nobody. */
const rowsPerStep = 500;

interface PruneRange {
  readonly roomId: string;
  readonly shard: number;
  /** The newest event that may go. */
  readonly uptoSeq: number;
  readonly before: Date;
}

/**
 * Deletes some of a room's events and returns how many.
 *
 * The shard's floor is raised above them first, in a transaction of its own: whoever holds a cursor below the floor is
 * told to fetch anew, so nobody can be replayed a log with a hole in it, not even someone who attaches in between.
 */
export async function pruneEvents(store: ChatStore, { roomId, shard, uptoSeq, before }: PruneRange): Promise<number> {
  const rows = await store.read(({ db }) =>
    db.chatEvent.findMany({
      where: { roomId, seq: { lte: uptoSeq }, at: { lt: before } },
      orderBy: { seq: 'asc' },
      take: rowsPerStep,
      select: { pos: true, seq: true },
    }),
  );
  const newest = rows.at(-1);
  if (newest === undefined) return 0;
  await store.write(({ db }) =>
    db.chatShard.updateMany({ where: { shard, floorPos: { lt: newest.pos } }, data: { floorPos: newest.pos } }),
  );
  const { count } = await store.write(({ db }) =>
    db.chatEvent.deleteMany({ where: { roomId, seq: { lte: newest.seq }, at: { lt: before } } }),
  );
  return count;
}

/** The same of small rows with nothing hanging on them: a member alone may have left thousands. */
const smallRowsPerStep = 5_000;

/** What is kept of a room beside its messages. Members come last, so that nobody is lost who still has something there. */
const belongings: readonly Belongings[] = [
  { table: 'chat_receipt', of: 'roomId', key: ['roomId', 'userId', 'kind', 'toSeq'] },
  { table: 'chat_removed_message', of: 'roomId', key: ['id'] },
  { table: 'chat_delivery', of: 'roomId', key: ['id'] },
  { table: 'chat_thread_member', of: 'roomId', key: ['threadId', 'userId'] },
  { table: 'chat_thread', of: 'roomId', key: ['id'] },
  { table: 'chat_report', of: 'roomId', key: ['id'] },
  { table: 'chat_scheduled_message', of: 'roomId', key: ['id'] },
  { table: 'chat_draft', of: 'roomId', key: ['userId', 'roomId', 'threadId'] },
  { table: 'chat_ban', of: 'roomId', key: ['roomId', 'userId'] },
  { table: 'chat_join_request', of: 'roomId', key: ['roomId', 'userId'] },
  { table: 'chat_invite', of: 'roomId', key: ['id'] },
  { table: 'chat_member', of: 'roomId', key: ['roomId', 'userId'] },
];

/** Deletes some of what is left of a deleted room; `true` when the room itself is gone. Its events go first. */
export async function purgeRoom(store: ChatStore, roomId: string): Promise<boolean> {
  return store.write(async (tx) => {
    await tx.lock([roomId]);
    if (await purgeMessages(tx.db, roomId)) return false;
    let left = smallRowsPerStep;
    for (const rows of belongings) {
      left -= await deleteSome(tx.db, rows, roomId, left);
      if (left <= 0) return false;
    }
    await tx.db.chatRoom.deleteMany({ where: { id: roomId, deletedAt: { not: null } } });
    return true;
  });
}

/** Deletes some of a room's messages with all that hangs on them; `false` when there are none. */
async function purgeMessages(db: Db, roomId: string): Promise<boolean> {
  const rows = await db.chatMessage.findMany({ where: { roomId }, take: rowsPerStep, select: { id: true } });
  if (rows.length === 0) return false;
  const ids = rows.map(({ id }) => id);
  const where = { messageId: { in: ids } };
  await db.chatMention.deleteMany({ where });
  await db.chatMessageVersion.deleteMany({ where });
  await db.chatReaction.deleteMany({ where });
  await db.chatHiddenMessage.deleteMany({ where });
  await db.chatNotification.deleteMany({ where });
  await db.chatReport.deleteMany({ where });
  await db.chatThreadMember.deleteMany({ where: { threadId: { in: ids } } });
  await db.chatThread.deleteMany({ where: { id: { in: ids } } });
  await db.chatMessage.deleteMany({ where: { id: { in: ids } } });
  return true;
}
