import type { Member, MessageState, Notification, Reaction, RoomState } from '@confab/shared';
import type { LogRow } from '../events/log.js';
import type { ChatMember } from './generated/sqlite/client.js';
import { presentMember } from './present/member.js';
import { countsOf, livingIds, loadReactions, loadSurroundings, presentMessage, removedRow } from './present/message.js';
import type { StorePresentation } from './present/presentation.js';
import { presentRoom } from './present/room.js';
import { profileOf } from './present/user.js';
import { memberRow, messageRow, roomRow } from './records.js';
import type { MemberRow } from './rows.js';
import type { ReadTx } from './transaction.js';

/** Today's state of everything that some rows of the log name. */
export interface Materials {
  readonly present: StorePresentation;
  readonly rooms: ReadonlyMap<string, RoomState>;
  readonly messages: ReadonlyMap<string, MessageState>;
  readonly reactions: ReadonlyMap<string, readonly Reaction[]>;
  readonly notifications: ReadonlyMap<string, Notification>;
  /** The members of a room among these users, also those who have left since; who has no row is left out. */
  members(roomId: string, userIds: readonly string[]): readonly Member[];
  preferences(roomId: string, userId: string): Pick<MemberRow, 'notify' | 'archived' | 'pinned'> | undefined;
}

interface Wanted {
  readonly roomIds: Set<string>;
  readonly messageIds: Set<string>;
  readonly notificationIds: Set<string>;
  readonly members: Map<string, Pair>;
}

/** Loads what the rows name, in at most nine statements however many rows and rooms there are. */
export async function loadMaterials(tx: ReadTx, rows: readonly LogRow[]): Promise<Materials> {
  const wanted = collect(rows);
  const rooms = await loadRooms(tx, [...wanted.roomIds]);
  const members = await loadMemberRows(tx, [...wanted.members.values()]);
  const stored = await loadMessageRows(tx, [...wanted.messageIds]);
  const notifications = await loadNotifications(tx, [...wanted.notificationIds]);
  const reactions = await loadReactions(tx, livingIds(stored.messages));
  const all = [...stored.messages, ...stored.removed];
  const around = await loadSurroundings(
    tx,
    all,
    [...members.values()].map((row) => row.userId),
  );
  const { profiles } = around;

  const { present } = tx;
  const messages = new Map<string, MessageState>();
  for (const row of all) {
    const counts = countsOf(reactions.get(row.id) ?? []);
    messages.set(row.id, presentMessage(present, row, around, counts));
  }

  return {
    present,
    rooms,
    messages,
    reactions,
    notifications,
    members: (roomId, userIds) =>
      userIds.flatMap((userId) => {
        const row = members.get(memberKey(roomId, userId));
        return row === undefined ? [] : [presentMember(present, row, profileOf(profiles, userId))];
      }),
    preferences: (roomId, userId) => members.get(memberKey(roomId, userId)),
  };
}

const messageTypes: ReadonlySet<string> = new Set(['message.created', 'message.updated', 'message.reaction']);

function collect(rows: readonly LogRow[]): Wanted {
  const wanted: Wanted = {
    roomIds: new Set(),
    messageIds: new Set(),
    notificationIds: new Set(),
    members: new Map(),
  };
  for (const { type, roomId, actorId, data } of rows) {
    if (type === 'room.created' || type === 'room.updated' || type === 'member.added') wanted.roomIds.add(roomId);
    if (type === 'room.created' || type === 'member.added' || type === 'member.updated') {
      for (const userId of data.userIds ?? []) wanted.members.set(memberKey(roomId, userId), [roomId, userId]);
    }
    if (messageTypes.has(type) && data.messageId !== undefined) wanted.messageIds.add(data.messageId);
    if (type === 'preferences.updated' && data.aboutRoomId !== undefined && actorId !== null) {
      wanted.members.set(memberKey(data.aboutRoomId, actorId), [data.aboutRoomId, actorId]);
    }
    if (type === 'notification' && data.notificationId !== undefined) wanted.notificationIds.add(data.notificationId);
  }
  return wanted;
}

