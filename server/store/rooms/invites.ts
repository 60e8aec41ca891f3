import type { Invitation, Invite, Page, RoomKind } from '@confab/shared';
import { createHash } from 'node:crypto';
import type { ChatInvite } from '../generated/sqlite/client.js';
import { select } from '../messages/raw.js';
import { olderThan, pageOf, readOlderThan, readPlace, timePlace } from '../page.js';
import { withUsers } from '../present/user.js';
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

/** What an invite is found by. */
export type InviteKey = { readonly token: string } | { readonly id: string };

/** An invite, whatever has become of it; `null` for none. */
export function findInvite(tx: ReadTx, key: InviteKey): Promise<InviteRow | null> {
  return tx.db.chatInvite.findUnique({ where: 'id' in key ? { id: key.id } : { tokenHash: hashOf(key.token) } });
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

/** Ends the open invites of a room that were made for these users; resolves to how many could still have been used. */
export async function endInvitations(
  tx: WriteTx,
  { roomId, userIds, at }: { readonly roomId: string; readonly userIds: readonly string[]; readonly at: Date },
): Promise<number> {
  const open = { roomId, userId: { in: [...userIds] }, closedAt: null, ...living(at) };
  const { count } = await tx.db.chatInvite.updateMany({ where: open, data: { closedAt: at } });
  return count;
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

interface InvitationRecord {
  readonly id: string;
  readonly roomId: string;
  readonly createdBy: string;
  readonly createdAt: Date | string;
  readonly expiresAt: Date | string | null;
  readonly kind: RoomKind;
  readonly name: string | null;
  readonly description: string | null;
  readonly image: string | null;
  readonly memberCount: number;
}

/** The invites made for a user that can still be used, newest first; none by those they block. Two statements. */
export async function listInvitations(
  tx: ReadTx,
  input: { readonly userId: string; readonly now: Date; readonly limit: number; readonly cursor: string | undefined },
): Promise<Page<Invitation>> {
  const { userId, now, limit } = input;
  const { before, lastId } = readOlderThan(input.cursor);
  const found = await select<InvitationRecord>(
    tx,
    `SELECT i."id" AS "id", i."roomId" AS "roomId", i."createdBy" AS "createdBy", i."createdAt" AS "createdAt",
       i."expiresAt" AS "expiresAt", r."kind" AS "kind", r."name" AS "name", r."description" AS "description",
       r."image" AS "image", r."memberCount" AS "memberCount"
     FROM "chat_invite" i JOIN "chat_room" r ON r."id" = i."roomId" AND r."deletedAt" IS NULL
     WHERE i."userId" = ? AND NOT EXISTS (
         SELECT 1 FROM "chat_block" b WHERE b."userId" = i."userId" AND b."blockedId" = i."createdBy")
       AND i."closedAt" IS NULL AND (i."expiresAt" IS NULL OR i."expiresAt" > ?)
       AND (i."createdAt" < ? OR (i."createdAt" = ? AND i."id" < ?))
     ORDER BY i."createdAt" DESC, i."id" DESC LIMIT ?`,
    [userId, now, before, before, lastId, limit + 1],
  );
  const page = pageOf(found, limit, (row) => [new Date(row.createdAt).getTime(), row.id]);
  return { items: await withUsers(tx, page.items.map(invitationOf)), nextCursor: page.nextCursor };
}

function invitationOf(record: InvitationRecord): Omit<Invitation, 'user'> {
  const { id, roomId, createdBy, kind, name, description, image, memberCount } = record;
  return {
    ...{ id, roomId, userId: createdBy },
    room: { id: roomId, kind, name, description, image, memberCount },
    createdAt: new Date(record.createdAt),
    expiresAt: record.expiresAt === null ? null : new Date(record.expiresAt),
  };
}

/** Whether an invite lets anybody in now. */
export function isUsable({ closedAt, expiresAt }: InviteRow, now: Date): boolean {
  return closedAt === null && (expiresAt === null || expiresAt > now);
}

function living(now: Date) {
  return { OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] };
}
