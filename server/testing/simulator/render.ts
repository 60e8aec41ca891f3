import type { LoggedEvent, Member } from '@confab/shared';
import type { LogRow } from '../../events/log.js';
import type { Database } from './database.js';
import { roomShape } from './shapes.js';

/** A row as it is told today. */
export function renderRow(database: Database, row: LogRow): LoggedEvent {
  const { roomId, seq, at, data } = row;
  const base = { at, roomId, seq, ...(row.actorId === null ? {} : { actorId: row.actorId }) };
  const room = database.rooms.get(roomId);
  const userIds = data.userIds ?? [];
  const shape = (): ReturnType<typeof roomShape> =>
    roomShape(roomId, room?.lastSeq ?? 0, database.membersOf(roomId).length);
  const members = (): Member[] => userIds.flatMap((userId) => database.member(userId, roomId) ?? []);
  switch (row.type) {
    case 'room.created':
      return { ...base, type: 'room.created', data: { room: shape(), members: members() } };
    case 'member.added':
      return { ...base, type: 'member.added', data: { room: shape(), members: members() } };
    case 'member.removed':
      return { ...base, type: 'member.removed', data: { userIds, reason: data.reason ?? 'removed' } };
    case 'message.created':
      return { ...base, type: 'message.created', data: { message: database.message(data.messageId ?? '') } };
    case 'message.updated':
      return { ...base, type: 'message.updated', data: { message: database.message(data.messageId ?? '') } };
    case 'message.deleted':
      return { ...base, type: 'message.deleted', data: { messageIds: data.messageIds ?? [] } };
    case 'message.reaction': {
      const messageId = data.messageId ?? '';
      const { reactions } = database.message(messageId);
      const userId = row.actorId ?? '';
      return { ...base, type: 'message.reaction', data: { messageId, userId, emoji: '+', action: 'add', reactions } };
    }
    case 'notification': {
      const id = data.notificationId ?? '';
      const notification = { id, kind: 'mention', roomId, messageId: null, actorId: '', createdAt: at } as const;
      return { ...base, type: 'notification', data: { notification } };
    }
    case 'message.hidden':
      return {
        ...base,
        type: 'message.hidden',
        data: { roomId: data.aboutRoomId ?? '', messageIds: data.messageIds ?? [] },
      };
    case 'room.deleted':
      return { ...base, type: 'room.deleted', data: {} };
    default:
      // An application's own: told as it was appended, under the name it was given.
      return { ...base, type: row.type, data: data.own } as LoggedEvent;
  }
}
