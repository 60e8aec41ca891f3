import type { Counts } from '../../client/store/state.js';
import type { Database } from '../../server/testing/simulator/database.js';

/** From where to where a device has come. */
export interface Reach {
  /** Up to here it takes everything as read. */
  readonly readTo: number;
  /** Every event of the room up to here was applied. */
  readonly seq: number;
  /** It may hold messages up to here, which came with a load. */
  readonly heldTo: number;
  /** Where it stands in the user's own log. */
  readonly personalSeq: number;
}

/** The fewest and the most that may wait to be read. */
export interface Bounds {
  readonly least: Counts;
  readonly most: Counts;
}

/**
 * Counts from the messages themselves what a user has not read. A message that was deleted, but in an event the
 * device has not come to yet, may count or not: events tell of messages as they are today.
 */
export function recount(database: Database, userId: string, roomId: string, reach: Reach): Bounds {
  const [least, most] = [
    { unread: 0, mentions: 0 },
    { unread: 0, mentions: 0 },
  ];
  for (const { id, seq, senderId, kind } of database.rooms.get(roomId)?.messages ?? []) {
    const fate = database.fates.get(id);
    if (fate === undefined || senderId === userId || kind === 'system' || seq <= reach.readTo) continue;
    const hiddenSeq = fate.hidden.get(userId) ?? Infinity;
    const weight = fate.mentions.some((name) => name === userId || name === '@room') ? 1 : 0;
    const isAlive = fate.deletedSeq === Infinity && hiddenSeq === Infinity;
    if (isAlive && seq <= reach.seq) {
      least.unread += 1;
      least.mentions += weight;
    }
    if (seq > reach.heldTo || fate.deletedSeq <= reach.seq || hiddenSeq <= reach.personalSeq) continue;
    most.unread += 1;
    most.mentions += weight;
  }
  return { least, most };
}

/** What the tables say now. */
export function countNow(database: Database, userId: string, roomId: string): Counts {
  const seq = database.rooms.get(roomId)?.lastSeq ?? 0;
  const readTo = floorOf(database, userId, roomId);
  return recount(database, userId, roomId, { readTo, seq, heldTo: seq, personalSeq: Infinity }).least;
}

/** Everything up to here was read by the user or said before the joining. */
export function floorOf(database: Database, userId: string, roomId: string): number {
  const member = database.member(userId, roomId);
  return member === undefined ? 0 : Math.max(member.readSeq, member.joinSeq - 1);
}
