import type { ChatEvent, MessageState } from '@confab/shared';
import { describe, expect, it } from 'vitest';
import { unreadOf } from '../../../client/store/counts.js';
import { reduce } from '../../../client/store/reduce.js';
import type { Input, LoadedRoom, StoreState } from '../../../client/store/state.js';
import { emptyState, messageWindow } from '../../../client/store/state.js';
import { memberShape, messageShape, roomShape } from '../../../server/testing/simulator/shapes.js';

const at = new Date(0);
const roomId = 'room';
const exactly = (unread: number, mentions = 0) => ({ unread, mentions, isExact: true });
const counts = (state: StoreState) => unreadOf(state, roomId);
const needs = (state: StoreState) => [...state.needs.values()];

function message(seq: number, more: Partial<MessageState> = {}): MessageState {
  return { ...messageShape(`m${seq}`, roomId, seq, 'bob', `c${seq}`), ...more };
}

function event(seq: number, told: Pick<ChatEvent, 'type' | 'data'>): Input {
  return { kind: 'event', id: 'cursor', event: { ...told, at, roomId, seq } as ChatEvent };
}

const sent = (seq: number, more: Partial<MessageState> = {}) =>
  event(seq, { type: 'message.created', data: { message: message(seq, more) } });
const deleted = (seq: number, ...messageIds: string[]) => event(seq, { type: 'message.deleted', data: { messageIds } });

function now(told: Pick<ChatEvent, 'type' | 'data'>): Input {
  return { kind: 'event', id: 'cursor', event: { ...told, at, roomId } as ChatEvent };
}

const read = (seq: number, userId = 'ann') => now({ type: 'receipt.read', data: { userId, seq, at } });
const checkpoint = now({ type: 'checkpoint', data: {} });

function ready(resumed: boolean): Input {
  const data = { sessionId: 's', userId: 'ann', resumed, unread: { total: 0, mentions: 0 }, pending: [] };
  return now({ type: 'ready', data });
}

function hidden(seq: number, ...messageIds: string[]): Input {
  const told = { type: 'message.hidden', at, roomId: 'u:ann', seq, data: { roomId, messageIds } } as const;
  return { kind: 'event', id: 'cursor', event: told };
}

function loaded(seq: number, more: Partial<LoadedRoom> = {}, readSeq = 0): LoadedRoom {
  const me = memberShape(roomId, 'ann', 1, readSeq);
  return { room: roomShape(roomId, seq, 2), me, members: [me], messages: [], unread: 0, mentions: 0, ...more };
}

function started(room: LoadedRoom, ...inputs: Input[]): StoreState {
  const asking = reduce(emptyState, [ready(false)]);
  return reduce(asking, [{ kind: 'rooms', id: asking.loading ?? 0, rooms: [room] }, ...inputs]);
}

/** Answers the one need there is. */
function answered(state: StoreState, room: LoadedRoom): StoreState {
  const [need] = needs(state);
  expect(need).toMatchObject({ kind: 'room', roomId });
  return reduce(state, [{ kind: 'room', id: need?.id ?? 0, loaded: room }]);
}

/** Thirty are unread, and the newest three of them are held. */
const backlog = () =>
  started(loaded(31, { unread: 30, mentions: 2, messages: [29, 30, 31].map((seq) => message(seq)) }));

