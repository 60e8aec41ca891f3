import { unreadOf } from '../../client/store/counts.js';
import { compareView, expectedMember, expectedMessage, expectedRoom, expectSame } from './compare.js';
import { toldMember, toldMessage, toldRoom } from './compare.js';
import type { Device } from './device.js';
import type { Model } from './model.js';
import type { Api } from './step.js';

/** What is unread over all rooms, counted from the model, as `notification.unread` would tell it. */
function countsOf(model: Model, userId: string, mark: 'readSeq' | 'deliveredSeq') {
  const all = model.roomsOf(userId).map((room) => ({ roomId: room.id, ...model.count(room, userId, mark) }));
  return all.filter(({ unread }) => unread > 0).toSorted((one, other) => (one.roomId < other.roomId ? -1 : 1));
}

function byId(one: { readonly id: string }, other: { readonly id: string }): number {
  return one.id < other.id ? -1 : 1;
}

/** The server's count over all rooms. */
export async function checkUnread(model: Model, userId: string, api: Api): Promise<void> {
  const { total, mentions, rooms } = await api.notification.unread({});
  const told = rooms.map(({ roomId, unread, mentions: named }) => ({ roomId, unread, mentions: named }));
  const expected = countsOf(model, userId, 'readSeq');
  expectSame(
    `notification.unread of ${userId}`,
    told.toSorted((one, other) => (one.roomId < other.roomId ? -1 : 1)),
    expected,
  );
  const sum = (name: 'unread' | 'mentions') => expected.reduce((all, room) => all + room[name], 0);
  expectSame(`the totals of ${userId}`, [total, mentions], [sum('unread'), sum('mentions')]);
}

/** The same above the other mark, with the newest message of each room. */
export async function checkPending(model: Model, userId: string, api: Api): Promise<void> {
  const { rooms } = await api.notification.pending({});
  const told = rooms.map(({ roomId, unread, mentions, lastMessage }) => {
    return { roomId, unread, mentions, last: lastMessage?.id ?? null };
  });
  const last = (roomId: string) => {
    const room = model.rooms.get(roomId);
    return (room && model.visible(room, userId).at(-1)?.id) ?? null;
  };
  expectSame(
    `notification.pending of ${userId}`,
    told.toSorted((one, other) => (one.roomId < other.roomId ? -1 : 1)),
    countsOf(model, userId, 'deliveredSeq').map((room) => ({ ...room, last: last(room.roomId) })),
  );
}

/** Every line of the room list. */
export async function checkList(model: Model, userId: string, api: Api): Promise<void> {
  const { items } = await api.room.list({ limit: 100 });
  const told = items.map(({ me, unread, mentions, lastMessage, peer, ...room }) => ({
    ...{ id: room.id, seq: room.seq, ...toldRoom(room), peer: peer?.id ?? null, unread, mentions },
    me: me && { ...toldMember(model, me), read: me.readSeq, delivered: me.deliveredSeq },
    last:
      lastMessage &&
      toldMessage(
        lastMessage,
        lastMessage.reactions.flatMap(({ emoji, mine }) => (mine ? [emoji] : [])),
      ),
  }));
  const expected = model.roomsOf(userId).map((room) => {
    const me = room.members.get(userId);
    const last = model.visible(room, userId).at(-1);
    const peer = room.kind === 'direct' ? (room.founders.find((id) => id !== userId) ?? null) : null;
    return {
      ...{ id: room.id, seq: room.log.length, ...expectedRoom(room), peer, ...model.count(room, userId) },
      me:
        me === undefined
          ? null
          : { ...expectedMember(model, userId, me), read: me.readSeq, delivered: me.deliveredSeq },
      last: last === undefined ? null : expectedMessage(room, last, userId),
    };
  });
  expectSame(`room.list of ${userId}`, told.toSorted(byId), expected.toSorted(byId));
}

