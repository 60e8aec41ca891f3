import type { ChatEvent } from '@confab/shared';
import { describe, expect, it, vi } from 'vitest';
import { memoryBus, memoryWire } from '../../../server/bus/memory.js';
import { createStreams } from '../../../server/events/create-streams.js';
import type { LogRow } from '../../../server/events/log.js';
import type { Delivery, Outlet } from '../../../server/events/outlet.js';
import { Database } from '../../../server/testing/simulator/database.js';

const at = new Date(0);
const facts = { sessionId: 's', userId: 'ann', unread: { total: 0, mentions: 0 }, pending: [] };

/** One node over an in-memory database of one shard; repeating timers fire when the test says so. */
async function setUp({ wire = memoryWire(), database = new Database(1, undefined) } = {}) {
  const repeating: (() => void)[] = [];
  const streams = createStreams({
    log: {
      identity: { epoch: 'e', shardCount: 1 },
      heads: () => Promise.resolve(database.heads()),
      read: (...range) => Promise.resolve(database.read(...range)),
      snapshot: (userId, since) => Promise.resolve(database.snapshot(userId, since)),
      slices: (slices, limit) => Promise.resolve(database.slices(slices, limit)),
      render: (rows) => Promise.resolve(rows.map((row) => database.render(row))),
    },
    bus: memoryBus(wire),
    clock: {
      now: () => at,
      after: () => ({ clear: () => undefined }),
      every: (_ms, task) => {
        repeating.push(task);
        return { clear: () => undefined };
      },
      turn: () => Promise.resolve(),
    },
    random: { next: () => 0.5 },
    settings: { replay: { eventsPerRoom: 3, events: 8, bytes: 100_000, rooms: 5 } },
  });
  await streams.start();
  const commit = (rows: readonly LogRow[]): void =>
    streams.offer(
      rows,
      rows.map((row) => database.render(row)),
    );
  const open = async (userId: string, cursor?: string) => {
    const got: Delivery[] = [];
    const close = vi.fn();
    const outlet: Outlet = {
      send: (delivery) => void got.push(delivery),
      backlog: { bytes: 0, events: 0 },
      drained: () => Promise.resolve(),
      close,
    };
    const stream = streams.open({ userId, sessionId: userId, cursor, outlet, ready: () => Promise.resolve(facts) });
    await stream.attached;
    return { got, close, stream, types: () => got.map(({ event }) => event.type) };
  };
  const tick = (times: number): void => {
    for (let count = 0; count < times; count += 1) for (const task of repeating) task();
  };
  return { streams, database, commit, open, tick };
}

/** A room of some users with so many messages in it. */
function roomOf(database: Database, userIds: readonly string[], messages = 0): string {
  const [row] = database.createRoom(userIds, at);
  const roomId = row?.roomId ?? '';
  for (let sent = 0; sent < messages; sent += 1) database.send(roomId, userIds[0] ?? '', `client-${sent}`, at);
  return roomId;
}

const named = (delivery: Delivery | undefined, type: ChatEvent['type']) => delivery?.event.type === type;

