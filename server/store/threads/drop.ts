import type { WriteTx } from '../transaction.js';

/** Forgets threads whose message is gone together with everything that was said in them; others are left as they are. */
export async function dropThreads(tx: WriteTx, roomId: string, threadIds: readonly string[]): Promise<void> {
  const ids = [...new Set(threadIds)];
  const roots = await tx.db.chatMessage.findMany({ where: { id: { in: ids } }, select: { id: true } });
  const replies = await tx.db.chatMessage.groupBy({ by: ['threadId'], where: { roomId, threadId: { in: ids } } });
  const kept = new Set([...roots.map(({ id }) => id), ...replies.map(({ threadId }) => threadId)]);
  const gone = ids.filter((id) => !kept.has(id));
  if (gone.length === 0) return;
  await tx.db.chatThreadMember.deleteMany({ where: { threadId: { in: gone } } });
  await tx.db.chatThread.deleteMany({ where: { id: { in: gone } } });
}
