import { ChatError } from '@confab/shared';
import type { Message, Page } from '@confab/shared';
import { z } from 'zod';
import { select } from '../messages/raw.js';
import { pageOf, readOlderThan, readPlace } from '../page.js';
import { loadMessages } from '../present/message.js';
import { messageRow } from '../records.js';
import type { ReadTx } from '../transaction.js';
import { hasSearch, roomTerm, searchVector } from './objects.js';
import { wantedIn } from './words.js';
import type { Wanted } from './words.js';

/** What is looked for, and where. */
export interface SearchInput {
  /** Literal text. */
  readonly query: string;
  /** `null`: the system, which sees every room. */
  readonly viewerId: string | null;
  /** @default all rooms of the viewer */
  readonly roomId?: string | undefined;
  readonly senderId?: string | undefined;
  readonly limit: number;
  readonly cursor: string | undefined;
}

interface Hit {
  readonly id: string;
  readonly createdAt: Date | string;
  /** On SQLite the message's place in the index. */
  readonly place: bigint | number | null;
}

/** Rooms that a query names; of more, the hits are looked at one by one. */
const namedRooms = 500;

/** What is said to whoever runs the server when the index is missing. */
const missing =
  'message.search answers UNAVAILABLE, because the database has no search index: run `confab migrate --search`.';

/** Why nothing can be searched, as a sentence for whoever runs the server; `null`: it can. */
export async function findSearchFault(tx: ReadTx): Promise<string | null> {
  const [found] = await select<{ isThere: bigint | number }>(tx, hasSearch[tx.provider], []);
  return Number(found?.isThere ?? 0) === 1 ? null : missing;
}

/**
 * The messages that hold all words of the query, newest first: of rooms the viewer is a member of, from their floor on,
 * neither deleted nor hidden. Always the same few statements. `UNAVAILABLE` without the index.
 */
export async function searchMessages(tx: ReadTx, input: SearchInput): Promise<Page<Message>> {
  const { query, viewerId, roomId, limit, cursor } = input;
  const find = finders[tx.provider];
  // Looked at first, so that what is wrong with a cursor is always said.
  const before = find.place(cursor);
  const wanted = wantedIn(query);
  if (wanted === null) return { items: [], nextCursor: null };
  if ((await findSearchFault(tx)) !== null) throw new ChatError('UNAVAILABLE', 'Search is not set up here.');
  const roomIds = roomId === undefined ? await roomsOf(tx, viewerId) : [roomId];
  if (roomIds?.length === 0) return { items: [], nextCursor: null };
  const rooms = roomIds === null || roomIds.length > namedRooms ? [] : roomIds;
  const page = pageOf(await find.hits(tx, input, { wanted, rooms, before }), limit, find.placeOf);
  const ids = page.items.map(({ id }) => id);
  const records = await tx.db.chatMessage.findMany({ where: { id: { in: ids } } });
  const rows = new Map(records.map((record) => [record.id, messageRow(record)]));
  const found = ids.flatMap((id) => rows.get(id) ?? []);
  return { items: await loadMessages(tx, found, viewerId ?? ''), nextCursor: page.nextCursor };
}

/** `null`: of no concern. */
async function roomsOf(tx: ReadTx, userId: string | null): Promise<readonly string[] | null> {
  if (userId === null) return null;
  const found = await tx.db.chatMember.findMany({
    where: { userId, status: 'in' },
    take: namedRooms + 1,
    select: { roomId: true },
  });
  return found.map((member) => member.roomId);
}

interface Narrowed {
  readonly wanted: Wanted;
  readonly rooms: readonly string[];
  /** The values of the place where the page before ended. */
  readonly before: readonly (string | number | Date)[];
}

interface Finder {
  place(cursor: string | undefined): readonly (string | number | Date)[];
  placeOf(hit: Hit): readonly (string | number)[];
  hits(tx: ReadTx, input: SearchInput, narrowed: Narrowed): Promise<readonly Hit[]>;
}

