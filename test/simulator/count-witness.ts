import type { Counts } from '../../client/store/state.js';
import { unreadOf } from '../../client/store/counts.js';
import type { Input, RoomView, StoreState } from '../../client/store/state.js';
import type { Database } from '../../server/testing/simulator/database.js';
import { Violation } from '../../server/testing/simulator/violation.js';
import type { Bounds } from './recount.js';
import { countNow, floorOf, recount } from './recount.js';
import type { ClientTally } from './tally.js';

/** Holds what one device says is unread, and how far it takes rooms as read, against the database. */
export class CountWitness {
  /** The marks as they stood when the device last had reason to ask for them. */
  readonly #doubted = new Map<string, number>();
  /** How far the device took rooms as read. */
  readonly #readTo = new Map<string, number>();
  readonly #userId: string;
  readonly #database: Database;
  readonly #tally: ClientTally;

  constructor(userId: string, database: Database, tally: ClientTally) {
    this.#userId = userId;
    this.#database = database;
    this.#tally = tally;
  }

  /** What was read until now has to be known, wherever the device says that it knows. */
  before(input: Input): void {
    const isReady = input.kind === 'event' && (input.event.type === 'ready' || input.event.type === 'resync');
    if (!isReady && input.kind !== 'doubt') return;
    for (const roomId of this.#database.rooms.keys()) {
      this.#doubted.set(roomId, floorOf(this.#database, this.#userId, roomId));
    }
  }

  after(input: Input, before: StoreState, state: StoreState): void {
    for (const view of state.rooms.values()) if (view !== before.rooms.get(view.roomId)) this.#check(view, state);
    if (input.kind === 'moved') for (const mark of input.marks) this.#told(mark.roomId, mark.readSeq, state);
    if (input.kind !== 'event' || input.event.type !== 'receipt.read') return;
    const { roomId = '', data } = input.event;
    if (data.userId !== this.#userId || state.loading !== null) return;
    this.#told(roomId, data.seq, state);
    if ((before.rooms.get(roomId)?.readTo ?? Infinity) < data.seq) this.#tally.effects.receipts += 1;
  }

  /** After healing: every count is exact, and what the tables say. */
  checkEnd(state: StoreState): void {
    for (const roomId of state.rooms.keys()) {
      const counts = unreadOf(state, roomId);
      const now = countNow(this.#database, this.#userId, roomId);
      if (counts?.isExact !== true) throw new Violation(`${this.#userId} can't tell what is unread in ${roomId}`);
      this.#tally.effects.finalCounts += 1;
      const bounds = { least: now, most: now };
      if (!isWithin(counts, bounds)) throw new Violation(tell(this.#userId, roomId, counts, bounds));
    }
  }

  #check(view: RoomView, state: StoreState): void {
    const { roomId, readTo, seq } = view;
    if (view.room === null || view.waitingFor !== null || state.loading !== null) return;
    this.#tally.effects.markChecks += 1;
    if (readTo < (this.#readTo.get(roomId) ?? 0)) throw new Violation(`a mark of ${this.#userId} went back`);
    this.#readTo.set(roomId, readTo);
    const isIn = this.#database.isMember(this.#userId, roomId);
    if (isIn && readTo > floorOf(this.#database, this.#userId, roomId)) {
      throw new Violation(`${this.#userId} did not read ${roomId} up to ${readTo}`);
    }
    const counts = unreadOf(state, roomId);
    if (counts?.isExact !== true) return;
    const stay = this.#database.staysOf(this.#userId, roomId).find(({ joinSeq, leftSeq }) => {
      return joinSeq <= seq && seq <= leftSeq;
    });
    // Of a stay that is over, nobody can ask any more how far it was read.
    const doubted = stay?.leftSeq === Infinity ? (this.#doubted.get(roomId) ?? 0) : 0;
    const floor = Math.max(readTo, (stay?.joinSeq ?? 1) - 1, doubted);
    const heldTo = Math.max(seq, view.messages.at(-1)?.seq ?? 0);
    const reach = { readTo: floor, seq, heldTo, personalSeq: state.personalSeq };
    const bounds = recount(this.#database, this.#userId, roomId, reach);
    this.#tally.effects.countChecks += 1;
    if (counts.unread > 0) this.#tally.effects.unreadCounts += 1;
    if (bounds.least.unread === bounds.most.unread) this.#tally.effects.exactChecks += 1;
    if (!isWithin(counts, bounds)) throw new Violation(tell(this.#userId, roomId, counts, bounds));
  }

  #told(roomId: string, readSeq: number, state: StoreState): void {
    const view = state.rooms.get(roomId);
    if (view === undefined) return;
    if (view.readTo < readSeq) throw new Violation(`${this.#userId} was told of a mark in vain`);
    this.#readTo.set(roomId, Math.max(readSeq, this.#readTo.get(roomId) ?? 0));
  }
}

function isWithin({ unread, mentions }: Counts, { least, most }: Bounds): boolean {
  const isUnread = least.unread <= unread && unread <= most.unread;
  return isUnread && least.mentions <= mentions && mentions <= most.mentions;
}

function tell(userId: string, roomId: string, counts: Counts, { least, most }: Bounds): string {
  const [given, from, to] = [counts, least, most].map(({ unread, mentions }) => `${unread}/${mentions}`);
  return `${userId} counts ${given} unread/mentions in ${roomId}, not ${from} to ${to}`;
}
