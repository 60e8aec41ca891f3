import type { Member, Page, Room, RoomListItem } from '@confab/shared';
import { z } from 'zod';
import { look } from '../../policy/enter.js';
import type { Settings } from '../../settings.js';
import { cursor, id, limit } from '../inputs.js';
import { query } from '../operation.js';
import { oneRoom } from './inputs.js';

const kinds = ['direct', 'group', 'channel'] as const;

const listInput = (settings: Settings) =>
  z.strictObject({
    limit: limit(settings),
    cursor: cursor.optional(),
    kinds: z.array(z.enum(kinds)).min(1).max(kinds.length).optional(),
    archived: z.boolean().optional(),
  });

const membersInput = (settings: Settings) =>
  z.strictObject({
    roomId: id,
    limit: limit(settings),
    cursor: cursor.optional(),
    roles: z
      .array(z.enum(['owner', 'admin', 'member']))
      .min(1)
      .max(3)
      .optional(),
  });

/** One room; a stranger sees a public one with `me: null`. */
export const get = query('room.get', oneRoom, (op, { roomId }): Promise<Room> =>
  op.store.read(async (tx) => op.store.methods.getRoom(tx, await look(op, tx, 'room.get', roomId))),
);

/** The caller's rooms, latest activity first. */
export const list = query('room.list', listInput, (op, asked): Promise<Page<RoomListItem>> =>
  op.store.read(async (tx) => {
    const { methods } = op.store;
    const { userId } = op.caller;
    const page = await methods.listRooms(tx, {
      userId,
      limit: asked.limit,
      cursor: asked.cursor,
      kinds: asked.kinds ?? kinds,
      archived: asked.archived,
    });
    const roomIds = page.items.map((room) => room.id);
    const last = await methods.lastMessages(tx, { userId, roomIds });
    const counts = await methods.roomCounts(tx, { userId, roomIds });
    const items = page.items.map((room) => ({
      ...room,
      lastMessage: last.get(room.id) ?? null,
      unread: counts.get(room.id)?.unread ?? 0,
      mentions: counts.get(room.id)?.mentions ?? 0,
    }));
    return { items, nextCursor: page.nextCursor };
  }),
);

/** Who is in a room, longest-standing first. */
export const members = query('room.members', membersInput, (op, asked): Promise<Page<Member>> =>
  op.store.read(async (tx) => {
    await look(op, tx, 'room.members', asked.roomId);
    return op.store.methods.listMembers(tx, {
      roomId: asked.roomId,
      limit: asked.limit,
      cursor: asked.cursor,
      roles: asked.roles,
    });
  }),
);
