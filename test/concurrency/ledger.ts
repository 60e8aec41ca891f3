import { expect } from 'vitest';
import type { Database } from '../support/databases.js';

/** A room that is whole: its log has no hole, its members are counted, and it belongs to one of them. */
export async function expectWhole({ db }: Database, roomId: string): Promise<{ readonly types: readonly string[] }> {
  const room = await db.chatRoom.findUniqueOrThrow({ where: { id: roomId } });
  const log = await db.chatEvent.findMany({ where: { roomId }, orderBy: { seq: 'asc' } });
  expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
  expect(room.lastSeq).toBe(log.length);
  const types = log.map(({ type }) => type);
  expect(types.filter((type) => type === 'room.deleted')).toHaveLength(room.deletedAt === null ? 0 : 1);
  if (room.deletedAt !== null) expect(types.at(-1)).toBe('room.deleted');
  const members = await db.chatMember.findMany({ where: { roomId, status: 'in' } });
  expect(room.memberCount).toBe(members.length);
  expect(members.length).toBeGreaterThan(0);
  if (room.kind === 'direct') return { types };
  const owners = members.filter(({ role }) => role === 'owner').map(({ userId }) => userId);
  expect(owners).toEqual([room.ownerId]);
  return { types };
}

interface ShardLine {
  readonly head: bigint;
  readonly events: bigint;
  readonly last: bigint;
}

/** Every position of every shard is taken once, up to its head. */
export async function expectGaplessShards({ db }: Database): Promise<void> {
  const lines = await db.$queryRaw<ShardLine[]>`
    SELECT s."pos" AS "head", COUNT(DISTINCT e."pos") AS "events", COALESCE(MAX(e."pos"), 0) AS "last"
    FROM "chat_shard" s LEFT JOIN "chat_event" e ON e."shard" = s."shard" GROUP BY s."shard", s."pos"`;
  expect(lines.length).toBeGreaterThan(0);
  for (const { head, events, last } of lines) expect([events, last]).toEqual([head, head]);
}
