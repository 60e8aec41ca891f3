import { ChatError, invalid } from '@confab/shared';
import type { Message, MessagePage } from '@confab/shared';
import { z } from 'zod';
import { look } from '../../policy/enter.js';
import type { Settings } from '../../settings.js';
import type { HistoryPage, HistoryPlace } from '../../store/messages/history.js';
import type { ReadTx } from '../../store/transaction.js';
import * as inputs from '../inputs.js';
import type { Op } from '../kernel.js';
import { query } from '../operation.js';
import { rootIn } from '../threads/reach.js';
import { floorOf, lookAt } from '../../policy/reach.js';

/** A message by its place in the log or by its id. */
const anchor = z.union([inputs.seq, inputs.id]);

const listInput = (settings: Settings) =>
  z
    .strictObject({
      roomId: inputs.id,
      limit: inputs.limit(settings),
      before: anchor.optional(),
      after: anchor.optional(),
      around: anchor.optional(),
      /** A message of the room: what was said in its thread, which is not in the room's own history. */
      threadId: inputs.id.optional(),
      // Infinite queries begin with a null cursor.
      cursor: inputs.cursor.nullish(),
      direction: z.enum(['forward', 'backward']).optional(),
    })
    .refine(
      ({ before, after, around, cursor }) =>
        [before, after, around, cursor ?? undefined].filter((place) => place !== undefined).length <= 1,
      'before, after, around and cursor exclude each other',
    );

type ListInput = z.output<ReturnType<typeof listInput>>;

/** The highest `seq` there can be is one more. */
const maxSeq = 2_147_483_646;

/**
 * A piece of a room's history, or of a thread's, oldest first; the newest when no place is named. `nextCursor` goes on the way the page
 * went: towards newer messages after `after`, else towards older ones. Infinite queries send `direction: 'forward'` with
 * it, so forward means on; `backward` means towards older messages, whichever cursor it comes with.
 */
export const list = query('message.list', listInput, async (op, input): Promise<MessagePage> => {
  const { roomId, threadId, limit } = input;
  const { userId: viewerId } = op.caller;
  return op.store.read(async (tx) => {
    const { room, me } = await look(op, tx, 'message.list', roomId);
    const floorSeq = floorOf(room, me);
    if (threadId !== undefined) await rootIn(op, tx, { room, me }, threadId);
    const place = await placeOf(op, tx, input, floorSeq);
    const history = { roomId, viewerId, floorSeq, threadId: threadId ?? null };
    const page = await op.store.methods.listMessages(tx, { ...history, place, limit });
    return { ...page, nextCursor: cursorAfter(place, page) };
  });
});

/** One message, a tombstone if it was deleted. */
export const get = query(
  'message.get',
  () => z.strictObject({ messageId: inputs.id }),
  async (op, { messageId }): Promise<Message> =>
    op.store.read(async (tx) => {
      const { message } = await lookAt(op, tx, 'message.get', messageId);
      const [present] = await op.store.methods.presentMessages(tx, { rows: [message], viewerId: op.caller.userId });
      if (present === undefined) throw new ChatError('NOT_FOUND');
      return present;
    }),
);

async function placeOf(op: Op, tx: ReadTx, input: ListInput, floorSeq: number): Promise<HistoryPlace> {
  const { before, after, around, cursor, direction } = input;
  if (cursor !== undefined && cursor !== null) {
    const place = placeIn(cursor);
    return direction === 'backward' ? { ...place, kind: 'before' } : place;
  }
  const resolve = (named: number | string) => seqOf(op, tx, input.roomId, named, floorSeq);
  if (before !== undefined) return { kind: 'before', seq: await resolve(before) };
  if (after !== undefined) return { kind: 'after', seq: await resolve(after) };
  if (around !== undefined) return { kind: 'around', seq: await resolve(around) };
  return { kind: 'newest' };
}

async function seqOf(op: Op, tx: ReadTx, roomId: string, named: number | string, floorSeq: number): Promise<number> {
  if (typeof named === 'number') return Math.min(named, maxSeq);
  const [place] = await op.store.methods.locateMessages(tx, { messageIds: [named] });
  if (place === undefined || place.roomId !== roomId || place.seq < floorSeq) throw new ChatError('NOT_FOUND');
  return place.seq;
}

function cursorAfter(place: HistoryPlace, { items, hasBefore, hasAfter }: HistoryPage): string | null {
  const isNewer = place.kind === 'after';
  const edge = isNewer ? items.at(-1) : items.at(0);
  if (edge === undefined || !(isNewer ? hasAfter : hasBefore)) return null;
  return `${isNewer ? 'after' : 'before'}:${edge.seq}`;
}

function placeIn(cursor: string): HistoryPlace & { readonly seq: number } {
  const [, kind, seq] = /^(before|after):(\d{1,10})$/.exec(cursor) ?? [];
  if (seq === undefined) throw invalid('cursor', 'is not a cursor of this list');
  return { kind: kind === 'after' ? 'after' : 'before', seq: Math.min(Number(seq), maxSeq) };
}
