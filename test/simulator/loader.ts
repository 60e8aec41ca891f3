import type { Answer, LoadedRoom, Need } from '../../client/store/state.js';
import { personalRoom } from '../../server/events/log.js';
import type { Database } from '../../server/testing/simulator/database.js';
import type { Io, Owner } from '../../server/testing/simulator/io.js';
import type { Prng } from '../../server/testing/simulator/prng.js';
import { roomShape } from '../../server/testing/simulator/shapes.js';
import { countNow } from './recount.js';

type Head = Omit<LoadedRoom, 'members' | 'messages'>;

export interface LoaderOptions {
  readonly io: Io;
  readonly database: Database;
  readonly userId: string;
  readonly prng: Prng;
}

/** Answers what a device needs as the procedures would: lines of a list at one moment, their content at a later one. */
export interface Loader {
  /** Rejects for passing reasons. */
  answer(need: Need): Promise<Answer>;
  /** What a load would give now. */
  load(roomId: string, page: number): LoadedRoom | undefined;
}

export function createLoader({ io, prng, database, userId }: LoaderOptions): Loader {
  const owner: Owner = { isAlive: true };

  function headOf(roomId: string): Head | undefined {
    const room = database.rooms.get(roomId);
    const me = database.member(userId, roomId);
    if (room === undefined || me === undefined || !database.isMember(userId, roomId)) return undefined;
    const memberCount = database.membersOf(roomId).length;
    return { room: roomShape(roomId, room.lastSeq, memberCount), me, ...countNow(database, userId, roomId) };
  }

  function fill(head: Head, most: number): LoadedRoom | undefined {
    const roomId = head.room.id;
    const joinSeq = database.member(userId, roomId)?.joinSeq ?? 0;
    if (!database.isMember(userId, roomId)) return undefined;
    const members = database.membersOf(roomId).flatMap((member) => database.member(member, roomId) ?? []);
    const visible = (database.rooms.get(roomId)?.messages ?? []).filter(({ id, seq }) => {
      return seq >= joinSeq && database.fates.get(id)?.hidden.has(userId) !== true;
    });
    return { ...head, members, messages: visible.slice(Math.max(0, visible.length - most)) };
  }

  async function loadAll(roomIds: readonly string[]): Promise<LoadedRoom[]> {
    const heads = await io.call(owner, () => roomIds.flatMap((roomId) => headOf(roomId) ?? []));
    const rooms = await io.call(owner, () => heads.flatMap((head) => fill(head, prng.between(1, 8)) ?? []));
    // Much can happen while an answer is on its way.
    for (let hops = prng.chance(0.2) ? 12 : 0; hops > 0; hops -= 1) await io.call(owner, () => undefined, false);
    return rooms;
  }

  return {
    async answer(need) {
      const { id } = need;
      switch (need.kind) {
        case 'events':
          return { kind: 'events', id, events: [], more: false };
        case 'room':
          return { kind: 'room', id, loaded: (await loadAll([need.roomId]))[0] ?? null };
        case 'marks': {
          const mine = (roomId: string) =>
            database.isMember(userId, roomId) ? database.member(userId, roomId) : undefined;
          const marks = await io.call(owner, () => need.roomIds.flatMap((roomId) => mine(roomId) ?? []));
          return { kind: 'marks', id, marks };
        }
        case 'rooms': {
          const rooms = [...database.rooms.keys()].filter((roomId) => roomId !== personalRoom(userId));
          return { kind: 'rooms', id, rooms: await loadAll(rooms) };
        }
      }
    },
    load(roomId, most) {
      const head = headOf(roomId);
      return head && fill(head, most);
    },
  };
}
