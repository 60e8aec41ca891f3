import type { ChatEvent } from '@confab/shared';
import { isLogged, take, takeLogged } from './arrivals.js';
import { moveMark } from './counts.js';
import type { Draft } from './draft.js';
import { loadedRoom } from './room-view.js';
import type { Answer, LoadedRoom, OwnMark, RoomView } from './state.js';

/** Takes what came back for a need, if there still is one. */
export function answer(draft: Draft, given: Answer): void {
  const need = draft.need(given.id);
  if (need === undefined || need.kind !== given.kind) return;
  draft.forget(given.id);
  if (given.kind === 'rooms') return answerRooms(draft, given.id, given.rooms);
  if (need.kind === 'marks') {
    if (given.kind === 'marks') answerMarks(draft, given.id, need.roomIds, given.marks);
    return;
  }
  const view = need.kind === 'rooms' ? undefined : draft.room(need.roomId);
  if (view === undefined) return;
  if (given.kind === 'room') answerRoom(draft, view, given.id, given.loaded);
  else if (given.kind === 'events') answerEvents(draft, view, given.events, given.more);
}

/** Moves the user's own marks in rooms that are known. */
export function moveMarks(draft: Draft, marks: readonly OwnMark[]): void {
  for (const { roomId, readSeq } of marks) {
    const view = draft.room(roomId);
    if (view !== undefined) draft.put(moveMark(view, readSeq));
  }
}

function answerRooms(draft: Draft, id: number, rooms: readonly LoadedRoom[]): void {
  const { held } = draft;
  draft.loading = null;
  draft.held = [];
  draft.verify();
  const views = rooms.map((loaded) => loadedRoom(loaded, id, draft.room(loaded.room.id)));
  for (const roomId of draft.roomIds) draft.drop(roomId);
  for (const view of views) draft.put(view);
  for (const event of held) take(draft, event, true);
}

function answerMarks(draft: Draft, id: number, roomIds: readonly string[], marks: readonly OwnMark[]): void {
  draft.marking = null;
  draft.verify();
  moveMarks(draft, marks);
  for (const roomId of roomIds) {
    const view = draft.room(roomId);
    if (view !== undefined) draft.put({ ...view, markedBy: id });
  }
}

function answerRoom(draft: Draft, view: RoomView, id: number, loaded: LoadedRoom | null): void {
  if (loaded === null) return draft.drop(view.roomId);
  if (loaded.room.seq < view.seq) return draft.load(view);
  draft.put(loadedRoom(loaded, id, view));
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
    return draft.load({ ...filled, seq: next - 1, held: view.held });
  }
  if (filled.seq + 1 < next) {
    const waitingFor = draft.ask({ kind: 'events', roomId: view.roomId, afterSeq: filled.seq });
    return draft.put({ ...filled, waitingFor, held: view.held });
  }
  for (const event of view.held) takeLogged(draft, event, false);
}
