import type { JoinRequest, Page } from '@confab/shared';
import { pageOf, readPlace, timePlace } from '../page.js';
import { withUsers } from '../present/user.js';
import type { ReadTx, WriteTx } from '../transaction.js';

interface Who {
  readonly roomId: string;
  readonly userId: string;
}

/** Whether the user waits to be let in. */
export async function hasRequested(tx: ReadTx, { roomId, userId }: Who): Promise<boolean> {
  return (await tx.db.chatJoinRequest.findUnique({ where: { roomId_userId: { roomId, userId } } })) !== null;
}

/** Keeps a request; the room is locked, and there is none yet. */
export async function requestToJoin(tx: WriteTx, { roomId, userId, at }: Who & { readonly at: Date }): Promise<void> {
  await tx.db.chatJoinRequest.create({ data: { roomId, userId, createdAt: at } });
}

/** Drops requests that were answered, or that nobody needs to answer any more. */
export async function dropRequests(
  tx: WriteTx,
  { roomId, userIds }: { readonly roomId: string; readonly userIds: readonly string[] },
): Promise<void> {
  await tx.db.chatJoinRequest.deleteMany({ where: { roomId, userId: { in: [...userIds] } } });
}

/** Who waits to be let in, longest first. */
export async function listRequests(
  tx: ReadTx,
  input: { readonly roomId: string; readonly limit: number; readonly cursor: string | undefined },
): Promise<Page<JoinRequest>> {
  const { roomId, limit } = input;
  const [time, lastId] = readPlace(input.cursor, timePlace) ?? [0, ''];
  const createdAt = new Date(time);
  const rows = await tx.db.chatJoinRequest.findMany({
    where: { roomId, OR: [{ createdAt: { gt: createdAt } }, { createdAt, userId: { gt: lastId } }] },
    orderBy: [{ createdAt: 'asc' }, { userId: 'asc' }],
    take: limit + 1,
  });
  const page = pageOf(rows, limit, (row) => [row.createdAt.getTime(), row.userId]);
  return { items: await withUsers(tx, page.items), nextCursor: page.nextCursor };
}

/** Those who run a room, to be told of whoever waits: the owner and the first admins. */
export async function adminsOf(
  tx: ReadTx,
  { roomId, limit }: { readonly roomId: string; readonly limit: number },
): Promise<readonly string[]> {
  const rows = await tx.db.chatMember.findMany({
    where: { roomId, status: 'in', role: { in: ['owner', 'admin'] } },
    orderBy: [{ joinSeq: 'asc' }, { userId: 'asc' }],
    select: { userId: true },
    take: limit,
  });
  return rows.map((row) => row.userId);
}