describe('unread counts', () => {
  it('begin with what was loaded and go on with what others send', () => {
    const state = started(loaded(3, { unread: 1, mentions: 1, messages: [] }), sent(4), sent(5, { mentions: ['ann'] }));
    expect(counts(state)).toEqual(exactly(3, 2));
  });

  it('leave out own messages, those of the system and those in threads', () => {
    const others: Partial<MessageState>[] = [{ senderId: 'ann' }, { kind: 'system' }, { threadId: 't' }, {}];
    expect(counts(started(loaded(3), ...others.map((more, index) => sent(4 + index, more))))).toEqual(exactly(1));
  });

  it('take a mention of everyone for one of mine, and not one of somebody else', () => {
    const state = started(loaded(3), sent(4, { mentions: ['@room'] }), sent(5, { mentions: ['bob'] }));
    expect(counts(state)).toEqual(exactly(2, 1));
  });

  it('count each message once, however often it comes and whatever of it was loaded already', () => {
    const newer = loaded(3, { unread: 1, messages: [message(3), message(4)] });
    expect(counts(started(newer, sent(4), sent(4), sent(3)))).toEqual(exactly(2));
  });

  it('go down with a deletion, once, also when the tombstone comes before it', () => {
    const tombstone = { content: null, mentions: [], deletedAt: at };
    const state = started(loaded(3), sent(4, { mentions: ['ann'] }), sent(5), deleted(6, 'm4'), deleted(7, 'm4'));
    expect(counts(state)).toEqual(exactly(1));
    const updated = event(6, { type: 'message.updated', data: { message: message(5, tombstone) } });
    expect(counts(started(loaded(3), sent(4), sent(5), updated, deleted(7, 'm5')))).toEqual(exactly(1));
  });

  it('ask for the room when a message is deleted of which it is not known whether it counted', () => {
    const asking = reduce(backlog(), [deleted(32, 'm7')]);
    expect(counts(asking)?.isExact).toBe(false);
    const state = answered(asking, loaded(32, { unread: 29, mentions: 2, messages: [message(31)] }));
    expect(counts(state)).toEqual(exactly(29, 2));
  });

  it('need no asking for that when everything unread is held', () => {
    const state = started(loaded(31, { unread: 1, messages: [message(31)] }, 30), deleted(32, 'm7'));
    expect(needs(state)).toEqual([]);
    expect(counts(state)).toEqual(exactly(1));
  });

  it('go down as far as another device read', () => {
    expect(counts(reduce(backlog(), [read(30)]))).toEqual(exactly(1));
    expect(counts(reduce(backlog(), [read(31)]))).toEqual(exactly(0));
    expect(counts(reduce(backlog(), [read(31, 'bob')]))).toEqual(exactly(30, 2));
  });

  it('ask for the room when a mark comes to stand among messages that are not held', () => {
    const asking = reduce(backlog(), [read(10)]);
    expect(counts(asking)?.isExact).toBe(false);
    const newest = { unread: 21, messages: [message(31)] };
    expect(counts(answered(asking, loaded(31, newest, 10)))).toEqual(exactly(21));
  });

  it('take what message.read answered', () => {
    const state = reduce(backlog(), [{ kind: 'moved', marks: [{ roomId, readSeq: 29 }] }]);
    expect(counts(state)).toEqual(exactly(2));
  });

  it('keep what falls out of the window of messages', () => {
    const many = Array.from({ length: messageWindow + 5 }, (_, index) => sent(4 + index, { mentions: ['@room'] }));
    const state = started(loaded(3), ...many);
    expect(state.rooms.get(roomId)?.messages).toHaveLength(messageWindow);
    expect(counts(state)).toEqual(exactly(messageWindow + 5, messageWindow + 5));
  });

  it('begin at zero with every joining', () => {
    const me = memberShape(roomId, 'ann', 9);
    const added = event(9, { type: 'member.added', data: { members: [me], room: roomShape(roomId, 9, 2) } });
    expect(counts(reduce(backlog(), [event(32, { type: 'room.deleted', data: {} }), added]))).toEqual(exactly(0));
  });

  it('leave out what the user hid, whether that is told before the message or after it', () => {
    expect(counts(started(loaded(3), sent(4), hidden(1, 'm4')))).toEqual(exactly(0));
    expect(counts(started(loaded(3), hidden(1, 'm4'), sent(4), sent(5)))).toEqual(exactly(1));
    expect(counts(started(loaded(3, { messages: [message(4)] }), hidden(1, 'm4'), sent(4)))).toEqual(exactly(0));
  });

  it('do not believe a load that may have been read before a message was hidden', () => {
    const asking = started(
      loaded(4, { unread: 1, messages: [message(4)] }, 3),
      read(2),
      now({ type: 'room.limited', data: { headSeq: 9 } }),
    );
    const [first] = needs(asking);
    const again = reduce(asking, [hidden(1, 'm4')]);
    expect(needs(again)).toMatchObject([{ kind: 'room', roomId }]);
    expect(needs(again)[0]?.id).not.toBe(first?.id);
  });

  it('load everything when too many of the own events were missed to know what was hidden', () => {
    const limited = { type: 'room.limited', at, roomId: 'u:ann', data: { headSeq: 200 } } as const;
    const state = reduce(backlog(), [ready(true), { kind: 'event', id: 'cursor', event: limited }]);
    expect(needs(state)).toMatchObject([{ kind: 'rooms' }]);
  });
});

