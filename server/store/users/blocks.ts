import type { Block, Page } from '@confab/shared';
import { olderThan, pageOf, readPlace, timePlace } from '../page.js';
import { withUsers } from '../present/user.js';
import type { ReadTx, WriteTx } from '../transaction.js';

interface Pair {
  readonly userId: string;
  readonly blockedId: string;
}

/** Keeps a block. Both users' logs are locked. */
export async function blockUser(
  tx: WriteTx,
  { userId, blockedId, at }: Pair & { readonly at: Date },
): Promise<'blocked' | 'unchanged'> {
  const where = { userId_blockedId: { userId, blockedId } };
  if ((await tx.db.chatBlock.findUnique({ where })) !== null) return 'unchanged';
  await tx.db.chatBlock.create({ data: { userId, blockedId, createdAt: at } });
  return 'blocked';
}

/** Lifts a block. */
export async function unblockUser(tx: WriteTx, { userId, blockedId }: Pair): Promise<'unblocked' | 'unchanged'> {
  const { count } = await tx.db.chatBlock.deleteMany({ where: { userId, blockedId } });
  return count > 0 ? 'unblocked' : 'unchanged';
}

/** Those of the others who blocked the user, or whom the user blocked. One statement. */
export async function blocksAmong(
  tx: ReadTx,
  { userId, others }: { readonly userId: string; readonly others: readonly string[] },
): Promise<ReadonlySet<string>> {
  if (others.length === 0) return new Set();
  const among = { in: [...others] };
  const rows = await tx.db.chatBlock.findMany({
    where: {
      OR: [
        { userId, blockedId: among },
        { userId: among, blockedId: userId },
      ],
    },
  });
  return new Set(rows.map((row) => (row.userId === userId ? row.blockedId : row.userId)));
}

/** Whom the user blocked, newest first. */
export async function listBlocks(
  tx: ReadTx,
  input: { readonly userId: string; readonly limit: number; readonly cursor: string | undefined },
): Promise<Page<Block>> {
  const { userId, limit } = input;
  const older = olderThan(readPlace(input.cursor, timePlace), 'blockedId');
  const rows = await tx.db.chatBlock.findMany({
    where: { AND: [{ userId }, older] },
    orderBy: [{ createdAt: 'desc' }, { blockedId: 'desc' }],
    take: limit + 1,
  });
  const page = pageOf(rows, limit, (row) => [row.createdAt.getTime(), row.blockedId]);
  const blocked = page.items.map(({ blockedId: userId, createdAt }) => ({ userId, createdAt }));
  return { items: await withUsers(tx, blocked), nextCursor: page.nextCursor };
}
