import type {
  Draft,
  Member,
  MessageState,
  Notification,
  NotificationPreferences,
  Reaction,
  RoomState,
} from '@confab/shared';
import type { LogRow } from '../events/log.js';
import { draftKey, loadDrafts } from './drafts/drafts.js';
import type { DraftKey } from './drafts/drafts.js';
import type { ChatMember } from './generated/sqlite/client.js';
import { presentMember } from './present/member.js';
import { countsOf, livingIds, loadReactions, loadSurroundings, presentMessage, removedRow } from './present/message.js';
import type { StorePresentation } from './present/presentation.js';
import { presentRoom } from './present/room.js';
import { profileOf } from './present/user.js';
import { memberRow, messageRow, roomRow } from './records.js';
import type { MemberRow } from './rows.js';
import type { ReadTx } from './transaction.js';
import { notificationPreferencesOf } from './users/preferences.js';

/** Today's state of everything that some rows of the log name. */
export interface Materials {
  readonly present: StorePresentation;
  readonly rooms: ReadonlyMap<string, RoomState>;
  readonly messages: ReadonlyMap<string, MessageState>;
  readonly reactions: ReadonlyMap<string, readonly Reaction[]>;
  readonly notifications: ReadonlyMap<string, Notification>;
  /** How many living messages the threads the rows name hold; those without any are left out. */
  readonly threadCounts: ReadonlyMap<string, number>;
  /** How people want to be disturbed, of those the rows tell it of. */
  readonly disturbances: ReadonlyMap<string, NotificationPreferences>;
  /** The members of a room among these users, also those who have left since; who has no row is left out. */
  members(roomId: string, userIds: readonly string[]): readonly Member[];
  /** What a user has begun to write in a room they are in. */
  draft(key: DraftKey): Draft | null;
  preferences(roomId: string, userId: string): Pick<MemberRow, 'notify' | 'archived' | 'pinned'> | undefined;
}

interface Wanted {
  readonly roomIds: Set<string>;
  readonly messageIds: Set<string>;
  readonly notificationIds: Set<string>;
  readonly members: Map<string, Pair>;
  readonly disturbed: Set<string>;
  readonly drafts: Map<string, DraftKey>;
  readonly threads: Map<string, { readonly id: string; readonly roomId: string }>;
}

/** Loads what the rows name, in at most eleven statements however many rows and rooms there are. */
export async function loadMaterials(tx: ReadTx, rows: readonly LogRow[]): Promise<Materials> {
  const wanted = collect(rows);
  const rooms = await loadRooms(tx, [...wanted.roomIds]);
  const members = await loadMemberRows(tx, [...wanted.members.values()]);
  const stored = await loadMessageRows(tx, [...wanted.messageIds]);
  const notifications = await loadNotifications(tx, [...wanted.notificationIds]);
  const drafts = await loadDrafts(tx, [...wanted.drafts.values()]);
  const reactions = await loadReactions(tx, livingIds(stored.messages));
  const all = [...stored.messages, ...stored.removed];
  const around = await loadSurroundings(tx, all, {
    userIds: [...members.values()].map((row) => row.userId),
    threads: [...wanted.threads.values()],
  });
  const { profiles, threadCounts } = around;

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
    threadCounts,
    disturbances: await notificationPreferencesOf(tx, { userIds: [...wanted.disturbed] }),
    members: (roomId, userIds) =>
      userIds.flatMap((userId) => {
        const row = members.get(memberKey(roomId, userId));
        return row === undefined ? [] : [presentMember(present, row, profileOf(profiles, userId))];
      }),
    draft: (key) => {
      const found = drafts.get(draftKey(key));
      const member = members.get(memberKey(key.roomId, key.userId));
      const isTheirs = member?.status === 'in' && member.joinSeq === found?.joinSeq;
      return isTheirs ? found.draft : null;
    },
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
    disturbed: new Set(),
    threads: new Map(),
    drafts: new Map(),
  };
  for (const { type, roomId, actorId, data } of rows) {
    if (type === 'room.created' || type === 'room.updated' || type === 'member.added') wanted.roomIds.add(roomId);
    if (type === 'room.created' || type === 'member.added' || type === 'member.updated') {
      for (const userId of data.userIds ?? []) wanted.members.set(memberKey(roomId, userId), [roomId, userId]);
    }
    if (messageTypes.has(type) && data.messageId !== undefined) wanted.messageIds.add(data.messageId);
    for (const threadId of threadsOf(type, data)) wanted.threads.set(threadId, { id: threadId, roomId });
    if (type === 'preferences.updated' && data.aboutRoomId !== undefined && actorId !== null) {
      wanted.members.set(memberKey(data.aboutRoomId, actorId), [data.aboutRoomId, actorId]);
    }
    if (type === 'notifications.updated' && actorId !== null) wanted.disturbed.add(actorId);
    if (type === 'draft.updated' && data.aboutRoomId !== undefined && actorId !== null) {
      const key = { userId: actorId, roomId: data.aboutRoomId, threadId: data.threadId ?? null };
      wanted.drafts.set(draftKey(key), key);
      wanted.members.set(memberKey(key.roomId, actorId), [key.roomId, actorId]);
    }
    if (type === 'notification' && data.notificationId !== undefined) wanted.notificationIds.add(data.notificationId);
  }
  return wanted;
}

/** The threads whose size a row tells. */
function threadsOf(type: string, { threadId, threads = [] }: LogRow['data']): readonly string[] {
  if (type === 'message.deleted') return threads.map((thread) => thread.threadId);
  return type === 'message.created' && threadId !== undefined ? [threadId] : [];
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
