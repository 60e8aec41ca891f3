import type { ChatEvent, LoggedEvent } from '@confab/shared';
import type { CursorCodec, Positions } from '../../events/cursor.js';
import { personalRoom } from '../../events/log.js';
import type { Delivery } from '../../events/outlet.js';
import type { Database, Stay } from './database.js';
import type { Tally } from './tally.js';
import { Violation } from './violation.js';

interface KnownRoom {
  last: number;
  /** Up to here `room.limited` told to ignore. */
  limitedTo: number;
}

/**
 * Watches what one device gets, value by value, against what the database says it should get. It knows nothing of
 * how the product does it and shares no code with the client's reducer.
 */
export class Witness {
  readonly known = new Map<string, KnownRoom>();
  #positions: Positions | undefined;
  #stage: 'closed' | 'opened' | 'ready' | 'markers' | 'events' = 'closed';
  #cameWith: string | undefined;
  #isResumed = false;
  #mustResync = false;
  #isPage = false;
  #isSpoiled = false;
  #openedAtStep = 0;
  #openedAt: Positions = [];
  /** What a replay that was cut off had to tell reached at least this far. */
  #cutAt: Positions = [];
  readonly #userId: string;
  readonly #database: Database;
  readonly #codec: CursorCodec;
  readonly #tally: Tally;

  constructor(userId: string, database: Database, codec: CursorCodec, tally: Tally) {
    this.#userId = userId;
    this.#database = database;
    this.#codec = codec;
    this.#tally = tally;
  }

  /** @param isSpoiled - Whether the cursor is one that can't be used. */
  opened(cursor: string | undefined, step: number, isSpoiled: boolean): void {
    this.#stage = 'opened';
    this.#isPage = false;
    this.#mustResync = false;
    this.#cameWith = cursor;
    this.#isSpoiled = isSpoiled;
    this.#openedAtStep = step;
    this.#openedAt = this.#database.heads().map(({ pos }) => pos);
  }

  /** What follows was asked for as a page. */
  polled(cursor: string, step: number): void {
    this.opened(cursor, step, false);
    this.#stage = 'markers';
    this.#isResumed = true;
    this.#isPage = true;
  }

