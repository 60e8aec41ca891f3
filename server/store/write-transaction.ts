import { personalRoom, shardOf } from '../events/log.js';
import type { LogRow } from '../events/log.js';
import type { Clock } from '../ports.js';
import type { Prisma } from './generated/sqlite/client.js';
import { lockPersonalRooms, lockRooms, lockRoomsBackwards } from './locks.js';
import { writeLog } from './log-writer.js';
import type { PendingEvent } from './log-writer.js';
import { storeDepartures, storeDeparturePositions } from './departures.js';
import type { Departure } from './departures.js';
import { directoryName } from './rooms/directory.js';
import type { RoomRow } from './rows.js';
import type { StorePresentation } from './present/presentation.js';
import type { Db, NewEvent, Provider, RoomPatch, WriteTx } from './transaction.js';

/** A locked room: how it is now, and which of its columns the database does not have yet. */
interface Held {
  readonly row: RoomRow;
  readonly unsaved: Partial<RoomRow>;
}

/** What was done in a transaction but is not in the database yet. Copied for a savepoint, so nothing in it is changed. */
interface Ledger {
  readonly rooms: Map<string, Held>;
  readonly events: readonly PendingEvent[];
  readonly departures: readonly Departure[];
  readonly tasks: readonly (() => void)[];
}

/** A write transaction from the inside of the store. */
export interface UnitOfWork {
  readonly tx: WriteTx;
  /** Stores what is already certain, so that reads in the same transaction see it: rooms and departures, no positions. */
  flush(): Promise<void>;
  /** Everything that is stored last; nothing may be done in the transaction afterwards. Returns the log's new rows. */
  finish(): Promise<readonly LogRow[]>;
  /** Another transaction won: this one has to be done again. */
  lost(conflict: unknown): void;
  /** The rooms it has locked or tried to, but for users' own. */
  readonly asked: ReadonlySet<string>;
  /** What it lost to, if it did. */
  readonly conflict: unknown;
  /** What to run after the commit. */
  readonly tasks: readonly (() => void)[];
  /** Returns what takes everything done since out again; the database's part is the caller's. */
  mark(): () => void;
}

interface UnitOptions {
  readonly db: Db;
  readonly provider: Provider;
  readonly present: StorePresentation;
  readonly shardCount: number;
  readonly clock: Clock;
}

