import type { ChatEvent, LoggedEvent } from '@confab/shared';
import { applyEphemeral, applyToRoom, loadedRoom, unknownRoom } from './room-view.js';
import type { Answer, Arrival, LoadedRoom, Need, RoomView, StoreState } from './state.js';
import { heldEvents } from './state.js';

type Unnumbered<Item> = Item extends unknown ? Omit<Item, 'id'> : never;

/**
 * What is known after these inputs, given what was known before: a pure function. Every event of a room is applied
 * exactly once and in `seq` order, whatever is repeated; where that can't be, `needs` says what to ask for.
 */
export function reduce(state: StoreState, inputs: readonly (Arrival | Answer)[]): StoreState {
  const draft = new Draft(state);
  for (const input of inputs) {
    if (input.kind === 'event') arrive(draft, input);
    else answer(draft, input);
  }
  return draft.finish();
}

/** A state that is being worked on; maps are copied at the first change, once for all inputs. */
class Draft {
  userId: string | null;
  cursor: string | null;
  personalSeq: number;
  loading: number | null;
  held: readonly ChatEvent[];
  readonly #before: StoreState;
  #rooms: Map<string, RoomView> | undefined;
  #needs: Map<number, Need> | undefined;
  #nextNeed: number;

  constructor(state: StoreState) {
    this.#before = state;
    this.#nextNeed = state.nextNeed;
    ({
      userId: this.userId,
      cursor: this.cursor,
      personalSeq: this.personalSeq,
      loading: this.loading,
      held: this.held,
    } = state);
  }

