import type { ChatEvent, LoggedEvent, Member, RoomState, UserProfile } from '@confab/shared';
import { moveMark, nothing, olderThanLoaded, withMessages, withoutUnheld } from './counts.js';
import { changeMessage, deleteMessages, insert, requote, resign, resize } from './messages.js';
import { reactedAmong, withReaction } from './reactions.js';
import type { LoadedRoom, RoomView } from './state.js';

/** A room nothing is known of but where its log stands. */
export function unknownRoom(roomId: string, userId: string, seq: number): RoomView {
  return {
    roomId,
    userId,
    seq,
    room: null,
    peer: null,
    preferences: null,
    members: new Map(),
    roster: null,
    messages: [],
    reacted: new Map(),
    hasOlder: true,
    paging: null,
    isOpen: false,
    readTo: 0,
    older: null,
    markedBy: 0,
    waitingFor: null,
    held: [],
  };
}

/** A room that begins for the user with this event. */
export function joinedRoom(event: LoggedEvent, userId: string): RoomView {
  const unknown = unknownRoom(event.roomId, userId, event.seq);
  const view = applyToRoom({ ...unknown, readTo: event.seq - 1, older: nothing }, event);
  const isNew = event.type === 'room.created' || view.room?.history === 'sinceJoin';
  const preferences = { notify: 'all', archived: false, pinned: false } as const;
  return { ...view, hasOlder: !isNew, preferences };
}

/** A room as the answer to a need tells it; marks that were known to be further stay there. */
export function loadedRoom(loaded: LoadedRoom, need: number, before: RoomView | undefined): RoomView {
  const { room, me, members, messages, hasOlder = true } = loaded;
  const { notify, archived, pinned } = me;
  const isTold = notify !== undefined && archived !== undefined && pinned !== undefined;
  const unknown: RoomView = {
    ...unknownRoom(room.id, me.userId, room.seq),
    readTo: Math.max(me.readSeq, me.joinSeq - 1),
    markedBy: Math.max(need, before?.markedBy ?? 0),
    isOpen: before?.isOpen ?? false,
    peer: loaded.peer ?? before?.peer ?? null,
    preferences: isTold ? { notify, archived, pinned } : (before?.preferences ?? null),
    roster: loaded.roster === undefined ? null : { ...loaded.roster, isStale: false, asked: null },
    reacted: new Map(reactedAmong(messages)),
    hasOlder,
    room,
  };
  const view = withMessages({ ...unknown, older: olderThanLoaded(loaded, unknown) }, messages);
  const known = new Map([me, ...members].map((member) => [member.userId, laterMember(before, member)]));
  return moveMark({ ...withPeer(view, members), members: known }, before?.readTo ?? 0);
}

/** The room with its next event applied. Applying to newer data is harmless: everything is set, nothing counted. */
export function applyToRoom(view: RoomView, event: LoggedEvent): RoomView {
  return { ...change(view, event), seq: event.seq };
}

function change(view: RoomView, event: LoggedEvent): RoomView {
  switch (event.type) {
    case 'room.created':
    case 'member.added':
      return withMembers({ ...view, room: event.data.room }, event.data.members);
    case 'room.updated':
      return { ...view, room: event.data.room };
    case 'member.updated':
      return withMembers(view, event.data.members);
    case 'member.removed':
      return withoutMembers(view, event);
    case 'message.created': {
      const { message, thread } = event.data;
      if (message.threadId === null) return withMessages(view, insert(view.messages, message));
      return resize(touched(view, [message.threadId]), thread === undefined ? [] : [thread]);
    }
    case 'message.updated': {
      const { message } = event.data;
      return requote(
        changeMessage(touched(view, [message.id]), message.id, () => message),
        message,
      );
    }
    case 'message.deleted': {
      const { messageIds, threads = [] } = event.data;
      const sized = resize(touched(view, [...messageIds, ...threads.map(({ threadId }) => threadId)]), threads);
      const { view: left, held } = deleteMessages(sized, new Set(messageIds), event.at);
      // Those in threads are held nowhere here, and counted nowhere.
      const said = messageIds.length - threads.reduce((sum, lost) => sum + lost.messageIds.length, 0);
      return held < said ? withoutUnheld(left) : left;
    }
    case 'message.reaction': {
      const { messageId, userId, reactions } = event.data;
      const isHeld = view.messages.some(({ id }) => id === messageId);
      const reacted = isHeld && userId === view.userId ? withReaction(view.reacted, event) : view.reacted;
      const marked = { ...touched(view, [messageId]), reacted };
      return changeMessage(marked, messageId, (message) => ({ ...message, reactions }));
    }
    case 'message.pinned': {
      const { messageId, pinned } = event.data;
      const pinnedAt = pinned ? event.at : null;
      return changeMessage(touched(view, [messageId]), messageId, (message) => ({ ...message, pinnedAt }));
    }
    default:
      return view;
  }
}

