import type { ChatEvent, LoggedEvent, ResyncReason } from '@confab/shared';
import { replayLimits } from '@confab/shared';
import type { Positions } from './cursor.js';
import { headPositions, unusable } from './cursor.js';
import type { LogSnapshot, LogStore, RoomSlice } from './log.js';
import { personalRoom, shardOf } from './log.js';
import type { Ring, RingEntry } from './ring.js';

/** Bounds of a replay; see `replayLimits`. */
export interface ReplayBounds {
  readonly eventsPerRoom: number;
  readonly events: number;
  readonly bytes: number;
  readonly rooms: number;
}

export const defaultReplayBounds: ReplayBounds = replayLimits;

/** A room of which too much was missed. */
export interface LimitedRoom {
  readonly roomId: string;
  readonly headSeq: number;
  readonly shard: number;
  readonly headPos: number;
}

/** What a user missed between two positions of the log. */
export interface Replay {
  readonly since: Positions;
  readonly heads: Positions;
  readonly limited: readonly LimitedRoom[];
  readonly gone: readonly { readonly roomId: string; readonly leftSeq: number }[];
  /** By shard, then position. */
  readonly entries: readonly RingEntry[];
}

export type ReplayPlan = { readonly replay: Replay } | { readonly resync: ResyncReason };

export interface PlanOptions {
  readonly log: LogStore;
  readonly ring: Ring;
  readonly bounds: ReplayBounds;
}

interface Missed extends RoomSlice {
  /** Absent for a user's own log, whose `seq` the snapshot does not know. */
  readonly lastSeq: number | undefined;
  readonly isDeleted: boolean;
}

/** Rooms that are read from the log at once. */
const roomsPerRead = 25;

/** Finds what a user has missed since a cursor, from current membership alone; nothing is rendered yet. */
export async function planReplay(
  { log, ring, bounds }: PlanOptions,
  userId: string,
  since: Positions,
  snapshot: LogSnapshot,
): Promise<ReplayPlan> {
  const reason = unusable(since, snapshot.heads);
  if (reason !== undefined) return { resync: reason };
  const heads = headPositions(snapshot.heads);
  const missed = missedRooms(userId, since, heads, snapshot);
  const gone = goneRooms(since, snapshot);
  if (missed.length + gone.length > bounds.rooms) return { resync: 'too_much' };

  const entries: RingEntry[] = [];
  const overfull: Missed[] = [];
  const take = (room: Missed, found: readonly RingEntry[]): void => {
    if (found.length <= bounds.eventsPerRoom) entries.push(...found);
    else overfull.push(room);
  };

  const unheld: Missed[] = [];
  for (const room of missed) {
    const found = ring.slice(room, bounds.eventsPerRoom + 1);
    if (found === undefined) unheld.push(room);
    else take(room, found);
    if (entries.length > bounds.events) return { resync: 'too_much' };
  }
  for (let first = 0; first < unheld.length; first += roomsPerRead) {
    const rooms = unheld.slice(first, first + roomsPerRead);
    const found = await readSlices(log, rooms, bounds.eventsPerRoom + 1);
    for (const room of rooms) take(room, found.get(room.roomId) ?? []);
    if (entries.length > bounds.events) return { resync: 'too_much' };
  }
  const limited: LimitedRoom[] = [];
  for (const room of overfull) {
    const { headSeq, ending } = await limit(log, room);
    limited.push({ roomId: room.roomId, headSeq, shard: room.shard, headPos: room.uptoPos });
    if (ending !== undefined) entries.push(ending);
  }
  // Retention may have run between the snapshot and the reading: then rows are missing that should have been there.
  if (unheld.length + overfull.length > 0 && unusable(since, await log.heads()) === 'too_old')
    return { resync: 'too_old' };

  entries.sort((one, other) => one.row.shard - other.row.shard || one.row.pos - other.row.pos);
  return { replay: { since, heads, limited, gone, entries } };
}