describe('a stream', () => {
  it('starts with ready and goes on live', async () => {
    const { database, commit, open } = await setUp();
    const roomId = roomOf(database, ['ann', 'bob']);
    const ann = await open('ann');
    commit(database.read(0, 0, 1, 1));
    commit(database.send(roomId, 'bob', 'client-1', at));
    expect(ann.types()).toEqual(['ready', 'message.created']);
    expect(ann.got[0]?.event.data).toMatchObject({ resumed: false });
  });

  it('shares one delivery with every other that stands where the node stands', async () => {
    const { database, commit, open } = await setUp();
    const roomId = roomOf(database, ['ann', 'bob']);
    commit(database.read(0, 0, 1, 1));
    const [ann, bob] = [await open('ann'), await open('bob')];
    commit(database.send(roomId, 'bob', 'client-1', at));
    expect(named(ann.got.at(-1), 'message.created')).toBe(true);
    expect(ann.got.at(-1)).toBe(bob.got.at(-1));
  });

  it('tells first of the rooms it missed too much of, without moving the cursor', async () => {
    const { database, open, streams } = await setUp();
    const [quiet, loud, left] = [
      roomOf(database, ['ann']),
      roomOf(database, ['ann']),
      roomOf(database, ['ann', 'bob']),
    ];
    const { cursor } = await streams.sync('ann', undefined, 10);
    database.send(quiet, 'ann', 'client-1', at);
    for (let sent = 0; sent < 4; sent += 1) database.send(loud, 'ann', `client-${sent}`, at);
    database.removeMember(left, 'ann', at);
    const ann = await open('ann', cursor);
    expect(ann.types()).toEqual(['ready', 'room.limited', 'room.gone', 'message.created', 'checkpoint']);
    expect(ann.got.map((delivery) => delivery.cursor === cursor)).toEqual([true, true, true, false, false]);
    expect(ann.got[1]?.event).toMatchObject({ roomId: loud, data: { headSeq: 5 } });
    expect(ann.got[2]?.event).toMatchObject({ roomId: left, data: { leftSeq: 2 } });
  });

  it('still tells that a room was deleted of which too much was missed', async () => {
    const { database, open, streams } = await setUp();
    const roomId = roomOf(database, ['ann']);
    const { cursor } = await streams.sync('ann', undefined, 10);
    for (let sent = 0; sent < 4; sent += 1) database.send(roomId, 'ann', `client-${sent}`, at);
    database.deleteRoom(roomId, at);
    const ann = await open('ann', cursor);
    expect(ann.types()).toEqual(['ready', 'room.limited', 'room.deleted', 'checkpoint']);
  });

  it.each([
    ['invalid', 'not a cursor\n'],
    ['epoch', 'AQVvdGhlcgA'],
  ])('with a cursor that is no good (%s) is told to resync', async (reason, cursor) => {
    const { open } = await setUp();
    const ann = await open('ann', cursor);
    expect(ann.types()).toEqual(['ready', 'resync']);
    expect(ann.got[1]?.event.data).toEqual({ reason });
  });

  it('that missed more than a replay holds is told to resync', async () => {
    const { database, open, streams } = await setUp();
    const rooms = [1, 2, 3].map(() => roomOf(database, ['ann']));
    const { cursor } = await streams.sync('ann', undefined, 10);
    for (const roomId of rooms) for (let sent = 0; sent < 3; sent += 1) database.send(roomId, 'ann', `c-${sent}`, at);
    const ann = await open('ann', cursor);
    expect(ann.got[1]?.event.data).toEqual({ reason: 'too_much' });
  });

  it('gets nothing of a room after the event that removed its user', async () => {
    const { database, commit, open } = await setUp();
    const roomId = roomOf(database, ['ann', 'bob']);
    commit(database.read(0, 0, 1, 1));
    const ann = await open('ann');
    commit(database.removeMember(roomId, 'ann', at));
    commit(database.send(roomId, 'bob', 'client-1', at));
    expect(ann.types()).toEqual(['ready', 'member.removed']);
  });

  it('ends a deleted room with its deletion', async () => {
    const { database, commit, open, streams } = await setUp();
    const roomId = roomOf(database, ['ann']);
    commit(database.read(0, 0, 1, 1));
    const ann = await open('ann');
    commit(database.deleteRoom(roomId, at));
    streams.announce({ roomId }, { type: 'typing', at, roomId, data: { userId: 'bob', typing: true } });
    expect(ann.types()).toEqual(['ready', 'room.deleted']);
  });

  it('is told within one round of checkpoints that the cursor moved, and only then', async () => {
    const { database, commit, open, tick } = await setUp();
    roomOf(database, ['bob']);
    commit(database.read(0, 0, 1, 1));
    const ann = await open('ann');
    tick(30);
    expect(ann.types()).toEqual(['ready']);
    commit(database.createRoom(['bob'], at));
    tick(30);
    expect(ann.types()).toEqual(['ready', 'checkpoint']);
  });

  it('that is detached gets nothing more and is not counted', async () => {
    const { database, commit, open, streams } = await setUp();
    const ann = await open('ann');
    ann.stream.detach();
    commit(database.createRoom(['ann'], at));
    expect(ann.types()).toEqual(['ready']);
    expect(streams.count('ann')).toBe(0);
  });

  it('is closed to come back when the node stops', async () => {
    const { open, streams } = await setUp();
    const ann = await open('ann');
    await streams.stop();
    expect(ann.close).toHaveBeenCalledExactlyOnceWith('DRAIN');
  });
});

describe('an announcement', () => {
  it('reaches the members of a room on every node but the one who caused it', async () => {
    const wire = memoryWire();
    const here = await setUp({ wire });
    const roomId = roomOf(here.database, ['ann', 'bob']);
    here.commit(here.database.read(0, 0, 1, 1));
    const there = await setUp({ wire, database: here.database });
    const [ann, bob] = [await here.open('ann'), await there.open('bob')];
    const data = { userId: 'ann', typing: true };
    here.streams.announce({ roomId, except: 'ann' }, { type: 'typing', at, roomId, data });
    await vi.waitFor(() => expect(bob.types()).toEqual(['ready', 'typing']));
    expect(ann.types()).toEqual(['ready']);
    expect(bob.got[1]?.cursor).toBe(there.streams.cursor);
  });

  it('of a revoked session reaches that device alone', async () => {
    const { open, streams } = await setUp();
    const ann = await open('ann');
    const data = { sessionId: 'another', reason: 'revoked' };
    streams.announce({ userIds: ['ann'] }, { type: 'session.revoked', at, data });
    streams.announce({ userIds: ['ann'] }, { type: 'session.revoked', at, data: { ...data, sessionId: 'ann' } });
    expect(ann.types()).toEqual(['ready', 'session.revoked']);
  });
});

describe('sync', () => {
  it('pages through what was missed and ends where the log ends', async () => {
    const { database, streams } = await setUp();
    const roomId = roomOf(database, ['ann']);
    const start = await streams.sync('ann', undefined, 2);
    expect(start).toMatchObject({ events: [], more: false });
    for (let sent = 0; sent < 3; sent += 1) database.send(roomId, 'ann', `client-${sent}`, at);
    const first = await streams.sync('ann', start.cursor, 2);
    expect(first.events.map(({ event }) => event.seq)).toEqual([2, 3]);
    expect(first).toMatchObject({ more: true, cursor: first.events.at(-1)?.id });
    const second = await streams.sync('ann', first.cursor, 2);
    expect(second.events.map(({ event }) => event.seq)).toEqual([4]);
    expect(second.more).toBe(false);
    expect(await streams.sync('ann', second.cursor, 2)).toMatchObject({ events: [], cursor: second.cursor });
  });
});
