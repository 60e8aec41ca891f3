import type { NotificationPreferences } from '@confab/shared';
import { memberRow } from '../records.js';
import type { MemberRow } from '../rows.js';
import type { ReadTx } from '../transaction.js';
import { notificationPreferencesOf } from '../users/preferences.js';

/** Somebody who may be pushed for something. */
export interface PushAsk {
  readonly userId: string;
  readonly sessionId: string | null;
  readonly roomId: string;
  readonly messageId: string | null;
  readonly threadId: string | null;
  /** Who it is by. */
  readonly actorId: string;
}

/** What is known of the people of some questions, as it is now. */
export interface PushPeople {
  /** Their row in the room, past or present. */
  member(ask: PushAsk): MemberRow | null;
  /** How they stand to the thread. */
  thread(ask: PushAsk): { readonly following: boolean; readonly readSeq: number } | null;
  session(ask: PushAsk): { readonly endedAt: Date | null; readonly lastSeenAt: Date } | null;
  /** `null`: never set any. */
  preferences(ask: PushAsk): NotificationPreferences | null;
  /** Whether they have blocked whoever it is by. */
  isBlocking(ask: PushAsk): boolean;
  /** Whether they deleted the message for themselves. */
  isHidden(ask: PushAsk): boolean;
  /** Whether the host keeps them out. */
  isBanned(ask: PushAsk): boolean;
}

/** Reads all that a decision to push depends on, of people and rooms of a batch, in seven statements at most. */
export async function pushPeople(
  tx: ReadTx,
  { asks, now }: { readonly asks: readonly PushAsk[]; readonly now: Date },
): Promise<PushPeople> {
  const { db } = tx;
  const userIds = distinct(asks, (ask) => ask.userId);
  const among = { in: userIds };
  const threadIds = distinct(asks, (ask) => ask.threadId);
  const messageIds = distinct(asks, (ask) => ask.messageId);
  const places = grouped(asks);
  const when = <Row>(isNeeded: boolean, rows: () => PromiseLike<Row[]>): PromiseLike<Row[]> | Row[] =>
    isNeeded ? rows() : [];

  const members = await when(asks.length > 0, () => db.chatMember.findMany({ where: { OR: places } }));
  const threads = await when(threadIds.length > 0, () =>
    db.chatThreadMember.findMany({ where: { threadId: { in: threadIds }, userId: among } }),
  );
  const sessionIds = distinct(asks, (ask) => ask.sessionId);
  const sessions = await when(sessionIds.length > 0, () =>
    db.chatSession.findMany({
      where: { userId: among, id: { in: sessionIds } },
      select: { userId: true, id: true, endedAt: true, lastSeenAt: true },
    }),
  );
  const preferences = await notificationPreferencesOf(tx, { userIds });
  const blocks = await when(asks.length > 0, () =>
    db.chatBlock.findMany({ where: { userId: among, blockedId: { in: distinct(asks, (ask) => ask.actorId) } } }),
  );
  const hidden = await when(messageIds.length > 0, () =>
    db.chatHiddenMessage.findMany({ where: { userId: among, messageId: { in: messageIds } } }),
  );
  const bans = await when(asks.length > 0, () =>
    db.chatUserBan.findMany({ where: { userId: among, OR: [{ until: null }, { until: { gt: now } }] } }),
  );

  const memberOf = by(members, (row) => [row.roomId, row.userId]);
  const threadOf = by(threads, (row) => [row.threadId, row.userId]);
  const sessionOf = by(sessions, (row) => [row.userId, row.id]);
  const blockOf = by(blocks, (row) => [row.userId, row.blockedId]);
  const hiddenOf = by(hidden, (row) => [row.userId, row.messageId]);
  const banOf = by(bans, (row) => [row.userId]);
  return {
    member(ask) {
      const found = memberOf(ask.roomId, ask.userId);
      return found === undefined ? null : memberRow(found);
    },
    thread: (ask) => threadOf(ask.threadId ?? '', ask.userId) ?? null,
    session: (ask) => sessionOf(ask.userId, ask.sessionId ?? '') ?? null,
    preferences: (ask) => preferences.get(ask.userId) ?? null,
    isBlocking: (ask) => blockOf(ask.userId, ask.actorId) !== undefined,
    isHidden: (ask) => hiddenOf(ask.userId, ask.messageId ?? '') !== undefined,
    isBanned: (ask) => banOf(ask.userId) !== undefined,
  };
}

/** One condition per room, so that there are no more of them than rooms. */
function grouped(asks: readonly PushAsk[]) {
  const rooms = new Map<string, Set<string>>();
  for (const { roomId, userId } of asks) rooms.set(roomId, (rooms.get(roomId) ?? new Set()).add(userId));
  return [...rooms].map(([roomId, userIds]) => ({ roomId, userId: { in: [...userIds] } }));
}

function distinct(asks: readonly PushAsk[], pick: (ask: PushAsk) => string | null): string[] {
  return [...new Set(asks.flatMap((ask) => pick(ask) ?? []))];
}

function by<Row>(rows: readonly Row[], keyOf: (row: Row) => readonly string[]) {
  const found = new Map(rows.map((row) => [JSON.stringify(keyOf(row)), row]));
  return (...key: readonly string[]): Row | undefined => found.get(JSON.stringify(key));
}
