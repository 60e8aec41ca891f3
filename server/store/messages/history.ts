import type { Message } from '@confab/shared';
import { loadMessages } from '../present/message.js';
import { messageRow } from '../records.js';
import type { ReadTx } from '../transaction.js';
import { select } from './raw.js';

/** Which part of a room's history, as its `seq`s; `around` keeps the place named, the others leave it out. */
export type HistoryPlace =
  { readonly kind: 'newest' } | { readonly kind: 'before' | 'after' | 'around'; readonly seq: number };

export interface HistoryInput {
  readonly roomId: string;
  readonly viewerId: string;
  /** The first `seq` the viewer may see. */
  readonly floorSeq: number;
  /** The thread; left out or `null`: the room itself. */
  readonly threadId?: string | null;
  readonly place: HistoryPlace;
  readonly limit: number;
}

/** A piece of history, oldest first. */
export interface HistoryPage {
  readonly items: readonly Message[];
  readonly hasBefore: boolean;
  readonly hasAfter: boolean;
}

interface Found {
  readonly id: string;
  readonly seq: number;
}

interface Choice {
  readonly found: readonly Found[];
  readonly hasBefore: boolean;
  readonly hasAfter: boolean;
}

/** What the viewer may see of a room's history, tombstones included. The number of statements is always the same few. */
export async function listMessages(tx: ReadTx, input: HistoryInput): Promise<HistoryPage> {
  const { found, hasBefore, hasAfter } = await choose(tx, input);
  const records = await tx.db.chatMessage.findMany({
    where: { id: { in: found.map((message) => message.id) } },
    orderBy: { seq: 'asc' },
  });
  const items = await loadMessages(tx, records.map(messageRow), input.viewerId);
  return { items, hasBefore, hasAfter };
}

async function choose(tx: ReadTx, input: HistoryInput): Promise<Choice> {
  const { place, limit } = input;
  switch (place.kind) {
    case 'newest': {
      const older = await olderThan(tx, input, maxSeq, limit + 1);
      return { found: older.slice(0, limit), hasBefore: older.length > limit, hasAfter: false };
    }
    case 'before': {
      const older = await olderThan(tx, input, place.seq, limit + 1);
      const newer = await newerThan(tx, input, place.seq - 1, 1);
      return { found: older.slice(0, limit), hasBefore: older.length > limit, hasAfter: newer.length > 0 };
    }
    case 'after': {
      const newer = await newerThan(tx, input, place.seq, limit + 1);
      const older = await olderThan(tx, input, Math.min(place.seq, maxSeq - 1) + 1, 1);
      return { found: newer.slice(0, limit), hasBefore: older.length > 0, hasAfter: newer.length > limit };
    }
    case 'around': {
      const older = await olderThan(tx, input, place.seq, limit + 1);
      const newer = await newerThan(tx, input, place.seq - 1, limit + 1);
      // Half to each side, the named one counted with the newer; what one side lacks goes to the other.
      const after = Math.min(newer.length, Math.max(Math.ceil((limit + 1) / 2), limit - older.length), limit);
      const before = Math.min(older.length, limit - after);
      return {
        found: [...older.slice(0, before), ...newer.slice(0, after)],
        hasBefore: older.length > before,
        hasAfter: newer.length > after,
      };
    }
  }
}

/** The columns are 32 bits wide. */
const maxSeq = 2_147_483_647;

function olderThan(tx: ReadTx, input: HistoryInput, seq: number, take: number): Promise<readonly Found[]> {
  return find(tx, input, { bound: '<', order: 'DESC', seq, take });
}

function newerThan(tx: ReadTx, input: HistoryInput, seq: number, take: number): Promise<readonly Found[]> {
  return find(tx, input, { bound: '>', order: 'ASC', seq, take });
}

interface Stretch {
  readonly bound: '<' | '>';
  readonly order: 'ASC' | 'DESC';
  readonly seq: number;
  readonly take: number;
}

// Sorted by thread as well, though there is one only: it is how PostgreSQL comes to read nothing but the index.
function find(tx: ReadTx, input: HistoryInput, { bound, order, seq, take }: Stretch): Promise<readonly Found[]> {
  const { roomId, viewerId, floorSeq, threadId = null } = input;
  return select<Found>(
    tx,
    `SELECT m."id" AS "id", m."seq" AS "seq" FROM "chat_message" m
     WHERE m."roomId" = ? AND m."threadId" ${threadId === null ? 'IS NULL' : '= ?'}
       AND m."seq" ${bound} ? AND m."seq" >= ?
       AND NOT EXISTS (SELECT 1 FROM "chat_hidden_message" h WHERE h."userId" = ? AND h."messageId" = m."id")
     ORDER BY m."threadId" ${order}, m."seq" ${order} LIMIT ?`,
    [roomId, ...(threadId === null ? [] : [threadId]), seq, floorSeq, viewerId, take],
  );
}