  closed(): void {
    if (this.#isReplaying && !this.#isPage) this.#cutAt = this.#openedAt;
    this.#stage = 'closed';
  }

  saw({ cursor, event }: Delivery): void {
    if (event.type === 'ready') return this.#ready(cursor, event.data.resumed);
    if (this.#stage === 'opened') throw new Violation(`${event.type} before ready`);
    if (event.type === 'resync') return this.#resync(cursor, event.data.reason);
    if (this.#mustResync) {
      throw new Violation('a stream with a cursor silently started anew');
    }
    if (event.type === 'room.limited' || event.type === 'room.gone') return this.#marker(cursor, event);
    this.#stage = 'events';
    if (event.type === 'typing' || event.type === 'receipt.read') this.#ephemeral(event);
    if (event.type === 'checkpoint') {
      this.#tally.effects.checkpoints += 1;
      this.#isResumed = false;
    }
    // A mutated wire may lose the cursor: what comes of that is what is judged.
    if (cursor !== undefined) this.#advance(cursor, event);
    if (event.seq !== undefined) this.#logged(event as LoggedEvent);
  }

  /** The rooms it was told of and not told that they ended, its user's own log left out. */
  get roomIds(): string[] {
    const own = personalRoom(this.#userId);
    return [...this.known.keys()].filter((roomId) => roomId !== own);
  }

  get #isReplaying(): boolean {
    return this.#isResumed && this.#stage !== 'opened' && this.#stage !== 'closed';
  }

  /** After healing: the device must have been told everything, and nothing else. */
  checkEnd(): void {
    for (const room of this.#database.rooms.values()) {
      const isOwn = room.id === personalRoom(this.#userId);
      const isIn = isOwn || this.#database.isMember(this.#userId, room.id);
      const last = this.known.get(room.id)?.last;
      if (isIn && last !== room.lastSeq && !(isOwn && last === undefined)) {
        throw new Violation(`not converged: ${this.#userId} has ${last} of ${room.id}, not ${room.lastSeq}`);
      }
      if (!isIn && last !== undefined) throw new Violation(`${this.#userId} still has ${room.id}`);
    }
  }

  #ready(cursor: string, resumed: boolean): void {
    if (this.#stage !== 'opened') throw new Violation('ready was not the first');
    this.#stage = 'ready';
    this.#isResumed = resumed;
    this.#mustResync = !resumed && this.#positions !== undefined;
    if (this.#cameWith !== undefined && cursor !== this.#cameWith) throw new Violation('ready moved the cursor');
    if (resumed) {
      this.#tally.effects.replays += 1;
      return;
    }
    if (this.#positions === undefined) this.#startAt(cursor);
  }

  #resync(cursor: string, reason: string): void {
    if (this.#isSpoiled) this.#tally.faults.badCursor += 1;
    if (!this.#isPage && (this.#stage !== 'ready' || this.#isResumed)) throw new Violation('resync out of place');
    this.#mustResync = false;
    const { effects } = this.#tally;
    if (reason === 'invalid') effects.resyncInvalid += 1;
    else if (reason === 'epoch') effects.resyncEpoch += 1;
    else if (reason === 'too_old') effects.resyncTooOld += 1;
    else effects.resyncTooMuch += 1;
    this.#startAt(cursor);
  }

  /** From a fresh start on, everything after its cursor has to come. */
  #startAt(cursor: string): void {
    const positions = this.#parse(cursor);
    this.#positions = positions;
    this.#cutAt = [];
    this.known.clear();
    for (const room of this.#database.rooms.values()) {
      const upto = positions[room.shard] ?? 0;
      const stays = this.#database.staysOf(this.#userId, room.id);
      const isIn = stays.some((stay) => stay.joinPos <= upto && upto < stay.leftPos);
      if (!isIn && room.id !== personalRoom(this.#userId)) continue;
      const last = room.history.findLast((row) => row.pos <= upto)?.seq ?? 0;
      this.known.set(room.id, { last, limitedTo: 0 });
    }
  }

  #marker(cursor: string, event: ChatEvent): void {
    if (!this.#isResumed || this.#stage === 'events') throw new Violation(`${event.type} after replayed events`);
    if (cursor !== this.#cameWith) throw new Violation(`${event.type} moved the cursor`);
    this.#stage = 'markers';
    const roomId = event.roomId ?? '';
    if (event.type === 'room.limited') {
      const { headSeq } = event.data;
      const last = Math.max(headSeq, this.known.get(roomId)?.last ?? 0);
      this.known.set(roomId, { last, limitedTo: headSeq });
      if (roomId !== personalRoom(this.#userId)) this.#stayAt(roomId, headSeq);
      this.#tally.effects.limited += 1;
    } else if (event.type === 'room.gone') {
      this.#stayAt(roomId, event.data.leftSeq);
      this.known.delete(roomId);
      this.#tally.effects.gone += 1;
    }
  }

  #ephemeral(event: ChatEvent & { readonly type: 'typing' | 'receipt.read' }): void {
    this.#tally.effects.ephemerals += 1;
    if (event.type === 'typing' && event.data.userId === this.#userId)
      throw new Violation('typing came back to the typist');
    const stays = this.#database.staysOf(this.#userId, event.roomId ?? '');
    if (stays.length === 0) throw new Violation(`${event.type} of a foreign room`);
  }

  #advance(cursor: string, event: ChatEvent): void {
    const positions = this.#parse(cursor);
    if (this.#positions?.some((pos, shard) => (positions[shard] ?? 0) < pos)) {
      throw new Violation(`the cursor went back at ${event.type}`);
    }
    this.#positions = positions;
  }

  #logged(event: LoggedEvent): void {
    const { roomId, seq, type } = event;
    this.#tally.effects.deliveries += 1;
    this.#recover(event);
    if (this.#isResumed) this.#checkContent(event);
    const known = this.known.get(roomId);
    if (roomId === personalRoom(this.#userId)) return this.#next(roomId, seq, known ?? { last: 0, limitedTo: 0 });
    const stay = this.#stayAt(roomId, seq);
    if (known !== undefined && seq <= known.limitedTo) {
      this.#tally.effects.repeatsAfterLimited += 1;
      return;
    }
    if (seq === stay.joinSeq) {
      if (known !== undefined && seq <= known.last) throw new Violation(`${type} ${seq} of ${roomId} came twice`);
      if (known !== undefined && !this.#isResumed) throw new Violation(`${roomId} began anew without having ended`);
      this.known.set(roomId, { last: seq, limitedTo: 0 });
    } else if (known === undefined) {
      throw new Violation(`${type} ${seq} of unknown room ${roomId}`);
    } else {
      this.#next(roomId, seq, known);
    }
    if (seq === stay.leftSeq || type === 'room.deleted' || removes(event, this.#userId)) this.known.delete(roomId);
  }

  /** An event that a cut replay should have told and only a later one does. */
  #recover({ roomId, seq }: LoggedEvent): void {
    const { shard, pos } = this.#database.rooms.get(roomId)?.history[seq - 1] ?? { shard: 0, pos: Infinity };
    if (pos > (this.#cutAt[shard] ?? 0)) return;
    this.#tally.faults.disconnectMidReplay += 1;
    this.#cutAt = [];
  }

  #next(roomId: string, seq: number, known: KnownRoom): void {
    if (seq <= known.limitedTo) {
      this.#tally.effects.repeatsAfterLimited += 1;
      return;
    }
    if (seq <= known.last) throw new Violation(`repeated or reordered: ${seq} of ${roomId} after ${known.last}`);
    if (seq !== known.last + 1) throw new Violation(`hole: ${seq} of ${roomId} after ${known.last}`);
    this.known.set(roomId, { ...known, last: seq });
  }

  /** The stay an event belongs to: there must be one. */
  #stayAt(roomId: string, seq: number): Stay {
    const stays = this.#database.staysOf(this.#userId, roomId);
    const stay = stays.find(({ joinSeq, leftSeq }) => joinSeq <= seq && seq <= leftSeq);
    if (stay === undefined) throw new Violation(`leak: ${this.#userId} got ${seq} of ${roomId}`);
    return stay;
  }

  /** What was deleted before a device came back must not be told to it. */
  #checkContent(event: LoggedEvent): void {
    if (event.type !== 'message.created' && event.type !== 'message.updated') return;
    const { id, content } = event.data.message;
    if ((this.#database.deletedAtStep.get(id) ?? Infinity) >= this.#openedAtStep) return;
    if (content !== null) throw new Violation(`deleted content of ${id} was replayed`);
    this.#tally.effects.tombstones += 1;
  }

  #parse(cursor: string): Positions {
    const parsed = this.#codec.parse(cursor);
    if (!parsed.ok) throw new Violation('a cursor the product itself can not read');
    return parsed.positions;
  }
}

function removes(event: LoggedEvent, userId: string): boolean {
  return event.type === 'member.removed' && event.data.userIds.includes(userId);
}
