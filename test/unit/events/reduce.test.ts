import type { ChatEvent } from '@confab/shared';
import { describe, expect, it } from 'vitest';
import { reduce } from '../../../client/store/reduce.js';
import type { Arrival, LoadedRoom, StoreState } from '../../../client/store/state.js';
import { emptyState, heldEvents } from '../../../client/store/state.js';
import { loaded as lineOf, logged, message, started as roomWith, view } from '../../client/reducer-set-up.js';
import { memberShape, messageShape, roomShape } from '../../../server/testing/simulator/shapes.js';

const at = new Date(0);
const roomId = 'room';

function arrival(event: ChatEvent): Arrival {
  return { kind: 'event', id: 'cursor', event };
}

function ready(resumed: boolean): Arrival {
  const data = { sessionId: 's', userId: 'ann', resumed, unread: { total: 0, mentions: 0 }, pending: [] };
  return arrival({ type: 'ready', at, data });
}

function sent(seq: number): ChatEvent {
  return {
    type: 'message.created',
    at,
    roomId,
    seq,
    data: { message: messageShape(`m${seq}`, roomId, seq, 'bob', 'c') },
  };
}

function added(seq: number): ChatEvent {
  const data = { members: [memberShape(roomId, 'ann', seq)], room: roomShape(roomId, seq, 2) };
  return { type: 'member.added', at, roomId, seq, data };
}

function loaded(seq: number): LoadedRoom {
  const me = memberShape(roomId, 'ann', 1);
  return { room: roomShape(roomId, seq, 2), me, members: [me], messages: [], unread: 0, mentions: 0 };
}

/** In one room, at `seq` 3, with nothing to ask for. */
const started = ((): StoreState => {
  const asking = reduce(emptyState, [ready(false)]);
  return reduce(asking, [{ kind: 'rooms', id: asking.loading ?? 0, rooms: [loaded(3)] }]);
})();

const needs = (state: StoreState) => [...state.needs.values()];
const seqs = (state: StoreState) => state.rooms.get(roomId)?.messages.map(({ seq }) => seq);

