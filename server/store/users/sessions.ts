import type { Page } from '@confab/shared';
import { z } from 'zod';
import { pageOf, readPlace } from '../page.js';
import type { ReadTx, WriteTx } from '../transaction.js';

/** A device of a user, as it is kept. */
export interface SessionRow {
  readonly userId: string;
  readonly id: string;
  readonly userAgent: string | null;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  /** Nothing of it is open since; `null` while something is. */
  readonly endedAt: Date | null;
  /** Credentials issued up to then are refused. */
  readonly revokedAt: Date | null;
}

/** A sign of life of a device. */
export interface SessionSign {
  readonly userId: string;
  readonly id: string;
  /** `null`: not told this time. */
  readonly userAgent: string | null;
  /** Whether something of it is open; `null`: not for this node to say. */
  readonly isOpen: boolean | null;
}

/** What was revoked, and when. */
export interface RevocationRow {
  readonly userId: string;
  readonly id: string;
  readonly revokedAt: Date;
}

const place = z.tuple([z.int().min(0).max(8.64e15), z.string()]);

/** Keeps devices that connected; each has something open from now on. */
export async function openSession(
  tx: WriteTx,
  { sessions, at }: { readonly sessions: readonly SessionSign[]; readonly at: Date },
): Promise<void> {
  await keep(
    tx,
    sessions.map((session) => ({ ...session, isOpen: true })),
    at,
  );
}

/** Keeps that devices were seen. Devices never heard of get a row. */
export async function touchSession(
  tx: WriteTx,
  { sessions, at }: { readonly sessions: readonly SessionSign[]; readonly at: Date },
): Promise<void> {
  await keep(tx, sessions, at);
}

/** Revokes a device of the user; `false` when the user has no such device. */
export async function revokeSession(
  tx: WriteTx,
  { userId, sessionId, at }: { readonly userId: string; readonly sessionId: string; readonly at: Date },
): Promise<boolean> {
  const { count } = await tx.db.chatSession.updateMany({
    where: { userId, id: sessionId },
    data: { revokedAt: at, endedAt: at },
  });
  return count > 0;
}

/** When the device was last revoked; `null` if never. */
export async function findRevocation(
  tx: ReadTx,
  { userId, sessionId }: { readonly userId: string; readonly sessionId: string },
): Promise<Date | null> {
  const record = await tx.db.chatSession.findFirst({
    where: { userId, id: sessionId },
    select: { revokedAt: true },
  });
  return record?.revokedAt ?? null;
}

/** What was revoked at `since` or later, oldest first, at most `limit`. */
export async function listRevocations(
  tx: ReadTx,
  { since, limit }: { readonly since: Date; readonly limit: number },
): Promise<readonly RevocationRow[]> {
  const records = await tx.db.chatSession.findMany({
    where: { revokedAt: { gte: since } },
    orderBy: { revokedAt: 'asc' },
    take: limit,
    select: { userId: true, id: true, revokedAt: true },
  });
  return records.flatMap(({ userId, id, revokedAt }) => (revokedAt === null ? [] : [{ userId, id, revokedAt }]));
}

/**
 * The devices of a user, newest first, without those that were revoked and did not come back since. Active ones were
 * seen at `activeSince` or later, expired ones before; absent means both.
 */
export async function listSessions(
  tx: ReadTx,
  input: {
    readonly userId: string;
    readonly limit: number;
    readonly cursor: string | undefined;
    readonly state: 'active' | 'expired' | undefined;
    readonly activeSince: Date;
  },
): Promise<Page<SessionRow>> {
  const { userId, limit, state, activeSince } = input;
  const after = readPlace(input.cursor, place);
  const [time, lastId] = after ?? [0, ''];
  const createdAt = new Date(time);
  const records = await tx.db.chatSession.findMany({
    where: {
      userId,
      ...(state === undefined ? {} : { lastSeenAt: state === 'active' ? { gte: activeSince } : { lt: activeSince } }),
      AND: [
        notShutOut(tx),
        after === undefined ? {} : { OR: [{ createdAt: { lt: createdAt } }, { createdAt, id: { lt: lastId } }] },
      ],
    },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: limit + 1,
  });
  return pageOf(records, limit, (session) => [session.createdAt.getTime(), session.id]);
}