/** The unit of work of one open database transaction. */
export function createUnitOfWork({ db, provider, present, shardCount, clock }: UnitOptions): UnitOfWork {
  let ledger: Ledger = { rooms: new Map(), events: [], departures: [], tasks: [] };
  let conflict: unknown;
  const asked = new Set<string>();

  function held(roomId: string): Held {
    const found = ledger.rooms.get(roomId);
    if (found === undefined) throw new Error(`Room ${roomId} is not locked by this transaction.`);
    return found;
  }

  function change(roomId: string, changes: Partial<RoomRow>): void {
    const { row, unsaved } = held(roomId);
    ledger.rooms.set(roomId, { row: { ...row, ...changes }, unsaved: { ...unsaved, ...changes } });
  }

  function hold(rows: readonly RoomRow[]): void {
    for (const row of rows) ledger.rooms.set(row.id, { row, unsaved: {} });
  }

  function append(event: NewEvent): number {
    const { row } = held(event.roomId);
    const seq = row.lastSeq + 1;
    change(event.roomId, { lastSeq: seq });
    ledger = { ...ledger, events: [...ledger.events, { ...event, shard: row.shard, seq }] };
    return seq;
  }

  const tx: WriteTx = {
    db,
    host: db,
    provider,
    present,
    async lock(roomIds) {
      const wanted = [...new Set(roomIds)];
      const missing = wanted.filter((id) => !ledger.rooms.has(id));
      const isBackwards = [...ledger.rooms.keys()].some((held) => missing.some((id) => id < held));
      for (const id of missing) asked.add(id);
      hold(await (isBackwards ? lockRoomsBackwards : lockRooms)(tx, missing));
      return pick(wanted, (id) => ledger.rooms.get(id)?.row);
    },
    async lockPersonal(userIds) {
      const wanted = [...new Set(userIds)];
      const missing = wanted.filter((userId) => !ledger.rooms.has(personalRoom(userId)));
      if (missing.length > 0) hold(await lockPersonalRooms(tx, missing, { shardCount, now: clock.now() }));
      return pick(wanted, (userId) => ledger.rooms.get(personalRoom(userId))?.row);
    },
    async insertRoom(room) {
      const row: RoomRow = { ...room, shard: shardOf(room.id, shardCount), lastSeq: 0, lastPos: 0, authzVersion: 0 };
      await db.chatRoom.create({ data: roomData(row, row) as Prisma.ChatRoomCreateInput, select: { id: true } });
      hold([row]);
      return row;
    },
    room: (roomId) => held(roomId).row,
    patch: (roomId: string, patch: RoomPatch) => change(roomId, patch),
    fence: (roomId) => change(roomId, { authzVersion: held(roomId).row.authzVersion + 1 }),
    append,
    appendRemoval(event) {
      const seq = append(event);
      const departure: Departure = {
        roomId: event.roomId,
        userIds: event.data.userIds,
        seq,
        reason: event.data.reason ?? 'removed',
        isStored: false,
      };
      ledger = { ...ledger, departures: [...ledger.departures, departure] };
      return seq;
    },
    afterCommit(task) {
      ledger = { ...ledger, tasks: [...ledger.tasks, task] };
    },
  };

  async function saveRooms(): Promise<void> {
    for (const [id, { row, unsaved }] of ledger.rooms) {
      if (Object.keys(unsaved).length === 0) continue;
      // No `RETURNING`, so one short statement: the row is known, it is ours.
      await db.chatRoom.updateMany({ where: { id }, data: roomData(unsaved, row) });
      ledger.rooms.set(id, { row, unsaved: {} });
    }
  }

  return {
    tx,
    lost(error) {
      conflict ??= error;
    },
    asked,
    get conflict() {
      return conflict;
    },
    get tasks() {
      return ledger.tasks;
    },
    async flush() {
      await saveRooms();
      await storeDepartures(
        db,
        ledger.departures.filter((departure) => !departure.isStored),
      );
      ledger = { ...ledger, departures: ledger.departures.map((departure) => ({ ...departure, isStored: true })) };
    },
    async finish() {
      const rows = await writeLog(tx, ledger.events);
      for (const row of rows) change(row.roomId, { lastPos: row.pos });
      await saveRooms();
      await storeDeparturePositions(db, ledger.departures, rows);
      return rows;
    },
    mark() {
      const before: Ledger = { ...ledger, rooms: new Map(ledger.rooms) };
      return () => {
        ledger = before;
      };
    },
  };
}

function pick<Key extends string>(
  keys: readonly Key[],
  find: (key: Key) => RoomRow | undefined,
): ReadonlyMap<Key, RoomRow> {
  const found = new Map<Key, RoomRow>();
  for (const key of keys) {
    const row = find(key);
    if (row !== undefined) found.set(key, row);
  }
  return found;
}

/** What is written of a room that is `row` now. */
function roomData(changes: Partial<RoomRow>, row: RoomRow): Prisma.ChatRoomUpdateManyMutationInput {
  const { preferences, custom, ...rest } = changes;
  const isRenamed = changes.name !== undefined || changes.visibility !== undefined;
  return {
    ...rest,
    ...(isRenamed ? { directoryName: directoryName(row) } : {}),
    ...(preferences === undefined ? {} : { preferences: preferences as Prisma.InputJsonObject }),
    ...(custom === undefined ? {} : { custom: custom as Prisma.InputJsonObject }),
  };
}
