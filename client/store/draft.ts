import type { ChatEvent } from '@confab/shared';
import type { Ask } from './asks.js';
import { isDoubtful } from './counts.js';
import type { Need, RoomView, StoreState } from './state.js';

type Unnumbered<Item> = Item extends unknown ? Omit<Item, 'id'> : never;

/** A state that is being worked on; maps are copied at the first change, once for all inputs. */
export class Draft {
  userId: string | null;
  cursor: string | null;
  personalSeq: number;
  hidden: readonly string[];
  loading: number | null;
  held: readonly ChatEvent[];
  isReplaying: boolean;
  marking: number | null;
  readonly #before: StoreState;
  #doubtedFrom: number;
  #rooms: Map<string, RoomView> | undefined;
  #needs: Map<number, Need> | undefined;
  #asks: Map<number, Ask> | undefined;
  #nextNeed: number;
  /** Rooms whose marks may have to be asked for. */
  #toVerify: Set<string> | 'all' = new Set();

  constructor(state: StoreState) {
    this.#before = state;
    this.#nextNeed = state.nextNeed;
    this.#doubtedFrom = state.doubtedFrom;
    ({
      userId: this.userId,
      cursor: this.cursor,
      personalSeq: this.personalSeq,
      hidden: this.hidden,
      loading: this.loading,
      held: this.held,
      isReplaying: this.isReplaying,
      marking: this.marking,
    } = state);
  }

  room(roomId: string): RoomView | undefined {
    return (this.#rooms ?? this.#before.rooms).get(roomId);
  }

  get roomIds(): string[] {
    return [...(this.#rooms ?? this.#before.rooms).keys()];
  }

  /** Keeps a view; one whose counts can't be told is asked for. */
  put(view: RoomView): void {
    const before = this.room(view.roomId);
    if (before === view) return;
    if (view.older === null && view.waitingFor === null && this.loading === null) return this.load(view);
    if (before !== undefined) {
      if (before.waitingFor !== view.waitingFor) this.forget(before.waitingFor);
      if (before.paging?.id !== view.paging?.id) this.#unask(before.paging?.id);
      if (before.roster?.asked?.id !== view.roster?.asked?.id) this.#unask(before.roster?.asked?.id);
    }
    (this.#rooms ??= new Map(this.#before.rooms)).set(view.roomId, view);
    if (this.#toVerify !== 'all') this.#toVerify.add(view.roomId);
  }

  /** Keeps a view and asks for the room itself; until that comes, its events are held. */
  load(view: RoomView): void {
    this.put({ ...view, waitingFor: this.ask({ kind: 'room', roomId: view.roomId }) });
  }

  drop(roomId: string): void {
    const view = this.room(roomId);
    if (view === undefined) return;
    this.forget(view.waitingFor);
    this.#unask(view.paging?.id);
    this.#unask(view.roster?.asked?.id);
    (this.#rooms ??= new Map(this.#before.rooms)).delete(roomId);
  }

  need(id: number | null): Need | undefined {
    return id === null ? undefined : (this.#needs ?? this.#before.needs).get(id);
  }

  asked(id: number): Ask | undefined {
    return (this.#asks ?? this.#before.asks).get(id);
  }

  ask(need: Unnumbered<Need>): number {
    const id = this.#number();
    (this.#needs ??= new Map(this.#before.needs)).set(id, { ...need, id });
    return id;
  }

  askFor(ask: Unnumbered<Ask>): number {
    const id = this.#number();
    (this.#asks ??= new Map(this.#before.asks)).set(id, { ...ask, id });
    return id;
  }

  forget(id: number | null): void {
    if (id !== null) (this.#needs ??= new Map(this.#before.needs)).delete(id);
  }

  /** Marks that were told before may have moved unheard. While a replay is on its way, none is asked for. */
  doubt(isReplaying: boolean): void {
    this.isReplaying = isReplaying;
    this.#doubtedFrom = this.#nextNeed;
    this.forget(this.marking);
    this.marking = null;
    this.verify();
    for (const view of this.roomIds.flatMap((roomId) => this.room(roomId) ?? [])) {
      if (view.roster !== null) this.put({ ...view, roster: { ...view.roster, isStale: true } });
    }
  }

  /** The marks of all rooms may have to be asked for. */
  verify(): void {
    this.#toVerify = 'all';
  }

  finish(): StoreState {
    this.#askForMarks();
    const { userId, cursor, personalSeq, hidden, loading, held, isReplaying, marking } = this;
    const rooms = this.#rooms ?? this.#before.rooms;
    const needs = this.#needs ?? this.#before.needs;
    const asks = this.#asks ?? this.#before.asks;
    const told = { userId, cursor, personalSeq, hidden, loading, held, isReplaying, marking };
    return { ...told, rooms, needs, asks, nextNeed: this.#nextNeed, doubtedFrom: this.#doubtedFrom };
  }

  #number(): number {
    const id = this.#nextNeed;
    this.#nextNeed += 1;
    return id;
  }

  #unask(id: number | undefined): void {
    if (id !== undefined) (this.#asks ??= new Map(this.#before.asks)).delete(id);
  }

  #askForMarks(): void {
    if (this.isReplaying || this.loading !== null || this.marking !== null) return;
    const candidates = this.#toVerify === 'all' ? this.roomIds : [...this.#toVerify];
    const roomIds = candidates.filter((roomId) => {
      const view = this.room(roomId);
      return view !== undefined && view.waitingFor === null && isDoubtful(view, this.#doubtedFrom);
    });
    if (roomIds.length > 0) this.marking = this.ask({ kind: 'marks', roomIds });
  }
}