  room(roomId: string): RoomView | undefined {
    return (this.#rooms ?? this.#before.rooms).get(roomId);
  }

  get roomIds(): string[] {
    return [...(this.#rooms ?? this.#before.rooms).keys()];
  }

  put(view: RoomView): void {
    const before = this.room(view.roomId);
    if (before === view) return;
    if (before !== undefined && before.waitingFor !== view.waitingFor) this.forget(before.waitingFor);
    (this.#rooms ??= new Map(this.#before.rooms)).set(view.roomId, view);
  }

  drop(roomId: string): void {
    const view = this.room(roomId);
    if (view === undefined) return;
    this.forget(view.waitingFor);
    (this.#rooms ??= new Map(this.#before.rooms)).delete(roomId);
  }

  need(id: number): Need | undefined {
    return (this.#needs ?? this.#before.needs).get(id);
  }

  ask(need: Unnumbered<Need>): number {
    const id = this.#nextNeed;
    this.#nextNeed += 1;
    (this.#needs ??= new Map(this.#before.needs)).set(id, { ...need, id });
    return id;
  }

  forget(id: number | null): void {
    if (id !== null) (this.#needs ??= new Map(this.#before.needs)).delete(id);
  }

  finish(): StoreState {
    const { userId, cursor, personalSeq, loading, held } = this;
    const rooms = this.#rooms ?? this.#before.rooms;
    const needs = this.#needs ?? this.#before.needs;
    return { userId, cursor, personalSeq, loading, held, rooms, needs, nextNeed: this.#nextNeed };
  }
}

function arrive(draft: Draft, { id, event }: Arrival): void {
  draft.cursor = id;
  if (event.type === 'ready') {
    draft.userId = event.data.userId;
    if (!event.data.resumed) loadAll(draft);
  } else if (event.type === 'resync') {
    loadAll(draft);
  } else if (draft.loading === null) {
    take(draft, event, false);
  } else if (draft.held.length < heldEvents) {
    draft.held = [...draft.held, event];
  } else {
    // What is loaded from now on is newer than all of these.
    loadAll(draft);
  }
}

function loadAll(draft: Draft): void {
  draft.forget(draft.loading);
  draft.loading = draft.ask({ kind: 'rooms' });
  draft.held = [];
  for (const roomId of draft.roomIds) {
    const view = draft.room(roomId);
    if (view !== undefined && view.waitingFor !== null) draft.put({ ...view, waitingFor: null, held: [] });
  }
}

/** @param isSettling - The rooms were just loaded: events of a room that is not among them are of a past membership. */
function take(draft: Draft, event: ChatEvent, isSettling: boolean): void {
  if (event.roomId === undefined) return;
  if (event.type === 'room.limited') return limit(draft, event.roomId, event.data.headSeq);
  if (event.type === 'room.gone') return draft.drop(event.roomId);
  if (isPersonal(event)) return takePersonal(draft, event);
  if (isLogged(event)) return takeLogged(draft, event, isSettling);
  const view = draft.room(event.roomId);
  if (view !== undefined) draft.put(applyEphemeral(view, event));
}

function isPersonal(event: ChatEvent): boolean {
  return event.type === 'notification' || event.type === 'message.hidden' || event.type === 'preferences.updated';
}

function isLogged(event: ChatEvent): event is LoggedEvent {
  return event.seq !== undefined && event.roomId !== undefined;
}

function takePersonal(draft: Draft, event: ChatEvent): void {
  if (event.seq === undefined || event.seq <= draft.personalSeq) return;
  draft.personalSeq = event.seq;
  if (event.type !== 'message.hidden') return;
  const hidden = new Set(event.data.messageIds);
  for (const roomId of draft.roomIds) {
    const view = draft.room(roomId);
    if (view === undefined || !view.messages.some((message) => hidden.has(message.id))) continue;
    draft.put({ ...view, messages: view.messages.filter((message) => !hidden.has(message.id)) });
  }
}

function limit(draft: Draft, roomId: string, headSeq: number): void {
  if (roomId === `u:${draft.userId ?? ''}`) {
    draft.personalSeq = Math.max(draft.personalSeq, headSeq);
    return;
  }
  const view = draft.room(roomId) ?? unknownRoom(roomId, 0);
  if (view.seq >= headSeq && view.room !== null && view.waitingFor === null) return;
  const held = view.held.filter((event) => event.seq > headSeq);
  loadRoom(draft, { ...view, seq: Math.max(view.seq, headSeq), held });
}

function loadRoom(draft: Draft, view: RoomView): void {
  draft.put({ ...view, waitingFor: draft.ask({ kind: 'room', roomId: view.roomId }) });
}

function takeLogged(draft: Draft, event: LoggedEvent, isSettling: boolean): void {
  const view = draft.room(event.roomId);
  if (view !== undefined && event.seq <= view.seq) return;
  if (brings(event, draft.userId)) {
    // A membership begins here, whatever came before it.
    return draft.put(applyToRoom(unknownRoom(event.roomId, event.seq), event));
  }
  if (ends(event, draft.userId)) return draft.drop(event.roomId);
  if (view === undefined) {
    if (!isSettling) loadRoom(draft, { ...unknownRoom(event.roomId, event.seq - 1), held: [event] });
  } else if (view.waitingFor !== null) {
    hold(draft, view, event);
  } else if (event.seq === view.seq + 1) {
    draft.put(applyToRoom(view, event));
  } else {
    const waitingFor = draft.ask({ kind: 'events', roomId: view.roomId, afterSeq: view.seq });
    draft.put({ ...view, waitingFor, held: [event] });
  }
}

function brings(event: LoggedEvent, userId: string | null): boolean {
  const isEntry = event.type === 'member.added' || event.type === 'room.created';
  return isEntry && event.data.members.some((member) => member.userId === userId);
}

function ends(event: LoggedEvent, userId: string | null): boolean {
  if (event.type === 'room.deleted') return true;
  return event.type === 'member.removed' && userId !== null && event.data.userIds.includes(userId);
}

function hold(draft: Draft, view: RoomView, event: LoggedEvent): void {
  const last = view.held.at(-1)?.seq ?? view.seq;
  if (event.seq <= last) return;
  if (view.held.length < heldEvents) return draft.put({ ...view, held: [...view.held, event] });
  loadRoom(draft, { ...view, seq: event.seq, held: [] });
}

function answer(draft: Draft, given: Answer): void {
  const need = draft.need(given.id);
  if (need === undefined || need.kind !== given.kind) return;
  if (given.kind === 'rooms') return answerRooms(draft, given.rooms);
  const view = need.kind === 'rooms' ? undefined : draft.room(need.roomId);
  draft.forget(given.id);
  if (view === undefined) return;
  if (given.kind === 'room') answerRoom(draft, view, given.loaded);
  else answerEvents(draft, view, given.events, given.more);
}

function answerRooms(draft: Draft, rooms: readonly LoadedRoom[]): void {
  const { held } = draft;
  draft.forget(draft.loading);
  draft.loading = null;
  draft.held = [];
  for (const roomId of draft.roomIds) draft.drop(roomId);
  for (const loaded of rooms) draft.put(loadedRoom(loaded));
  for (const event of held) take(draft, event, true);
}

function answerRoom(draft: Draft, view: RoomView, loaded: LoadedRoom | null): void {
  if (loaded === null) return draft.drop(view.roomId);
  if (loaded.room.seq < view.seq) return loadRoom(draft, view);
  draft.put(loadedRoom(loaded));
  for (const event of view.held) takeLogged(draft, event, false);
}

function answerEvents(draft: Draft, view: RoomView, events: readonly ChatEvent[], more: boolean): void {
  draft.put({ ...view, waitingFor: null, held: [] });
  for (const event of events) if (isLogged(event) && event.roomId === view.roomId) takeLogged(draft, event, false);
  const filled = draft.room(view.roomId);
  if (filled === undefined) return;
  const next = view.held[0]?.seq ?? 0;
  if (filled.waitingFor !== null || (!more && filled.seq + 1 < next)) {
    // The log does not have what is missing (any more), so the room itself has to be asked for.
    return loadRoom(draft, { ...filled, seq: next - 1, held: view.held });
  }
  if (filled.seq + 1 < next) {
    const waitingFor = draft.ask({ kind: 'events', roomId: view.roomId, afterSeq: filled.seq });
    return draft.put({ ...filled, waitingFor, held: view.held });
  }
  for (const event of view.held) takeLogged(draft, event, false);
}