/** Words hold letters, digits and signs only, so a quote around each is all that either language asks for. */
function expression({ words, prefix }: Wanted, rooms: readonly string[], language: Language): string {
  const { quote, begins, and, or } = language;
  const quoted = (word: string): string => `${quote}${word}${quote}`;
  const all = words.map(quoted);
  if (prefix !== null) all.push(`${quoted(prefix)}${begins}`);
  if (rooms.length > 0) all.push(`(${rooms.map((roomId) => quoted(roomTerm(roomId))).join(or)})`);
  return all.join(and);
}

interface Language {
  readonly quote: string;
  readonly begins: string;
  readonly and: string;
  readonly or: string;
}

const fts5: Language = { quote: '"', begins: '*', and: ' AND ', or: ' OR ' };
const tsquery: Language = { quote: "'", begins: ':*', and: ' & ', or: ' | ' };

/** The conditions on a hit `m`, and what they take. */
function conditions({ viewerId, roomId, senderId }: SearchInput): readonly [text: string, values: readonly string[]] {
  const parts: (readonly [string, readonly string[]])[] = [['m."deletedAt" IS NULL', []]];
  if (roomId !== undefined) parts.push(['m."roomId" = ?', [roomId]]);
  if (senderId !== undefined) parts.push(['m."senderId" = ?', [senderId]]);
  if (viewerId !== null) {
    const membership = `EXISTS (SELECT 1 FROM "chat_member" b JOIN "chat_room" r ON r."id" = b."roomId"
      WHERE b."roomId" = m."roomId" AND b."userId" = ? AND b."status" = 'in' AND r."deletedAt" IS NULL
        AND (r."history" <> 'sinceJoin' OR m."seq" >= b."joinSeq"))`;
    const hidden = `NOT EXISTS (SELECT 1 FROM "chat_hidden_message" h
      WHERE h."userId" = ? AND h."messageId" = m."id")`;
    parts.push([membership, [viewerId]], [hidden, [viewerId]]);
  } else {
    const room = `EXISTS (SELECT 1 FROM "chat_room" r WHERE r."id" = m."roomId" AND r."deletedAt" IS NULL)`;
    parts.push([room, []]);
  }
  return [parts.map(([text]) => text).join(' AND '), parts.flatMap(([, values]) => values)];
}

const rowPlace = z.tuple([z.int().min(0)]);

const finders: Readonly<Record<ReadTx['provider'], Finder>> = {
  sqlite: {
    place: (cursor) => readPlace(cursor, rowPlace) ?? [Number.MAX_SAFE_INTEGER],
    placeOf: ({ place }) => [Number(place)],
    // The index is read from its newest end and no further than the page goes. CROSS JOIN fixes that order.
    hits(tx, input, { wanted, rooms, before }) {
      const [text, values] = conditions(input);
      return select<Hit>(
        tx,
        `SELECT m."id" AS "id", m."createdAt" AS "createdAt", f."rowid" AS "place"
         FROM "chat_search" f CROSS JOIN "chat_search_place" p CROSS JOIN "chat_message" m
         WHERE f."chat_search" MATCH ? AND f."rowid" < ? AND p."place" = f."rowid" AND m."id" = p."messageId" AND ${text}
         ORDER BY f."rowid" DESC LIMIT ?`,
        [expression(wanted, rooms, fts5), ...before, ...values, input.limit + 1],
      );
    },
  },
  postgresql: {
    place(cursor) {
      const { before, lastId } = readOlderThan(cursor);
      return [before, before, lastId];
    },
    placeOf: ({ id, createdAt }) => [new Date(createdAt).getTime(), id],
    // What the index says comes first and by itself: no guess about rare and common words makes it read all messages.
    hits(tx, input, { wanted, rooms, before }) {
      const [text, values] = conditions(input);
      return select<Hit>(
        tx,
        `WITH m AS MATERIALIZED (
           SELECT "id", "roomId", "seq", "senderId", "createdAt", "deletedAt" FROM "chat_message"
           WHERE "searchText" <> '' AND ${searchVector} @@ ?::tsquery
         )
         SELECT m."id" AS "id", m."createdAt" AS "createdAt", NULL AS "place" FROM m
         WHERE (m."createdAt" < ? OR (m."createdAt" = ? AND m."id" < ?)) AND ${text}
         ORDER BY m."createdAt" DESC, m."id" DESC LIMIT ?`,
        [expression(wanted, rooms, tsquery), ...before, ...values, input.limit + 1],
      );
    },
  },
};