/** The view with a note, for answers that are on their way, that something newer is known of these messages or users. */
export function touched(view: RoomView, ids: readonly string[]): RoomView {
  const { paging, roster } = view;
  if (paging === null && (roster === null || roster.asked === null)) return view;
  const note = <Each extends { readonly touched: ReadonlySet<string> }>(asked: Each): Each => {
    return { ...asked, touched: new Set([...asked.touched, ...ids]) };
  };
  const asked = roster?.asked ?? null;
  return { ...view, paging: paging && note(paging), roster: roster && { ...roster, asked: asked && note(asked) } };
}

function withMembers(before: RoomView, given: readonly Member[]): RoomView {
  const ids = given.map(({ userId }) => userId);
  const view = withPeer(touched(before, ids), given);
  const members = new Map(view.members);
  for (const member of given) members.set(member.userId, laterMember(view, member));
  const own = given.find(({ userId }) => userId === view.userId);
  return moveMark({ ...view, members }, own?.readSeq ?? 0);
}

/** The member as given, with the marks of the same membership that are further. */
export function laterMember(known: RoomView | undefined, given: Member): Member {
  const before = known?.members.get(given.userId);
  if (before === undefined || before.joinSeq !== given.joinSeq) return given;
  const readSeq = Math.max(before.readSeq, given.readSeq);
  return { ...given, readSeq, deliveredSeq: Math.max(before.deliveredSeq, given.deliveredSeq) };
}

function withPeer(view: RoomView, given: readonly Member[]): RoomView {
  if (view.room?.kind !== 'direct') return view;
  const peer = given.find(({ userId }) => userId !== view.userId);
  return peer === undefined ? view : { ...view, peer: peer.user };
}

function withoutMembers(view: RoomView, { seq, data }: LoggedEvent & { type: 'member.removed' }): RoomView {
  const { userIds } = data;
  const members = new Map(view.members);
  for (const userId of userIds) members.delete(userId);
  return { ...touched(view, userIds), members, room: view.room && withFewer(view.room, seq, userIds.length) };
}

/** The event does not bring the room, so its count is kept by hand, unless the room is of a later moment. */
function withFewer(room: RoomState, seq: number, left: number): RoomState {
  return room.seq >= seq ? room : { ...room, memberCount: Math.max(0, room.memberCount - left) };
}

/** The room with what is told of now and not kept: marks, which only move forward. */
export function applyEphemeral(view: RoomView, event: ChatEvent): RoomView {
  const isRead = event.type === 'receipt.read';
  if (!isRead && event.type !== 'receipt.delivered') return view;
  const { userId, seq } = event.data;
  const marked = isRead && userId === view.userId ? moveMark(view, seq) : view;
  const member = view.members.get(userId);
  // Of one who is not known yet, what is on its way may be older.
  if (member === undefined) return touched(marked, [userId]);
  const deliveredSeq = Math.max(member.deliveredSeq, seq);
  const readSeq = isRead ? Math.max(member.readSeq, seq) : member.readSeq;
  if (deliveredSeq === member.deliveredSeq && readSeq === member.readSeq) return marked;
  return { ...marked, members: new Map(view.members).set(userId, { ...member, deliveredSeq, readSeq }) };
}

/** The room with what a user is called and looks like now. */
export function renamed(before: RoomView, user: UserProfile): RoomView {
  const view = resign(before, user);
  const member = view.members.get(user.id);
  const isPeer = view.peer?.id === user.id;
  if (member === undefined && !isPeer) return view;
  const members = member === undefined ? view.members : new Map(view.members).set(user.id, { ...member, user });
  return { ...view, members, peer: isPeer ? user : view.peer };
}
