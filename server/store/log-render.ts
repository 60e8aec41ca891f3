import type { EventData, LoggedEvent, LoggedEventType, MessageState, RoomState, ThreadSize } from '@confab/shared';
import type { LogRow } from '../events/log.js';
import { loadMaterials } from './log-materials.js';
import type { Materials } from './log-materials.js';
import { renderOwnEvents } from './log-own-events.js';
import type { OwnRendering } from './log-own-events.js';
import { plainMessage } from './port.js';
import { defaultPreferences } from './users/preferences.js';
import { alone, countsOf, presentMessage } from './present/message.js';
import { presentRoom } from './present/room.js';
import { unknownUser } from './present/user.js';
import type { ReadTx } from './transaction.js';

/** The events as they are told today. Same order and length as the rows. */
export async function renderRows(tx: ReadTx, rows: readonly LogRow[], rendering: OwnRendering): Promise<LoggedEvent[]> {
  if (rows.length === 0) return [];
  const materials = await loadMaterials(tx, rows);
  const own = rows.filter((row) => !isCore(row.type));
  const data = own.length === 0 ? undefined : await renderOwnEvents(tx, own, rendering);
  return rows.map((row) => {
    const type: string = row.type;
    return toEvent(row, isCore(type) ? renderers[type](row, materials) : data?.get(row));
  });
}

type Renderers = { readonly [Type in LoggedEventType]: (row: LogRow, materials: Materials) => EventData[Type] };

const renderers: Renderers = {
  'room.created': (row, materials) => ({
    room: roomOf(row, materials),
    members: materials.members(row.roomId, row.data.userIds ?? []),
  }),
  'room.updated': (row, materials) => ({ room: roomOf(row, materials) }),
  'room.deleted': () => ({}),
  'member.added': (row, materials) => ({
    members: materials.members(row.roomId, row.data.userIds ?? []),
    room: roomOf(row, materials),
  }),
  'member.removed': ({ data }) => ({ userIds: data.userIds ?? [], reason: data.reason ?? 'removed' }),
  'member.updated': (row, materials) => ({ members: materials.members(row.roomId, row.data.userIds ?? []) }),
  'message.created': (row, materials) => {
    const message = messageOf(row, materials);
    const { threadId } = row.data;
    return threadId === undefined ? { message } : { message, thread: sizeOf(threadId, materials) };
  },
  'message.updated': (row, materials) => ({ message: messageOf(row, materials) }),
  'message.deleted': ({ data }, materials) => {
    const { messageIds = [], threads } = data;
    if (threads === undefined) return { messageIds };
    return { messageIds, threads: threads.map((lost) => ({ ...sizeOf(lost.threadId, materials), ...lost })) };
  },
  'message.reaction': ({ data, actorId }, materials) => ({
    messageId: data.messageId ?? '',
    userId: data.userIds?.[0] ?? actorId ?? '',
    emoji: data.emoji ?? '',
    action: data.action ?? 'add',
    ...(data.replaced === undefined ? {} : { replaced: data.replaced }),
    reactions: countsOf(materials.reactions.get(data.messageId ?? '') ?? []),
  }),
  'message.pinned': ({ data }) => ({ messageId: data.messageId ?? '', pinned: data.pinned ?? false }),
  notification: (row, materials) => ({
    // It goes with its message, and was told all the same.
    notification: materials.notifications.get(row.data.notificationId ?? '') ?? {
      id: row.data.notificationId ?? '',
      kind: row.data.notified ?? 'mention',
      roomId: row.data.aboutRoomId ?? row.roomId,
      messageId: row.data.messageId ?? null,
      actorId: row.actorId ?? '',
      createdAt: row.at,
    },
  }),
  'message.hidden': ({ data }) => ({ roomId: data.aboutRoomId ?? '', messageIds: data.messageIds ?? [] }),
  'thread.updated': ({ data }) => ({
    roomId: data.aboutRoomId ?? '',
    threadId: data.threadId ?? '',
    following: data.following ?? false,
    readSeq: data.readSeq ?? 0,
  }),
  'draft.updated': (row, materials) => draftIn(row, materials),
  'preferences.updated': (row, materials) => preferencesOf(row, materials),
  'notifications.updated': ({ actorId }, { disturbances }) => disturbances.get(actorId ?? '') ?? defaultPreferences,
};

/** The types of the core's own events in the log. */
export const coreEventTypes: readonly string[] = Object.keys(renderers);

function isCore(type: string): type is LoggedEventType {
  return Object.hasOwn(renderers, type);
}

function toEvent(row: LogRow, data: unknown): LoggedEvent {
  const actor = row.actorId === null ? {} : { actorId: row.actorId };
  // One renderer per type makes the pair of type and data right; the union of all pairs can't express that.
  return { type: row.type, at: row.at, ...actor, roomId: row.roomId, seq: row.seq, data } as LoggedEvent;
}

/** What a thread holds now. */
function sizeOf(threadId: string, { threadCounts }: Materials): ThreadSize {
  return { threadId, count: threadCounts.get(threadId) ?? 0 };
}

/** The message, or what can be said of one that was purged together with its room. */
function messageOf(row: LogRow, materials: Materials): MessageState {
  const id = row.data.messageId ?? '';
  const found = materials.messages.get(id);
  if (found !== undefined) return found;
  const senderId = row.actorId ?? '';
  return presentMessage(
    materials.present,
    {
      id,
      roomId: row.roomId,
      seq: row.seq,
      kind: 'user',
      senderId,
      content: null,
      format: 'text',
      attachments: [],
      custom: {},
      clientId: null,
      bodyHash: null,
      ...plainMessage,
      threadId: row.data.threadId ?? null,
      deletedAt: row.at,
      createdAt: row.at,
    },
    alone(unknownUser(senderId)),
    [],
  );
}

/** The room, or an empty one for a room that was purged between the read of the row and now. */
function roomOf(row: LogRow, materials: Materials): RoomState {
  const found = materials.rooms.get(row.roomId);
  if (found !== undefined) return found;
  return presentRoom(materials.present, {
    id: row.roomId,
    shard: row.shard,
    kind: 'group',
    name: null,
    description: null,
    image: null,
    visibility: 'private',
    joinPolicy: 'invite',
    history: 'all',
    locked: false,
    slowModeSeconds: 0,
    maxMembers: 0,
    retentionDays: null,
    ownerId: null,
    memberCount: 0,
    lastSeq: row.seq,
    lastPos: row.pos,
    authzVersion: 0,
    preferences: {},
    custom: {},
    directKey: null,
    createdBy: row.actorId ?? '',
    clientId: null,
    bodyHash: null,
    lastActivityAt: row.at,
    createdAt: row.at,
    updatedAt: row.at,
    deletedAt: row.at,
  });
}

/** The draft as it is now, or none: a later event tells why. */
function draftIn({ data, actorId }: LogRow, materials: Materials): EventData['draft.updated'] {
  const { aboutRoomId: roomId = '', threadId = null } = data;
  return { roomId, threadId, draft: materials.draft({ userId: actorId ?? '', roomId, threadId }) };
}

function preferencesOf({ data, actorId }: LogRow, materials: Materials): EventData['preferences.updated'] {
  const roomId = data.aboutRoomId ?? '';
  const unset = { notify: 'all', archived: false, pinned: false } as const;
  const { notify, archived, pinned } = materials.preferences(roomId, actorId ?? '') ?? unset;
  return { roomId, notify, archived, pinned };
}