async function loadRooms(tx: ReadTx, ids: readonly string[]): Promise<ReadonlyMap<string, RoomState>> {
  if (ids.length === 0) return new Map();
  const records = await tx.db.chatRoom.findMany({ where: { id: { in: [...ids] } } });
  return new Map(records.map((record) => [record.id, presentRoom(tx.present, roomRow(record))]));
}

async function loadMessageRows(tx: ReadTx, ids: readonly string[]) {
  if (ids.length === 0) return { messages: [], removed: [] };
  const records = await tx.db.chatMessage.findMany({ where: { id: { in: [...ids] } } });
  const found = new Set(records.map((record) => record.id));
  const missing = ids.filter((id) => !found.has(id));
  const removed =
    missing.length === 0 ? [] : await tx.db.chatRemovedMessage.findMany({ where: { id: { in: missing } } });
  return { messages: records.map(messageRow), removed: removed.map(removedRow) };
}

async function loadNotifications(tx: ReadTx, ids: readonly string[]): Promise<ReadonlyMap<string, Notification>> {
  if (ids.length === 0) return new Map();
  const records = await tx.db.chatNotification.findMany({ where: { id: { in: [...ids] } } });
  return new Map(
    records.map(({ id, kind, roomId, messageId, actorId, createdAt }) => [
      id,
      { id, kind: kind as Notification['kind'], roomId, messageId, actorId, createdAt },
    ]),
  );
}

type Pair = readonly [roomId: string, userId: string];

/** Memberships that one statement names. */
const pairsPerStatement = 1_000;

/** Exactly these pairs: many rooms times many users would be a lot of rows nobody asked for. */
async function loadMemberRows(tx: ReadTx, pairs: readonly Pair[]): Promise<ReadonlyMap<string, MemberRow>> {
  if (pairs.length === 0) return new Map();
  const found = tx.present.columns.member.length === 0 ? await readCore(tx, pairs) : await readWhole(tx, pairs);
  return new Map(found.map((record) => [memberKey(record.roomId, record.userId), memberRow(record)]));
}

async function readCore(tx: ReadTx, pairs: readonly Pair[]): Promise<readonly ChatMember[]> {
  const given = JSON.stringify(pairs);
  return tx.provider === 'postgresql'
    ? tx.db.$queryRaw<ChatMember[]>`
          SELECT "roomId", "userId", "status", "role", "permissions", "joinedAt", "joinSeq", "leftSeq", "leftPos",
            "leftReason", "readSeq", "deliveredSeq", "mutedUntil", "notify", "archived", "pinned", "custom"
          FROM "chat_member" WHERE ("roomId", "userId") IN (
            SELECT "pair" ->> 0, "pair" ->> 1 FROM jsonb_array_elements(${given}::jsonb) "pair")`
    : tx.db.$queryRaw<ChatMember[]>`
          SELECT "roomId", "userId", "status", "role", "permissions", "joinedAt", "joinSeq", "leftSeq", "leftPos",
            "leftReason", "readSeq", "deliveredSeq", "mutedUntil", "notify", "archived", "pinned", "custom"
          FROM "chat_member" WHERE ("roomId", "userId") IN (
            SELECT json_extract("value", '$[0]'), json_extract("value", '$[1]') FROM json_each(${given}))`;
}

/** With the host's own columns, which only its client knows how to read; room by room, as many as a statement takes. */
async function readWhole(tx: ReadTx, pairs: readonly Pair[]): Promise<readonly ChatMember[]> {
  const records: ChatMember[] = [];
  for (let first = 0; first < pairs.length; first += pairsPerStatement) {
    const byRoom = new Map<string, string[]>();
    for (const [roomId, userId] of pairs.slice(first, first + pairsPerStatement)) {
      byRoom.set(roomId, [...(byRoom.get(roomId) ?? []), userId]);
    }
    const OR = [...byRoom].map(([roomId, userIds]) => ({ roomId, userId: { in: userIds } }));
    records.push(...(await tx.db.chatMember.findMany({ where: { OR } })));
  }
  return records;
}

function memberKey(roomId: string, userId: string): string {
  return `${roomId} ${userId}`;
}