describe('read marks after an absence', () => {
  it('are asked for once what was missed has come, and only where something seems unread', () => {
    const other = { ...loaded(5), room: roomShape('quiet', 5, 2) };
    const asking = reduce(emptyState, [ready(false)]);
    const both = reduce(asking, [{ kind: 'rooms', id: asking.loading ?? 0, rooms: [loaded(3), other] }]);
    const replaying = reduce(both, [ready(true), sent(4), sent(5)]);
    expect(needs(replaying)).toEqual([]);
    expect(counts(replaying)).toMatchObject({ unread: 2, isExact: false });
    const caughtUp = reduce(replaying, [checkpoint]);
    expect(needs(caughtUp)).toMatchObject([{ kind: 'marks', roomIds: [roomId] }]);
    const id = caughtUp.marking ?? 0;
    expect(counts(reduce(caughtUp, [{ kind: 'marks', id, marks: [{ roomId, readSeq: 4 }] }]))).toEqual(exactly(1));
  });

  it('are asked for later, too, when a room that seemed read gets its first message', () => {
    const quiet = started(loaded(3), ready(true), checkpoint);
    expect(needs(quiet)).toEqual([]);
    expect(needs(reduce(quiet, [sent(4)]))).toMatchObject([{ kind: 'marks', roomIds: [roomId] }]);
  });

  it('are not asked for again while nothing gives reason to', () => {
    const asking = started(loaded(3), ready(true), sent(4), checkpoint);
    const state = reduce(asking, [{ kind: 'marks', id: asking.marking ?? 0, marks: [] }, sent(5), checkpoint]);
    expect(needs(state)).toEqual([]);
    expect(counts(state)).toEqual(exactly(2));
  });

  it('are asked for anew when the stream broke off meanwhile; the old answer is not taken', () => {
    const asking = started(loaded(3), ready(true), sent(4), checkpoint);
    const again = reduce(asking, [ready(true), checkpoint]);
    expect(needs(again)).toHaveLength(1);
    expect(again.marking).not.toBe(asking.marking);
    const late: Input = { kind: 'marks', id: asking.marking ?? 0, marks: [{ roomId, readSeq: 0 }] };
    expect(reduce(again, [late])).toEqual(again);
  });

  it('are asked for when the app has reason to doubt them', () => {
    const state = reduce(backlog(), [{ kind: 'doubt' }]);
    expect(counts(state)?.isExact).toBe(false);
    expect(needs(state)).toMatchObject([{ kind: 'marks', roomIds: [roomId] }]);
  });
});

describe('read marks', () => {
  it('stay where they are when a load or an event tells of an earlier place', () => {
    const limited = now({ type: 'room.limited', data: { headSeq: 40 } });
    const asking = reduce(backlog(), [read(31), limited]);
    const state = answered(asking, loaded(40, { unread: 3, messages: [38, 39, 40].map((seq) => message(seq)) }, 37));
    const earlier = event(41, { type: 'member.updated', data: { members: [memberShape(roomId, 'ann', 1, 2)] } });
    const after = reduce(state, [read(39), earlier]).rooms.get(roomId);
    expect(after).toMatchObject({ readTo: 39 });
    expect(after?.members.get('ann')).toMatchObject({ readSeq: 39, deliveredSeq: 39 });
  });

  it('keep what a receipt told while the room was being loaded', () => {
    const limited = now({ type: 'room.limited', data: { headSeq: 40 } });
    const asking = reduce(backlog(), [limited, read(39)]);
    const state = answered(asking, loaded(40, { unread: 3, messages: [38, 39, 40].map((seq) => message(seq)) }, 37));
    expect(counts(state)).toEqual(exactly(1));
  });
});