function missedRooms(userId: string, since: Positions, heads: Positions, snapshot: LogSnapshot): Missed[] {
  const missed: Missed[] = [];
  for (const { roomId, shard, status, lastPos, lastSeq, joinSeq, isDeleted } of snapshot.memberships) {
    const afterPos = since[shard] ?? 0;
    if (status === 'out' || lastPos <= afterPos) continue;
    const uptoPos = Math.min(lastPos, heads[shard] ?? 0);
    missed.push({ roomId, shard, afterPos, uptoPos, fromSeq: joinSeq, lastSeq, isDeleted });
  }
  const roomId = personalRoom(userId);
  const shard = shardOf(roomId, heads.length);
  const afterPos = since[shard] ?? 0;
  if (snapshot.personalPos > afterPos) {
    const uptoPos = snapshot.personalPos;
    missed.push({ roomId, shard, afterPos, uptoPos, fromSeq: 1, lastSeq: undefined, isDeleted: false });
  }
  return missed;
}

function goneRooms(since: Positions, snapshot: LogSnapshot): { roomId: string; leftSeq: number }[] {
  return snapshot.memberships
    .filter(({ status, leftPos, shard }) => status === 'out' && (leftPos ?? 0) > (since[shard] ?? 0))
    .map(({ roomId, leftSeq }) => ({ roomId, leftSeq: leftSeq ?? 0 }));
}

async function readSlices(
  log: LogStore,
  slices: readonly RoomSlice[],
  limit: number,
): Promise<ReadonlyMap<string, RingEntry[]>> {
  const found = new Map<string, RingEntry[]>();
  for (const row of await log.slices(slices, limit)) {
    const entry: RingEntry = { row, event: undefined, bytes: 0 };
    const entries = found.get(row.roomId);
    if (entries === undefined) found.set(row.roomId, [entry]);
    else entries.push(entry);
  }
  return found;
}

/**
 * Where a room of which too much was missed stands. Of a deleted one there is nothing left to fetch, so its last event
 * is still told; a user's own log is not among the memberships, so where it ends is looked up in the log.
 */
async function limit(log: LogStore, room: Missed): Promise<{ headSeq: number; ending?: RingEntry }> {
  if (room.lastSeq !== undefined && !room.isDeleted) return { headSeq: room.lastSeq };
  const [row] = await log.read(room.shard, room.uptoPos - 1, room.uptoPos, 1);
  if (row === undefined) return { headSeq: room.lastSeq ?? 0 };
  if (!room.isDeleted) return { headSeq: row.seq };
  return { headSeq: row.seq - 1, ending: { row, event: undefined, bytes: 0 } };
}

/** The events of some entries, as they are told today. */
export async function renderEntries(log: LogStore, entries: readonly RingEntry[]): Promise<readonly LoggedEvent[]> {
  const unrendered = entries.filter((entry) => entry.event === undefined);
  const rendered = unrendered.length === 0 ? [] : await log.render(unrendered.map((entry) => entry.row));
  let next = 0;
  return entries.map((entry) => {
    const event = entry.event ?? rendered[next++];
    if (event === undefined) throw new Error('The log rendered fewer events than it was given rows.');
    return event;
  });
}

/** One thing of a replay on its way out, and how far the stream has come with it. */
export type ReplayItem =
  | { readonly positions: Positions; readonly entry: RingEntry }
  | { readonly positions: Positions; readonly event: ChatEvent };

/**
 * The order in which a replay is told. What does not stand at its own place in the log comes first and leaves the
 * cursor where the client had it: were the socket lost half-way, a cursor moved past it would hide it for good.
 */
export function lineUp({ since, limited, gone, entries }: Replay, at: Date): ReplayItem[] {
  const items: ReplayItem[] = [];
  for (const { roomId, headSeq } of limited) {
    items.push({ positions: since, event: { type: 'room.limited', at, roomId, data: { headSeq } } });
  }
  for (const { roomId, leftSeq } of gone) {
    items.push({ positions: since, event: { type: 'room.gone', at, roomId, data: { leftSeq } } });
  }
  let positions = since;
  for (const entry of entries) {
    positions = positions.map((pos, shard) => (shard === entry.row.shard ? entry.row.pos : pos));
    items.push({ positions, entry });
  }
  return items;
}
