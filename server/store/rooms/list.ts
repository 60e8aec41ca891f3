import type { Member, Page, Role, Room, RoomKind, UserProfile } from '@confab/shared';
import { z } from 'zod';
import { pageOf, readOlderThan, readPlace } from '../page.js';
import { loadMembers, presentOwnMember } from '../present/member.js';
import { presentRoomFor } from '../present/room.js';
import { loadProfiles, profileOf } from '../present/user.js';
import { memberRow, roomRow } from '../records.js';
import type { MemberRow, RoomRow } from '../rows.js';
import type { ReadTx } from '../transaction.js';

/** A line of a user's room list, without what is counted over messages. */
export interface ListedRoom extends Room {
  /** The other user of a direct room, else `null`. */
  readonly peer: UserProfile | null;
}

interface Line {
  readonly id: string;
  readonly lastActivityAt: Date | string;
}

const memberPlace = z.tuple([z.int32().min(0), z.string()]);

/** A user's living rooms, latest activity first. Five statements, whatever the number of rooms. */
export async function listRooms(
  tx: ReadTx,
  input: {
    readonly userId: string;
    readonly limit: number;
    readonly cursor: string | undefined;
    /** Not empty. */
    readonly kinds: readonly RoomKind[];
    /** Absent: both. */
    readonly archived: boolean | undefined;
  },
): Promise<Page<ListedRoom>> {
  const { userId, limit, archived } = input;
  const [first, second = first, third = second] = input.kinds;
  const { before, lastId } = readOlderThan(input.cursor);
  const lines = await tx.db.$queryRaw<Line[]>`
    SELECT r."id" AS "id", r."lastActivityAt" AS "lastActivityAt"
    FROM "chat_member" m JOIN "chat_room" r ON r."id" = m."roomId"
    WHERE m."userId" = ${userId} AND m."status" = 'in'
      AND m."archived" IN (${archived ?? true}, ${archived ?? false})
      AND r."deletedAt" IS NULL
      AND r."kind" IN (${first}, ${second}, ${third})
      AND (r."lastActivityAt" < ${before} OR (r."lastActivityAt" = ${before} AND r."id" < ${lastId}))
    ORDER BY r."lastActivityAt" DESC, r."id" DESC
    LIMIT ${limit + 1}`;
  // The cursor is of what was sorted: a room may be further on by the time its row is read.
  const page = pageOf(lines, limit, (line) => [new Date(line.lastActivityAt).getTime(), line.id]);
  const rooms = await inOrder(
    tx,
    page.items.map((line) => line.id),
  );
  return { items: await describe(tx, userId, rooms), nextCursor: page.nextCursor };
}

/** The current members of a room, longest-standing first. */
export async function listMembers(
  tx: ReadTx,
  input: {
    readonly roomId: string;
    readonly limit: number;
    readonly cursor: string | undefined;
    readonly roles: readonly Role[] | undefined;
  },
): Promise<Page<Member>> {
  const { roomId, limit, roles } = input;
  const [joinSeq, userId] = readPlace(input.cursor, memberPlace) ?? [-1, ''];
  const records = await tx.db.chatMember.findMany({
    where: {
      roomId,
      status: 'in',
      ...(roles === undefined ? {} : { role: { in: [...roles] } }),
      OR: [{ joinSeq: { gt: joinSeq } }, { joinSeq, userId: { gt: userId } }],
    },
    orderBy: [{ joinSeq: 'asc' }, { userId: 'asc' }],
    take: limit + 1,
  });
  const page = pageOf(records.map(memberRow), limit, (member) => [member.joinSeq, member.userId]);
  return { items: await loadMembers(tx, page.items), nextCursor: page.nextCursor };
}

async function inOrder(tx: ReadTx, ids: readonly string[]): Promise<readonly RoomRow[]> {
  if (ids.length === 0) return [];
  const records = await tx.db.chatRoom.findMany({ where: { id: { in: [...ids] } } });
  const byId = new Map(records.map((record) => [record.id, roomRow(record)]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

async function describe(tx: ReadTx, userId: string, rooms: readonly RoomRow[]): Promise<readonly ListedRoom[]> {
  if (rooms.length === 0) return [];
  const own = await tx.db.chatMember.findMany({ where: { userId, roomId: { in: rooms.map((room) => room.id) } } });
  const mine = new Map<string, MemberRow>(own.map((record) => [record.roomId, memberRow(record)]));
  const direct = rooms.filter((room) => room.kind === 'direct').map((room) => room.id);
  const others =
    direct.length === 0
      ? []
      : await tx.db.chatMember.findMany({
          where: { roomId: { in: direct }, userId: { not: userId } },
          select: { roomId: true, userId: true },
        });
  const peers = new Map(others.map((other) => [other.roomId, other.userId]));
  const profiles = await loadProfiles(tx, [userId, ...peers.values()]);
  const { present } = tx;
  return rooms.map((room) => {
    const row = mine.get(room.id);
    const me = row === undefined ? null : presentOwnMember(present, row, profileOf(profiles, userId));
    const peer = peers.get(room.id);
    return {
      ...presentRoomFor(present, room, me),
      peer: peer === undefined ? null : profileOf(profiles, peer),
    };
  });
}
