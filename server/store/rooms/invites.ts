import type { Invite, Page } from '@confab/shared';
import { createHash } from 'node:crypto';
import type { ChatInvite } from '../generated/sqlite/client.js';
import { olderThan, pageOf, readPlace, timePlace } from '../page.js';
import type { ReadTx, WriteTx } from '../transaction.js';

/** An invite as it is kept. */
export type InviteRow = ChatInvite;

/** What is kept of a token: who reads the database can't use it. */
export function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Keeps an invite that nobody has used yet. */
export async function createInvite(
  tx: WriteTx,
  { token, ...invite }: Omit<Invite, 'uses'> & { readonly token: string },
): Promise<void> {
  await tx.db.chatInvite.create({ data: { ...invite, uses: 0, tokenHash: hashOf(token), closedAt: null } });
}

/** The invite of a token, whatever has become of it; `null` for none. */
export function findInvite(tx: ReadTx, { token }: { readonly token: string }): Promise<InviteRow | null> {
  return tx.db.chatInvite.findUnique({ where: { tokenHash: hashOf(token) } });
}

/** Counts a use; the last one closes the invite. Its room is locked, so that no two are the last. */
export async function useInvite(
  tx: WriteTx,
  { invite, at }: { readonly invite: InviteRow; readonly at: Date },
): Promise<void> {
  const uses = invite.uses + 1;
  const closedAt = invite.maxUses !== null && uses >= invite.maxUses ? at : null;
  await tx.db.chatInvite.update({ where: { id: invite.id }, data: { uses, closedAt } });
}

/** Ends an invite. */
export async function revokeInvite(
  tx: WriteTx,
  { roomId, id, at }: { readonly roomId: string; readonly id: string; readonly at: Date },
): Promise<'revoked' | 'unchanged' | 'unknown'> {
  const invite = await tx.db.chatInvite.findFirst({ where: { id, roomId }, select: { closedAt: true } });
  if (invite === null) return 'unknown';
  if (invite.closedAt !== null) return 'unchanged';
  await tx.db.chatInvite.update({ where: { id }, data: { closedAt: at } });
  return 'revoked';
}

/** The invites of a room that can still be used, newest first. */
export async function listInvites(
  tx: ReadTx,
  input: { readonly roomId: string; readonly now: Date; readonly limit: number; readonly cursor: string | undefined },
): Promise<Page<Invite>> {
  const { roomId, now, limit } = input;
  const older = olderThan(readPlace(input.cursor, timePlace), 'id');
  const rows = await tx.db.chatInvite.findMany({
    where: { AND: [{ roomId, closedAt: null }, living(now), older] },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: limit + 1,
  });
  const page = pageOf(rows, limit, (row) => [row.createdAt.getTime(), row.id]);
  const items = page.items.map(({ tokenHash: _hash, closedAt: _closed, ...invite }) => invite);
  return { items, nextCursor: page.nextCursor };
}

/** Whether an invite lets anybody in now. */
export function isUsable({ closedAt, expiresAt }: InviteRow, now: Date): boolean {
  return closedAt === null && (expiresAt === null || expiresAt > now);
}

function living(now: Date) {
  return { OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] };
}
