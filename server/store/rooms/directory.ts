import type { Page, Room, RoomKind, Visibility } from '@confab/shared';
import { z } from 'zod';
import { pageOf, readPlace } from '../page.js';
import { presentOwnMember } from '../present/member.js';
import { presentRoomFor } from '../present/room.js';
import { loadProfiles, profileOf } from '../present/user.js';
import { memberRow, roomRow } from '../records.js';
import type { ReadTx } from '../transaction.js';

const place = z.tuple([z.int().min(0), z.string()]);

/** A name as the directory is searched by: compatibility forms and letter case make no difference. */
export function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/** What a room is found by; `null` for one that is not in the directory. */
export function directoryName(room: {
  readonly kind: RoomKind | 'user';
  readonly visibility: Visibility;
  readonly name: string | null;
}): string | null {
  return room.kind === 'channel' && room.visibility === 'public' && room.name !== null ? folded(room.name) : null;
}

/** Public channels, those with the most members first; with `query`, those whose name has it in it. */
export async function listDirectory(
  tx: ReadTx,
  input: {
    readonly userId: string;
    /** Literal text. */
    readonly query: string | undefined;
    readonly limit: number;
    readonly cursor: string | undefined;
  },
): Promise<Page<Room>> {
  const { userId, limit } = input;
  const ids = await pageOfIds(tx, folded(input.query ?? ''), readPlace(input.cursor, place), limit + 1);
  const page = pageOf(ids, limit, ({ memberCount, id }) => [Number(memberCount), id]);
  const roomIds = page.items.map(({ id }) => id);
  const records = await tx.db.chatRoom.findMany({ where: { id: { in: roomIds } } });
  const rooms = new Map(records.map((record) => [record.id, roomRow(record)]));
  const own = await tx.db.chatMember.findMany({ where: { userId, roomId: { in: roomIds }, status: 'in' } });
  const mine = new Map(own.map((record) => [record.roomId, memberRow(record)]));
  const profiles = await loadProfiles(tx, mine.size === 0 ? [] : [userId]);
  const items = roomIds.flatMap((id) => {
    const [room, me] = [rooms.get(id), mine.get(id)];
    const own = me === undefined ? null : presentOwnMember(tx.present, me, profileOf(profiles, userId));
    return room === undefined ? [] : [presentRoomFor(tx.present, room, own)];
  });
  return { items, nextCursor: page.nextCursor };
}

interface Line {
  readonly id: string;
  readonly memberCount: number | bigint;
}

/** By the place of the text in the name: every character of it stands for itself, as it would not in a pattern. */
function pageOfIds(
  { db, provider }: ReadTx,
  text: string,
  [memberCount, id]: readonly [number, string] = [Number.MAX_SAFE_INTEGER, ''],
  take: number,
): Promise<readonly Line[]> {
  return provider === 'postgresql'
    ? db.$queryRaw<Line[]>`
        SELECT "id", "memberCount" FROM "chat_room"
        WHERE "kind" = 'channel' AND "visibility" = 'public' AND "deletedAt" IS NULL
          AND strpos("directoryName", ${text}) > 0
          AND ("memberCount" < ${memberCount}::bigint OR ("memberCount" = ${memberCount}::bigint AND "id" < ${id}))
        ORDER BY "memberCount" DESC, "id" DESC LIMIT ${take}`
    : db.$queryRaw<Line[]>`
        SELECT "id", "memberCount" FROM "chat_room"
        WHERE "kind" = 'channel' AND "visibility" = 'public' AND "deletedAt" IS NULL
          AND instr("directoryName", ${text}) > 0
          AND ("memberCount" < ${memberCount} OR ("memberCount" = ${memberCount} AND "id" < ${id}))
        ORDER BY "memberCount" DESC, "id" DESC LIMIT ${take}`;
}
