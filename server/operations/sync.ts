import type { ChatEvent } from '@confab/shared';
import { z } from 'zod';
import { look } from '../policy/enter.js';
import type { Settings } from '../settings.js';
import { id, limit, seq } from './inputs.js';
import type { Op } from './kernel.js';
import { query } from './operation.js';

/** A room's log is read in larger pages than lists are, because whoever reads it has a hole to fill. */
const pageOfEvents = 200;

const roomLimit = z.int().min(1).max(pageOfEvents).default(pageOfEvents);

const input = (settings: Settings) =>
  z.union([
    z.strictObject({ roomId: id, afterSeq: seq, limit: roomLimit }),
    // As long as it likes: a cursor that can't be read is a `resync`, not an error.
    z.strictObject({ cursor: z.string().optional(), limit: limit(settings) }),
  ]);

/** Events of everything since a cursor. */
export interface StreamPage {
  readonly events: readonly { readonly id: string; readonly event: ChatEvent }[];
  readonly cursor: string;
  readonly more: boolean;
}

/** Events of one room after a `seq`, from the caller's joining on. */
export interface RoomPage {
  readonly events: readonly ChatEvent[];
  readonly headSeq: number;
  readonly more: boolean;
}

/** The stream in pages, for clients without a socket; or one room's log, for those who found a hole in it. */
export const sync = query('sync', input, (op, page): Promise<StreamPage | RoomPage> =>
  'roomId' in page ? roomPage(op, page) : op.kernel.streams.sync(op.caller.userId, page.cursor, page.limit),
);

async function roomPage(op: Op, page: { roomId: string; afterSeq: number; limit: number }): Promise<RoomPage> {
  const { room, me } = await op.store.read((tx) => look(op, tx, 'message.list', page.roomId));
  const slice = {
    roomId: room.id,
    shard: room.shard,
    afterPos: 0,
    uptoPos: room.lastPos,
    // Beyond the head there is nothing, however far; PostgreSQL knows no number that large.
    fromSeq: Math.max(Math.min(page.afterSeq, room.lastSeq) + 1, me?.joinSeq ?? 1),
  };
  // One more than asked for tells whether there is more.
  const rows = await op.store.log.slices([slice], page.limit + 1);
  const events = await op.store.log.render(rows.slice(0, page.limit));
  return { events, headSeq: room.lastSeq, more: rows.length > page.limit };
}
