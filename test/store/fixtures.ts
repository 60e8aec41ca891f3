import { randomUUID } from 'node:crypto';
import type { UserProfile } from '@confab/shared';
import type { ChatStore, PlainSend } from '../../server/store/port.js';
import type { MemberRow, RoomRow } from '../../server/store/rows.js';
import type { WriteTx } from '../../server/store/transaction.js';

export const at = new Date('2026-03-04T05:06:07.089Z');

/** A room that nobody is in yet. */
export function newRoom(
  overrides: Partial<RoomRow> = {},
): Omit<RoomRow, 'shard' | 'lastSeq' | 'lastPos' | 'authzVersion'> {
  return {
    id: randomUUID(),
    kind: 'group',
    name: 'Room',
    description: null,
    image: null,
    visibility: 'private',
    joinPolicy: 'invite',
    history: 'all',
    locked: false,
    slowModeSeconds: 0,
    maxMembers: 100,
    retentionDays: null,
    ownerId: 'ann',
    memberCount: 1,
    preferences: {},
    custom: { a: 1 },
    directKey: null,
    createdBy: 'ann',
    clientId: null,
    bodyHash: null,
    lastActivityAt: at,
    createdAt: at,
    updatedAt: at,
    deletedAt: null,
    ...overrides,
  };
}

/** A member's row, in the room since its first event. */
export function newMember(roomId: string, userId: string, overrides: Partial<MemberRow> = {}): MemberRow {
  return {
    roomId,
    userId,
    status: 'in',
    role: 'member',
    permissions: [],
    joinedAt: at,
    joinSeq: 1,
    leftSeq: null,
    leftPos: null,
    leftReason: null,
    readSeq: 0,
    deliveredSeq: 0,
    mutedUntil: null,
    notify: 'all',
    archived: false,
    pinned: false,
    custom: {},
    ...overrides,
  };
}

/** Creates a room with its `room.created` and these members; returns its id. */
export async function createRoom(
  store: ChatStore,
  userIds: readonly string[] = ['ann'],
  overrides: Partial<RoomRow> = {},
): Promise<string> {
  return store.write((tx) => insertRoom(tx, userIds, overrides));
}

export async function insertRoom(
  tx: WriteTx,
  userIds: readonly string[] = ['ann'],
  overrides: Partial<RoomRow> = {},
): Promise<string> {
  const { id } = await tx.insertRoom(newRoom(overrides));
  const joinSeq = tx.append({ roomId: id, type: 'room.created', actorId: 'ann', at, data: { userIds } });
  const data = userIds.map((userId) => ({ ...newMember(id, userId, { joinSeq }), permissions: [] }));
  await tx.db.chatMember.createMany({ data });
  return id;
}

export const ann: UserProfile = { id: 'ann', name: 'Ann', image: null };

/** A plain send of `ann`. */
export function plainSend(
  roomId: string,
  { authzVersion = 0, ...message }: Partial<PlainSend['message']> & { authzVersion?: number } = {},
): PlainSend {
  return {
    sender: ann,
    authzVersion,
    message: {
      id: randomUUID(),
      roomId,
      senderId: 'ann',
      content: 'hello',
      format: 'text',
      attachments: [],
      custom: {},
      clientId: randomUUID(),
      bodyHash: 'hash',
      createdAt: at,
      ...message,
    },
  };
}

/** Appends an event that needs nothing else. */
export async function touch(store: ChatStore, roomId: string): Promise<number> {
  return store.write(async (tx) => {
    await tx.lock([roomId]);
    return tx.append({ roomId, type: 'room.updated', actorId: 'ann', at, data: {} });
  });
}
