import type { ChatEvent } from '@confab/shared';
import { isTransportError } from '../../client/errors.js';
import { createFetch } from '../../client/live/fetch.js';
import type { Fetch } from '../../client/live/fetch.js';
import { reduce as productReduce } from '../../client/store/reduce.js';
import { emptyState } from '../../client/store/state.js';
import type { Input, StoreState } from '../../client/store/state.js';
import { personalRoom } from '../../server/events/log.js';
import { Desk } from './desk.js';
import { ownerOf } from './device-names.js';
import type { Model } from './model.js';
import type { Line, Stage } from './stage.js';

export type Reduce = typeof productReduce;

/** A user's device: the client's own reducer and its own way of asking, on a stream of the real router. */
export class Device {
  readonly userId: string;
  /** The user's id, and of which of their devices. */
  readonly name: string;
  readonly #stage: Stage;
  readonly #model: Model;
  readonly #reduce: Reduce;
  #desk: Desk;
  #state: StoreState = emptyState;
  #line: Line | undefined;
  #fetch: Fetch | undefined;
  #faults: unknown[] = [];
  #generation = 0;
  readonly #asking = new Set<Promise<void>>();
  readonly #asked = new Set<number>();
  /** The newest event of each room that the stream told. */
  readonly #told = new Map<string, number>();
  /** What was told in short: up to here, it may be told again. */
  readonly #limitedTo = new Map<string, number>();
  /** The same as above of the user's own log. */
  #ownSeq = 0;

  constructor(name: string, stage: Stage, model: Model, reduce: Reduce = productReduce) {
    this.name = name;
    this.userId = ownerOf(name);
    this.#stage = stage;
    this.#model = model;
    this.#reduce = reduce;
    this.#desk = new Desk(this.userId);
  }

  /** What is for its user alone, as it knows it. */
  get desk(): Desk {
    return this.#desk;
  }

  get state(): StoreState {
    return this.#state;
  }

  get isOnline(): boolean {
    return this.#line !== undefined;
  }

  /** Comes with its cursor and all that it holds, or as a new device. */
  async come(isFresh: boolean): Promise<void> {
    this.#generation += 1;
    const generation = this.#generation;
    if (isFresh) {
      this.#state = emptyState;
      this.#desk = new Desk(this.userId);
      this.#ownSeq = this.#ownHead;
    }
    this.#asked.clear();
    this.#told.clear();
    this.#limitedTo.clear();
    const cursor = this.#state.cursor ?? undefined;
    this.#line = await this.#stage.connect(this.userId, this.name, cursor, (id, event) => {
      if (generation === this.#generation) this.#guard(() => this.#hear(id, event));
    });
    this.#fetch = createFetch(this.#line.calls, () => this.#state);
    this.#serve();
  }

  /** Hears nothing more. What it asked for is lost. */
  async go(): Promise<void> {
    this.#generation += 1;
    const line = this.#line;
    this.#line = undefined;
    // On a closed connection there would be no answer.
    await Promise.all(this.#asking);
    await line?.close();
  }

  /** Takes the answer to its own call. */
  learn(input: Input): void {
    if (this.isOnline) this.#take(input);
  }

  /** Whether everything that was committed is told and everything that was asked for is answered. */
  get isSettled(): boolean {
    if (this.#faults.length > 0) throw this.#faults[0];
    if (!this.isOnline) return true;
    const { userId, needs, loading, rooms } = this.#state;
    if (userId === null || needs.size > 0 || loading !== null) return false;
    const mine = this.#model.roomsOf(this.userId);
    const isAllTold = mine.every(({ id, log }) => rooms.get(id)?.seq === log.length);
    return isAllTold && rooms.size === mine.length && this.#ownSeq === this.#ownHead;
  }

  /** Resolves when everything that was sent up to now was heard. */
  async flush(): Promise<void> {
    await this.#line?.flush();
  }

  get #ownHead(): number {
    return this.#model.personal.get(this.userId)?.length ?? 0;
  }

  #hear(id: string, event: ChatEvent): void {
    this.#witness(event);
    this.#desk.hear(event);
    this.#take({ kind: 'event', id, event });
  }

  /** Nothing is told out of turn or twice. */
  #witness({ type, roomId, seq, data }: ChatEvent): void {
    if (roomId === undefined) return;
    const isOwn = roomId === personalRoom(this.userId);
    const before = isOwn ? this.#ownSeq : this.#told.get(roomId);
    const told = (last: number): void => {
      if (isOwn) this.#ownSeq = last;
      else this.#told.set(roomId, last);
    };
    if (type === 'room.limited') {
      this.#limitedTo.set(roomId, data.headSeq);
      told(data.headSeq);
    }
    if (seq === undefined || (this.#limitedTo.get(roomId) ?? 0) >= seq) return;
    const isAnew = type === 'member.added' && (before ?? 0) < seq;
    if (before !== undefined && seq !== before + 1 && !isAnew) {
      throw new Error(`${this.userId} heard ${type} ${seq} of ${roomId} after ${before}.`);
    }
    told(seq);
    if (!isOwn) this.heard.push({ roomId, seq, type });
  }

  /** What was told of rooms since it was last looked at. */
  readonly heard: { readonly roomId: string; readonly seq: number; readonly type: string }[] = [];

  #take(input: Input): void {
    this.#state = this.#reduce(this.#state, [input]);
    this.#serve();
  }

  /** Asks for whatever the reducer needs. */
  #serve(): void {
    const generation = this.#generation;
    const fetch = this.#fetch;
    if (fetch === undefined || !this.isOnline) return;
    for (const need of this.#state.needs.values()) {
      if (this.#asked.has(need.id)) continue;
      this.#asked.add(need.id);
      const asking = fetch
        .need(need)
        .then((answer) => {
          if (generation === this.#generation) this.#guard(() => this.#take(answer));
        })
        .catch((error: unknown) => {
          if (generation !== this.#generation) return;
          if (!isTransportError(error)) this.#faults.push(error);
          this.#asked.delete(need.id);
          this.#serve();
        })
        .finally(() => this.#asking.delete(asking));
      this.#asking.add(asking);
    }
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#faults.push(error);
    }
  }
}
