import type { AskAnswer, AskNotice, LoadedMessage, Roster } from './asks.js';
import { withOlder, withMessages } from './counts.js';
import type { Draft } from './draft.js';
import { reactedAmong } from './reactions.js';
import { laterMember, unknownRoom } from './room-view.js';
import type { RoomView } from './state.js';
import { openWindow } from './state.js';

/** Takes what a person does. What can't be asked for now is left out; it can be wanted again. */
export function want(draft: Draft, notice: AskNotice): void {
  if (notice.kind === 'trim') {
    for (const roomId of notice.roomIds) {
      const view = draft.room(roomId);
      if (view !== undefined && !view.isOpen) draft.put(withMessages(view, view.messages, 1));
    }
    return;
  }
  const view = draft.room(notice.roomId);
  if (notice.kind === 'open') return open(draft, notice.roomId, view);
  if (view === undefined) return;
  if (notice.kind === 'close') {
    const closed = { ...view, isOpen: false };
    draft.put(withMessages(closed, closed.messages));
  } else if (draft.loading === null && view.waitingFor === null && view.room !== null) {
    if (notice.kind === 'wantOlder') wantOlder(draft, view);
    else wantMembers(draft, view);
  }
}

function open(draft: Draft, roomId: string, view: RoomView | undefined): void {
  if (view !== undefined) {
    if (!view.isOpen) draft.put({ ...view, isOpen: true });
  } else if (draft.userId !== null && draft.loading === null) {
    draft.load({ ...unknownRoom(roomId, draft.userId, 0), isOpen: true });
  }
}

function wantOlder(draft: Draft, view: RoomView): void {
  if (!view.hasOlder || view.paging !== null || view.messages.length >= openWindow) return;
  const before = view.messages[0]?.seq ?? null;
  const id = draft.askFor({ kind: 'messages', roomId: view.roomId, before });
  draft.put({ ...view, paging: { id, touched: new Set() } });
}

const nobody: Roster = { cursor: null, isWhole: false, isStale: false, asked: null };

function wantMembers(draft: Draft, view: RoomView): void {
  const { cursor, isWhole, isStale, asked } = view.roster ?? nobody;
  if (asked !== null || (isWhole && !isStale)) return;
  const id = draft.askFor({ kind: 'members', roomId: view.roomId, cursor: isStale ? null : cursor });
  draft.put({ ...view, roster: { cursor, isWhole, isStale: false, asked: { id, touched: new Set() } } });
}

/** Takes what came back for an ask, if there still is one. */
export function answerAsk(draft: Draft, given: AskAnswer): void {
  const ask = draft.asked(given.id);
  const view = ask && draft.room(ask.roomId);
  if (ask === undefined || view === undefined) return;
  if (ask.kind === 'messages') {
    const freed = { ...view, paging: null };
    draft.put(freed);
    if (given.kind !== 'messages') return;
    const isTouched = given.messages.some(({ id, replyTo }) => {
      return view.paging?.touched.has(id) === true || view.paging?.touched.has(replyTo?.id ?? '') === true;
    });
    const isNext = ask.before === null || ask.before === view.messages[0]?.seq;
    if (isTouched || !isNext) wantOlder(draft, freed);
    else draft.put(prepend(freed, given.messages, given.hasOlder));
  } else {
    const { roster } = view;
    const freed = { ...view, roster: roster && { ...roster, asked: null } };
    draft.put(freed);
    if (given.kind !== 'members') return;
    if (given.members.some(({ userId }) => roster?.asked?.touched.has(userId) === true)) {
      return wantMembers(draft, freed);
    }
    const { nextCursor: cursor } = given;
    const told = given.members.map((member) => [member.userId, laterMember(view, member)] as const);
    const members = new Map([...view.members, ...told]);
    const isStale = roster?.isStale === true;
    draft.put({ ...freed, members, roster: { cursor, isWhole: cursor === null, isStale, asked: null } });
  }
}

function prepend(view: RoomView, given: readonly LoadedMessage[], hasOlder: boolean): RoomView {
  // The newest ones may overlap with what came meanwhile.
  const first = view.messages[0]?.seq ?? Infinity;
  const messages = given.filter(({ seq }) => seq < first);
  const reacted = new Map([...view.reacted, ...reactedAmong(messages)]);
  // An empty page can have nothing before it, whatever it says.
  return withOlder({ ...view, hasOlder: hasOlder && given.length > 0, reacted }, messages);
}