/** The threads somebody follows. */
export async function checkThreads(model: Model, userId: string, api: Api): Promise<void> {
  const { items } = await api.thread.list({ limit: 100 });
  const told = items.map(({ id, roomId, readSeq, unread, mentions, root, lastReply }) => {
    return { id, roomId, readSeq, unread, mentions, size: root.threadCount, last: lastReply?.id ?? null };
  });
  const expected = model.roomsOf(userId).flatMap((room) =>
    model.visible(room, userId).flatMap(({ id }) => {
      const standing = room.threads.get(id)?.get(userId);
      const replies = room.messages.filter(({ root }) => root?.id === id);
      if (standing?.following !== true || replies.length === 0) return [];
      const { readSeq } = standing;
      const size = replies.filter(({ isDeleted }) => !isDeleted).length;
      const last = replies.findLast(({ hiddenFor }) => !hiddenFor.has(userId))?.id ?? null;
      return [{ id, roomId: room.id, readSeq, ...model.countThread(room, userId, id), size, last }];
    }),
  );
  expectSame(`thread.list of ${userId}`, told.toSorted(byId), expected.toSorted(byId));
}

/** What somebody has begun to write, by room and thread. */
export function draftsOf(model: Model, userId: string): readonly { readonly id: string; readonly content: string }[] {
  return model.roomsOf(userId).flatMap(({ id, drafts }) => {
    const mine = [...(drafts.get(userId) ?? [])];
    return mine.map(([threadId, content]) => ({ id: `${id} ${threadId}`, content }));
  });
}

/** The list of that. */
export async function checkDrafts(model: Model, userId: string, api: Api): Promise<void> {
  const { items } = await api.draft.list({ limit: 100 });
  const expected = draftsOf(model, userId);
  expectSame(
    `draft.list of ${userId}`,
    items.map(({ roomId, threadId, content }) => ({ id: `${roomId} ${threadId ?? ''}`, content })).toSorted(byId),
    expected.toSorted(byId),
  );
}

/** Every room, its members and its history as a newcomer's device would ask for them, and its log. */
export async function checkRooms(model: Model, userId: string, api: Api): Promise<void> {
  for (const room of model.roomsOf(userId)) {
    const roomId = room.id;
    const where = `${userId} in ${room.kind} ${room.settings.name ?? ''}`;
    const members = await api.room.members({ roomId, limit: 100 });
    expectSame(
      `the members of ${where}`,
      members.items.map((member) => ({ ...toldMember(model, member), read: member.readSeq })),
      [...room.members]
        .toSorted(([oneId, one], [otherId, other]) => one.joinSeq - other.joinSeq || (oneId < otherId ? -1 : 1))
        .map(([id, member]) => ({ ...expectedMember(model, id, member), read: member.readSeq })),
    );
    const { items } = await api.message.list({ roomId, limit: 100 });
    expectSame(
      `the history of ${where}`,
      items.map((message) =>
        toldMessage(
          message,
          message.reactions.flatMap(({ emoji, mine }) => (mine ? [emoji] : [])),
        ),
      ),
      model
        .visible(room, userId)
        .slice(-100)
        .map((message) => expectedMessage(room, message, userId)),
    );
    const joinSeq = room.members.get(userId)?.joinSeq ?? 1;
    const { events } = await api.sync({ roomId, afterSeq: joinSeq - 1, limit: 200 });
    expectSame(
      `the log of ${where}`,
      events.map((event) => ('event' in event ? event.event.type : event.type)),
      room.log.slice(joinSeq - 1, joinSeq - 1 + events.length),
    );
  }
}

/** What a device shows, against what there is. */
export function checkDevice(model: Model, device: Device): void {
  const { state, userId } = device;
  for (const { roomId, seq, type } of device.heard.splice(0)) {
    const room = model.rooms.get(roomId);
    expectSame(`event ${seq} that ${userId} heard`, type, room?.log[seq - 1]);
    const isIn = (room?.stays.get(userId) ?? []).some(({ joinSeq, leftSeq }) => joinSeq <= seq && seq <= leftSeq);
    if (!isIn) throw new Error(`${userId} heard ${type} ${seq} of a room it was not in.`);
  }
  const mine = model.roomsOf(userId);
  expectSame(`the rooms of ${userId}`, [...state.rooms.keys()].toSorted(), mine.map(({ id }) => id).toSorted());
  for (const room of mine) {
    const view = state.rooms.get(room.id);
    if (view === undefined) continue;
    compareView(model, room, view);
    expectSame(`what is unread for ${userId}`, unreadOf(state, room.id), {
      ...model.count(room, userId),
      isExact: true,
    });
  }
}
