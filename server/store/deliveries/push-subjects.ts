import type { MessageState, NotificationKind } from '@confab/shared';
import type { LogRow } from '../../events/log.js';
import { placeholders, select } from '../messages/raw.js';
import { loadMessageStates } from '../present/message.js';
import { messageRow } from '../records.js';
import type { MessageRow, RoomRow } from '../rows.js';
import type { ReadTx } from '../transaction.js';
import type { PushSubscriptionRow } from './subscriptions.js';

/** An event that somebody may be pushed for, with what it is about as it is now. */
export interface PushSubject {
  readonly event: LogRow;
  readonly room: Pick<RoomRow, 'id' | 'kind' | 'name' | 'image' | 'memberCount' | 'deletedAt'>;
  /** What was said, or what the notification is about; `null` when that is gone without a trace, or there is none. */
  readonly message: MessageRow | null;
  /** Who said what the message answers. */
  readonly answeredId: string | null;
  /** Of an event in somebody's own log. */
  readonly notification: {
    readonly id: string;
    readonly userId: string;
    readonly kind: NotificationKind;
    readonly actorId: string;
    readonly messageId: string | null;
  } | null;
}

/** Where a device can be reached, and the room that brings it into play; `null`: its user's own log does. */
export type PushCandidate = Pick<PushSubscriptionRow, 'id' | 'userId' | 'sessionId'> & {
  readonly roomId: string | null;
};

/**
 * What these events are about, in their order; those that nobody is ever pushed for are left out, and those whose message
 * or room is gone without a trace. Four statements at most.
 */
export async function pushSubjects(
  { db }: ReadTx,
  { rows }: { readonly rows: readonly LogRow[] },
): Promise<readonly PushSubject[]> {
  const said = rows.filter(({ type }) => type === 'message.created');
  const personal = rows.filter(({ type }) => type === 'notification');
  const notified =
    personal.length === 0
      ? []
      : await db.chatNotification.findMany({ where: { id: { in: idsOf(personal, 'notificationId') } } });
  const notifications = new Map(notified.map((row) => [row.id, row]));
  const messageIds = [...idsOf(said, 'messageId'), ...notified.flatMap(({ messageId }) => messageId ?? [])];
  const found = messageIds.length === 0 ? [] : await db.chatMessage.findMany({ where: { id: { in: messageIds } } });
  const messages = new Map(found.map((record) => [record.id, messageRow(record)]));
  const answering = found.flatMap(({ replyToId }) => replyToId ?? []);
  const answered =
    answering.length === 0
      ? []
      : await db.chatMessage.findMany({ where: { id: { in: answering } }, select: { id: true, senderId: true } });
  const senders = new Map(answered.map(({ id, senderId }) => [id, senderId]));
  const roomIds = [...new Set([...said, ...notified].map(({ roomId }) => roomId))];
  const select = { id: true, kind: true, name: true, image: true, memberCount: true, deletedAt: true } as const;
  const stored = roomIds.length === 0 ? [] : await db.chatRoom.findMany({ where: { id: { in: roomIds } }, select });
  const rooms = new Map(stored.map((room) => [room.id, { ...room, kind: room.kind as RoomRow['kind'] }]));

  return rows.flatMap((event): PushSubject[] => {
    const { messageId = '', notificationId = '' } = event.data;
    const told = event.type === 'notification' ? notifications.get(notificationId) : undefined;
    const room = rooms.get(told?.roomId ?? event.roomId);
    const message = messages.get(told === undefined ? messageId : (told.messageId ?? '')) ?? null;
    if (room === undefined || (told === undefined && message === null)) return [];
    const answeredId = senders.get(message?.replyToId ?? '') ?? null;
    if (told === undefined) return [{ event, room, message, answeredId, notification: null }];
    const { id, userId, kind, actorId } = told;
    const notification = { id, userId, kind: kind as NotificationKind, actorId, messageId: told.messageId };
    return [{ event, room, message, answeredId, notification }];
  });
}

/**
 * The devices of current members of these rooms and of these users, at most `limit` of the former and in no order. It costs
 * as much as there are members or subscriptions, whichever are fewer.
 */
export async function pushCandidates(
  tx: ReadTx,
  input: {
    readonly rooms: readonly Pick<RoomRow, 'id' | 'memberCount'>[];
    readonly userIds: readonly string[];
    readonly limit: number;
  },
): Promise<readonly PushCandidate[]> {
  const { rooms, userIds, limit } = input;
  const own =
    userIds.length === 0
      ? []
      : await tx.db.chatPushSubscription.findMany({
          where: { userId: { in: [...userIds] } },
          select: { id: true, userId: true, sessionId: true },
        });
  if (rooms.length === 0) return own.map((row) => ({ ...row, roomId: null }));
  const members = rooms.reduce((sum, { memberCount }) => sum + memberCount, 0);
  const candidates = await select<PushCandidate>(
    tx,
    `SELECT s."id" AS "id", s."userId" AS "userId", s."sessionId" AS "sessionId", m."roomId" AS "roomId"
     ${joined(await areFewer(tx, members))}
       AND m."roomId" IN ${placeholders(rooms.length)}
     LIMIT ?`,
    [...rooms.map(({ id }) => id), limit],
  );
  return [...candidates, ...own.map((row) => ({ ...row, roomId: null }))];
}

/** The devices of a room's current members that come after one, in the order of their ids. */
export async function pushCandidatesAfter(
  tx: ReadTx,
  { roomId, afterId, limit }: { readonly roomId: string; readonly afterId: string | null; readonly limit: number },
): Promise<readonly PushCandidate[]> {
  return select<PushCandidate>(
    tx,
    `SELECT s."id" AS "id", s."userId" AS "userId", s."sessionId" AS "sessionId", m."roomId" AS "roomId"
     ${joined(true)}
       AND m."roomId" = ? AND s."id" > ?
     ORDER BY s."id" LIMIT ?`,
    [roomId, afterId ?? '', limit],
  );
}

/** These messages as events carry them today, by id. */
export async function pushedMessages(
  tx: ReadTx,
  { rows }: { readonly rows: readonly MessageRow[] },
): Promise<ReadonlyMap<string, MessageState>> {
  const states = await loadMessageStates({ ...tx, present: tx.present.safe }, rows);
  return new Map(states.map((state) => [state.id, state]));
}

/** CROSS JOIN fixes SQLite's order of tables, which knows nothing of their sizes; PostgreSQL plans as it likes. */
function joined(isFromSubscriptions: boolean): string {
  const tables = ['"chat_push_subscription" s', '"chat_member" m'];
  const [outer, inner] = isFromSubscriptions ? tables : tables.toReversed();
  return `FROM ${outer} CROSS JOIN ${inner} WHERE m."userId" = s."userId" AND m."status" = 'in'`;
}

/** Whether there are no more subscriptions than this, which only SQLite has to be told. */
async function areFewer(tx: ReadTx, members: number): Promise<boolean> {
  if (tx.provider === 'postgresql') return true;
  const more = await tx.db.chatPushSubscription.findFirst({ skip: members, select: { id: true } });
  return more === null;
}

function idsOf(rows: readonly LogRow[], key: 'messageId' | 'notificationId'): string[] {
  return rows.flatMap(({ data }) => data[key] ?? []);
}