describe('the client store', () => {
  it('asks for all rooms on a fresh start and applies what came meanwhile', () => {
    const asking = reduce(emptyState, [ready(false), arrival(sent(3)), arrival(sent(4))]);
    expect(needs(asking)).toMatchObject([{ kind: 'rooms' }]);
    const state = reduce(asking, [{ kind: 'rooms', id: asking.loading ?? 0, rooms: [loaded(3)] }]);
    expect(seqs(state)).toEqual([4]);
    expect(needs(state)).toEqual([]);
  });

  it('applies every event once', () => {
    const state = reduce(started, [arrival(sent(4)), arrival(sent(4)), arrival(sent(3)), arrival(sent(5))]);
    expect(seqs(state)).toEqual([4, 5]);
  });

  it('leaves the state it was given, and rooms that did not change, as they are', () => {
    const before = JSON.stringify([...started.rooms]);
    const state = reduce(started, [arrival({ ...sent(1), roomId: 'other' })]);
    expect(JSON.stringify([...started.rooms])).toBe(before);
    expect(state.rooms.get(roomId)).toBe(started.rooms.get(roomId));
  });

  it('asks for the events of a hole, and goes on with what it held', () => {
    const holed = reduce(started, [arrival(sent(6)), arrival(sent(7))]);
    expect(needs(holed)).toMatchObject([{ kind: 'events', roomId, afterSeq: 3 }]);
    expect(seqs(holed)).toEqual([]);
    const [need] = needs(holed);
    const part = reduce(holed, [{ kind: 'events', id: need?.id ?? 0, events: [sent(4)], more: true }]);
    expect(needs(part)).toMatchObject([{ kind: 'events', roomId, afterSeq: 4 }]);
    const [rest] = needs(part);
    const state = reduce(part, [{ kind: 'events', id: rest?.id ?? 0, events: [sent(5)], more: false }]);
    expect(seqs(state)).toEqual([4, 5, 6, 7]);
    expect(needs(state)).toEqual([]);
  });

  it('asks for the room when the hole is not in the log any more', () => {
    const holed = reduce(started, [arrival(sent(6))]);
    const [need] = needs(holed);
    const asking = reduce(holed, [{ kind: 'events', id: need?.id ?? 0, events: [], more: false }]);
    const [room] = needs(asking);
    expect(room).toMatchObject({ kind: 'room', roomId });
    const state = reduce(asking, [{ kind: 'room', id: room?.id ?? 0, loaded: loaded(5) }]);
    expect(state.rooms.get(roomId)?.seq).toBe(6);
  });

  it('drops repeats up to where a limited room stood, and loads it once', () => {
    const limited = arrival({ type: 'room.limited', at, roomId, data: { headSeq: 200 } });
    const asking = reduce(started, [ready(true), limited, arrival(sent(150)), arrival(sent(201))]);
    expect(needs(asking)).toMatchObject([{ kind: 'room', roomId }]);
    const [need] = needs(asking);
    const state = reduce(asking, [{ kind: 'room', id: need?.id ?? 0, loaded: loaded(200) }]);
    expect(state.rooms.get(roomId)?.seq).toBe(201);
    expect(reduce(state, [limited]).needs.size).toBe(0);
  });

  it('does not take an answer that is older than what it knows', () => {
    const asking = reduce(started, [arrival({ type: 'room.limited', at, roomId, data: { headSeq: 200 } })]);
    const [need] = needs(asking);
    const again = reduce(asking, [{ kind: 'room', id: need?.id ?? 0, loaded: loaded(199) }]);
    expect(needs(again)).toMatchObject([{ kind: 'room', roomId }]);
    expect(needs(again)[0]?.id).not.toBe(need?.id);
  });

  it('ignores an answer nobody waits for any more', () => {
    const asking = reduce(started, [arrival({ type: 'resync', at, data: { reason: 'too_much' } })]);
    const newer = reduce(asking, [arrival({ type: 'resync', at, data: { reason: 'too_old' } })]);
    expect(reduce(newer, [{ kind: 'rooms', id: asking.loading ?? 0, rooms: [] }])).toEqual(newer);
  });

  it('begins anew with a second joining, and ends with a removal', () => {
    const state = reduce(started, [arrival(sent(4)), arrival(added(9)), arrival(sent(10))]);
    expect(seqs(state)).toEqual([10]);
    const removed = {
      type: 'member.removed',
      at,
      roomId,
      seq: 11,
      data: { userIds: ['ann'], reason: 'left' },
    } as const;
    expect(reduce(state, [arrival(removed)]).rooms.size).toBe(0);
  });

  it('leaves a tombstone where a message was deleted', () => {
    const deleted = { type: 'message.deleted', at, roomId, seq: 5, data: { messageIds: ['m4'] } } as const;
    const state = reduce(started, [arrival(sent(4)), arrival(deleted)]);
    expect(state.rooms.get(roomId)?.messages[0]).toMatchObject({ id: 'm4', content: null, deletedAt: at });
  });

  it('keeps nothing of what a tombstone was, nor of what it quotes', () => {
    const first = message(2, { pinnedAt: at, custom: { a: 1 }, reactions: [{ emoji: '👍', count: 1 }] });
    const { id, seq, senderId, sender } = first;
    const quote = { id, seq, senderId, sender, content: 'a secret', deletedAt: null };
    const loadedFirst = { ...first, reactions: [{ emoji: '👍', count: 1, mine: true }] };
    const before = roomWith(lineOf(3, { messages: [loadedFirst, message(3, { replyTo: quote })] }));
    const { messages, reacted } = view(reduce(before, [logged(4, 'message.deleted', { messageIds: ['m2', 'm3'] })]));
    expect(messages[0]).toMatchObject({ content: null, pinnedAt: null, custom: {}, reactions: [] });
    expect(messages[1]?.replyTo).toMatchObject({ content: null, deletedAt: at });
    expect(reacted.size).toBe(0);
  });

  it('moves marks only forward', () => {
    const read = (seq: number) => arrival({ type: 'receipt.read', at, roomId, data: { userId: 'ann', seq, at } });
    const state = reduce(started, [read(3), read(2)]);
    expect(state.rooms.get(roomId)?.members.get('ann')).toMatchObject({ readSeq: 3, deliveredSeq: 3 });
  });

  it('holds a bounded number of events and loads anew instead of growing', () => {
    const asking = reduce(emptyState, [ready(false)]);
    const many = Array.from({ length: heldEvents + 1 }, (_, index) => arrival(sent(index + 1)));
    const state = reduce(asking, many);
    expect(state.held.length).toBeLessThanOrEqual(heldEvents);
    expect(state.loading).not.toBe(asking.loading);
  });
});