/** When each of these users was last seen, and whether a device of theirs is open that was seen since `activeSince`. */
export async function lastSeen(
  tx: ReadTx,
  { userIds, activeSince }: { readonly userIds: readonly string[]; readonly activeSince: Date },
): Promise<ReadonlyMap<string, { readonly lastSeenAt: Date; readonly isOnline: boolean }>> {
  const where = { userId: { in: [...userIds] } };
  const seen = await tx.db.chatSession.groupBy({ by: ['userId'], where, _max: { lastSeenAt: true } });
  const open = await tx.db.chatSession.groupBy({
    by: ['userId'],
    where: { ...where, endedAt: null, lastSeenAt: { gte: activeSince } },
  });
  const online = new Set(open.map((group) => group.userId));
  return new Map(
    seen.flatMap(({ userId, _max: { lastSeenAt } }) =>
      lastSeenAt === null ? [] : [[userId, { lastSeenAt, isOnline: online.has(userId) }] as const],
    ),
  );
}

async function keep(tx: WriteTx, sessions: readonly SessionSign[], at: Date): Promise<void> {
  if (sessions.length === 0) return;
  const existing = await tx.db.chatSession.findMany({
    where: keysOf(sessions),
    select: { userId: true, id: true, userAgent: true },
  });
  const agents = new Map(existing.map((session) => [keyOf(session), session.userAgent]));
  const left = await erasedAmong(
    tx,
    sessions.filter((session) => session.isOpen !== true && !agents.has(keyOf(session))),
  );
  for (const { userId, id, userAgent, isOpen } of sessions) {
    // A connection that ends because its user was erased is no sign of life.
    if (isOpen !== true && left.has(userId)) continue;
    const known = agents.get(keyOf({ userId, id }));
    const isCurrent = known !== undefined && (userAgent === null || userAgent === known);
    if (isCurrent) continue;
    // An upsert, because another node may be hearing of the same device at this moment.
    await tx.db.chatSession.upsert({
      where: { userId_id: { userId, id } },
      create: { userId, id, userAgent, createdAt: at, lastSeenAt: at, endedAt: isOpen === true ? null : at },
      update: userAgent === null ? {} : { userAgent },
      select: { id: true },
    });
  }
  for (const isOpen of [true, false, null]) {
    const group = sessions.filter((session) => session.isOpen === isOpen);
    if (group.length === 0) continue;
    const ending = isOpen === null ? {} : { endedAt: isOpen ? null : at };
    // What is closed because it was revoked has not come back by that.
    const where = isOpen === false ? { AND: [keysOf(group), notShutOut(tx)] } : keysOf(group);
    await tx.db.chatSession.updateMany({ where, data: { lastSeenAt: at, ...ending } });
  }
}

async function erasedAmong(tx: WriteTx, sessions: readonly SessionSign[]): Promise<ReadonlySet<string>> {
  if (sessions.length === 0) return new Set();
  const users = await tx.db.chatUser.findMany({
    where: { id: { in: sessions.map(({ userId }) => userId) }, erasedAt: { not: null } },
    select: { id: true },
  });
  return new Set(users.map(({ id }) => id));
}

/** Never revoked, or back since. */
function notShutOut(tx: ReadTx) {
  return { OR: [{ revokedAt: null }, { revokedAt: { lt: tx.db.chatSession.fields.lastSeenAt } }] };
}

function keysOf(sessions: readonly { readonly userId: string; readonly id: string }[]) {
  return { OR: sessions.map(({ userId, id }) => ({ userId, id })) };
}

function keyOf({ userId, id }: { readonly userId: string; readonly id: string }): string {
  return JSON.stringify([userId, id]);
}
