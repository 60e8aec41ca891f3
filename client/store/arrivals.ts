import type { ChatEvent, EventData, LoggedEvent, PersonalEventType, UserProfile } from '@confab/shared';
import { withoutUnheld } from './counts.js';
import type { Draft } from './draft.js';
import { applyEphemeral, applyToRoom, joinedRoom, renamed, touched, unknownRoom } from './room-view.js';
import type { Arrival, RoomView } from './state.js';
import { heldEvents, hiddenIds } from './state.js';

/** Takes one value of the stream. */
export function arrive(draft: Draft, { id, event }: Arrival): void {
  draft.cursor = id;
  if (event.type === 'ready') {
    const { userId, resumed } = event.data;
    // A stored cursor outlives what was known when it was stored, and another user sees other rooms.
    const isStranger = draft.userId !== userId;
    if (isStranger) forgetAll(draft);
    draft.userId = userId;
    // What was read on another device while this one was away is told by nobody.
    draft.doubt(resumed);
    if (!resumed || isStranger) loadAll(draft);
  } else if (event.type === 'resync') {
    loadAll(draft);
  } else if (event.type === 'checkpoint') {
    if (draft.isReplaying) draft.verify();
    draft.isReplaying = false;
  } else if (draft.loading === null) {
    take(draft, event, false);
  } else if (draft.held.length < heldEvents) {
    draft.held = [...draft.held, event];
  } else {
    // What is loaded from now on is newer than all of these.
    loadAll(draft);
  }
}

function forgetAll(draft: Draft): void {
  for (const roomId of draft.roomIds) draft.drop(roomId);
  draft.personalSeq = 0;
  draft.hidden = [];
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
export function take(draft: Draft, event: ChatEvent, isSettling: boolean): void {
  if (event.type === 'user.updated') return rename(draft, event.data.user);
  if (event.roomId === undefined) return;
  if (event.type === 'room.limited') return limit(draft, event.roomId, event.data.headSeq);
  if (event.type === 'room.gone') return draft.drop(event.roomId);
  if (isPersonal(draft, event)) return takePersonal(draft, event);
  if (isLogged(event)) return takeLogged(draft, event, isSettling);
  const view = draft.room(event.roomId);
  if (view !== undefined) draft.put(applyEphemeral(view, event));
}

function rename(draft: Draft, user: UserProfile): void {
  for (const roomId of draft.roomIds) {
    const view = draft.room(roomId);
    if (view !== undefined) draft.put(renamed(view, user));
  }
}

const personal: ReadonlySet<string> = new Set<PersonalEventType>([
  'notification',
  'message.hidden',
  'thread.updated',
  'preferences.updated',
  'notifications.updated',
]);

/** In the user's own log, as are an app's own events that are for one user. */
function isPersonal(draft: Draft, { type, roomId }: ChatEvent): boolean {
  return personal.has(type) || roomId === ownLog(draft);
}

function ownLog(draft: Draft): string {
  return `u:${draft.userId ?? ''}`;
}

export function isLogged(event: ChatEvent): event is LoggedEvent {
  return event.seq !== undefined && event.roomId !== undefined;
}

function takePersonal(draft: Draft, event: ChatEvent): void {
  if (event.seq === undefined || event.seq <= draft.personalSeq) return;
  draft.personalSeq = event.seq;
  if (event.type === 'message.hidden') hide(draft, event.data);
  if (event.type === 'preferences.updated') prefer(draft, event.data);
  const echoed = draft.room(echoedRoom(event) ?? '');
  if (echoed !== undefined) draft.load(echoed);
}

function prefer(draft: Draft, { roomId, ...preferences }: EventData['preferences.updated']): void {
  const view = draft.room(roomId);
  if (view !== undefined) draft.put({ ...view, preferences });
}

/** The room in which something is for this user alone to read: it has no place in the log, so it is read again. */
export function echoedRoom({ type, data }: { readonly type: string; readonly data: unknown }): string | undefined {
  return type === 'message.echo' ? (data as { readonly roomId: string }).roomId : undefined;
}

/** It may come before the messages themselves. */
function hide(draft: Draft, { roomId, messageIds }: EventData['message.hidden']): void {
  const ids = new Set(messageIds);
  const before = draft.room(roomId);
  const isHeld = (id: string): boolean => before?.messages.some((message) => message.id === id) === true;
  const told = (before?.messages ?? []).filter(({ id, seq }) => ids.has(id) && seq <= (before?.seq ?? 0));
  // Of all others, `message.created` may still come.
  const untold = messageIds.filter((id) => !told.some((message) => message.id === id));
  draft.hidden = [...draft.hidden, ...untold].slice(-hiddenIds);
  if (before === undefined) return;
  const view = touched(before, messageIds);
  const left = { ...view, messages: view.messages.filter(({ id }) => !ids.has(id)) };
  const next = messageIds.every(isHeld) ? left : withoutUnheld(left);
  // What is on its way may have been read before this.
  if (draft.need(view.waitingFor)?.kind === 'room') draft.load(next);
  else draft.put(next);
}

function limit(draft: Draft, roomId: string, headSeq: number): void {
  if (roomId === ownLog(draft)) {
    draft.personalSeq = Math.max(draft.personalSeq, headSeq);
    // Messages of any room may have been hidden.
    return loadAll(draft);
  }
  const view = draft.room(roomId) ?? unknownRoom(roomId, draft.userId ?? '', 0);
  if (view.seq >= headSeq && view.room !== null && view.waitingFor === null) return;
  const held = view.held.filter((event) => event.seq > headSeq);
  draft.load({ ...view, seq: Math.max(view.seq, headSeq), held });
}

/** Takes an event that has a place in a room's log. */
export function takeLogged(draft: Draft, event: LoggedEvent, isSettling: boolean): void {
  const view = draft.room(event.roomId);
  if (view !== undefined && event.seq <= view.seq) return;
  // A membership begins here, whatever came before it.
  if (brings(event, draft.userId)) return draft.put(joinedRoom(event, draft.userId ?? ''));
  if (ends(event, draft.userId)) return draft.drop(event.roomId);
  if (view === undefined) {
    const unknown = unknownRoom(event.roomId, draft.userId ?? '', event.seq - 1);
    if (!isSettling) draft.load({ ...unknown, held: [event] });
  } else if (view.waitingFor !== null) {
    hold(draft, view, event);
  } else if (event.seq === view.seq + 1) {
    draft.put(isHidden(draft, event) ? { ...view, seq: event.seq } : applyToRoom(view, event));
  } else {
    const waitingFor = draft.ask({ kind: 'events', roomId: view.roomId, afterSeq: view.seq });
    draft.put({ ...view, waitingFor, held: [event] });
  }
}

function isHidden(draft: Draft, event: LoggedEvent): boolean {
  if (event.type !== 'message.created') return false;
  const { id, threadId } = event.data.message;
  // In a thread it is not shown anyway, and counts all the same.
  return threadId === null && draft.hidden.includes(id);
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
  draft.load({ ...view, seq: event.seq, held: [] });
}
