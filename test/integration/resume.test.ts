import { expect, test } from 'vitest';
import { connect, expectRefusal, person, tokenFor } from '../support/client.js';
import type { Connection } from '../support/client.js';
import { callFrame, openRaw } from '../support/raw-socket.js';
import { startServer } from '../support/server.js';
import { makeRoom, onEachDatabase, range, say } from '../support/suite.js';

/** Sends many messages, some at once. */
async function flood(sender: Connection, roomId: string, count: number): Promise<void> {
  for (let done = 0; done < count; done += 20) {
    await Promise.all(
      range(done + 1, Math.min(done + 20, count)).map((index) =>
        sender.api.message.send.mutate({ roomId, content: String(index) }),
      ),
    );
  }
}

onEachDatabase('coming back to much or to little', (suite) => {
  test('a hundred missed events of a room are replayed', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    bob.offline();
    await flood(ada, roomId, 100);
    bob.online();
    await bob.until(() => bob.seqs(roomId).length >= 101, 'a hundred messages');
    expect(bob.seqs(roomId)).toEqual(range(1, 101));
    expect(bob.events('room.limited')).toEqual([]);
  });

  test('more than a hundred are not: the room is limited, the others are replayed, and it goes on live', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const busy = await makeRoom('group', ada, [bob]);
    const calm = await makeRoom('group', ada, [bob]);
    bob.offline();
    await flood(ada, busy.id, 101);
    for (const index of range(1, 3)) await say(ada, calm.id, String(index));
    bob.online();
    const limited = await bob.event('room.limited');
    expect(limited).toMatchObject({ roomId: busy.id, data: { headSeq: 102 } });
    await bob.until(() => bob.seqs(calm.id).length >= 4, 'the calm room');
    expect(bob.seqs(calm.id)).toEqual(range(1, 4));
    await say(ada, busy.id, 'live', [bob]);
    expect(bob.seqs(busy.id)).toEqual([1, 103]);
    expect(bob.events('ready').at(-1)?.data.resumed).toBe(true);
    const types = bob.received.map(({ event }) => event.type);
    expect(types.indexOf('room.limited')).toBeLessThan(types.lastIndexOf('message.created'));
  });

  test('too much in all is one resync, and live events follow', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const rooms = await Promise.all(range(1, 11).map(() => makeRoom('group', ada, [bob])));
    bob.offline();
    for (const { id } of rooms) await flood(ada, id, 95);
    const from = bob.position;
    bob.online();
    const resync = await bob.event('resync', undefined, { from });
    expect(resync.data.reason).toBe('too_much');
    await say(ada, rooms[0]?.id ?? '', 'live', [bob]);
    expect(bob.events('ready', undefined, from).map(({ data }) => data.resumed)).toEqual([false]);
    expect(bob.events('message.created', undefined, from)).toHaveLength(1);
  });

  test('a cursor that can not be used is a resync and never an error', async () => {
    const [ada] = await suite.users('ada');
    for (const lastEventId of ['nonsense', '0', 'x'.repeat(600), '{}', 'AAAA']) {
      const bob = await suite.connect(person('bob'), { lastEventId });
      const resync = await bob.event('resync');
      expect(resync.data.reason, lastEventId.slice(0, 20)).toBe('invalid');
      expect(bob.received.slice(0, 2).map(({ event }) => event.type)).toEqual(['ready', 'resync']);
      expect(bob.events('ready')[0]?.data.resumed).toBe(false);
      const { id: roomId } = await makeRoom('direct', ada, [bob]);
      await say(ada, roomId, 'live', [bob]);
    }
  });

  test('a new cursor takes the place of one that could not be used', async () => {
    const [ada] = await suite.users('ada');
    const bob = await suite.connect(person('bob'), { lastEventId: 'nonsense' });
    await bob.event('resync');
    const { id: roomId } = await makeRoom('direct', ada, [bob]);
    bob.offline();
    await say(ada, roomId, 'while away');
    bob.online();
    await bob.event('message.created', (event) => event.roomId === roomId);
    expect(bob.events('resync')).toHaveLength(1);
    expect(bob.events('ready').at(-1)?.data.resumed).toBe(true);
  });

  test('who was removed while away is told that the room is gone, and nothing else of it', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    bob.offline();
    await say(ada, roomId, 'not any more');
    await ada.api.room.removeMembers.mutate({ roomId, userIds: [bob.id] });
    await say(ada, roomId, 'and later');
    bob.online();
    const gone = await bob.event('room.gone', (event) => event.roomId === roomId);
    expect(gone.data).toEqual({ leftSeq: 3 });
    await bob.settle();
    expect(bob.seqs(roomId)).toEqual([1]);
    expect(JSON.stringify(bob.received)).not.toContain('not any more');
  });

  test('who was removed and added again while away starts at the second adding', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    bob.offline();
    await say(ada, roomId, 'as a member');
    await ada.api.room.removeMembers.mutate({ roomId, userIds: [bob.id] });
    await say(ada, roomId, 'in between');
    await ada.api.room.addMembers.mutate({ roomId, userIds: [bob.id] });
    await say(ada, roomId, 'as a member again');
    bob.online();
    await bob.event('message.created', ({ data }) => data.message.content === 'as a member again');
    await bob.settle();
    expect(bob.seqs(roomId)).toEqual([1, 5, 6]);
    expect(bob.events('member.added', (event) => event.roomId === roomId)).toHaveLength(1);
  });

  test('a room that was deleted while away is told as deleted', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    bob.offline();
    await ada.api.room.delete.mutate({ roomId });
    bob.online();
    await bob.event('room.deleted', (event) => event.roomId === roomId);
  });

  test('since starts a new device where another one stood', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    await say(ada, roomId, 'one', [bob]);
    const since = bob.received.at(-1)?.id ?? '';
    await bob.close();
    await say(ada, roomId, 'two');
    const device = await suite.connect(bob.person, { since });
    await say(ada, roomId, 'three', [device]);
    expect(device.events('ready')[0]?.data.resumed).toBe(true);
    expect(device.seqs(roomId)).toEqual([3, 4]);
    const fresh = await suite.connect(bob.person);
    await say(ada, roomId, 'four', [fresh]);
    expect(fresh.events('ready')[0]?.data.resumed).toBe(false);
    expect(fresh.seqs(roomId)).toEqual([5]);
  });

  test('a cursor grants nothing: another user’s shows no room of theirs', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const cursor = bob.received.at(-1)?.id ?? '';
    await say(ada, roomId, 'private');
    const eve = await suite.connect(person('eve'), { lastEventId: cursor });
    await say(ada, roomId, 'more', [bob]);
    await eve.settle();
    expect(eve.seqs(roomId)).toEqual([]);
    expect(JSON.stringify(eve.received)).not.toContain(roomId);
  });

  test('wrong input to the stream is refused', async () => {
    await using socket = await openRaw(suite.server, {
      params: { token: await tokenFor(suite.server, person('ada')) },
    });
    socket.send([
      callFrame(1, 'subscription', 'events', { since: 7 }),
      callFrame(2, 'subscription', 'events', { unknown: true }),
      callFrame(3, 'subscription', 'events', 'text'),
    ]);
    for (const id of [1, 2, 3]) expect(await socket.refusal(id)).toMatchObject({ code: 'VALIDATION' });
  });
});

onEachDatabase('sync', (suite) => {
  test('by cursor it tells what the stream would, page by page', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const start = await bob.api.sync.query({});
    expect(start).toMatchObject({ events: [], more: false });
    for (const index of range(1, 7)) await say(ada, roomId, String(index), [bob]);
    const found: number[] = [];
    let { cursor, more } = { cursor: start.cursor, more: true };
    for (let pages = 0; more && pages < 10; pages += 1) {
      const page = await bob.api.sync.query({ cursor, limit: 3 });
      expect(page.events.length).toBeLessThanOrEqual(3);
      found.push(
        ...page.events.flatMap(({ event }) => (event.roomId === roomId && event.seq !== undefined ? [event.seq] : [])),
      );
      ({ cursor, more } = page);
    }
    expect(found).toEqual(range(2, 8));
    const device = await suite.connect(bob.person, { since: cursor });
    await say(ada, roomId, 'live', [device]);
    expect(device.seqs(roomId)).toEqual([9]);
  });

  test('by room it fills a hole, up to two hundred events at once', async () => {
    const [ada, bob, eve] = await suite.users('ada', 'bob', 'eve');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    await flood(ada, roomId, 20);
    const page = await bob.api.sync.query({ roomId, afterSeq: 5, limit: 4 });
    expect(page).toMatchObject({ headSeq: 21, more: true });
    expect(page.events.map(({ seq }) => seq)).toEqual(range(6, 9));
    const rest = await bob.api.sync.query({ roomId, afterSeq: 9, limit: 200 });
    expect(rest).toMatchObject({ headSeq: 21, more: false });
    expect(rest.events.map(({ seq }) => seq)).toEqual(range(10, 21));
    const live = bob.received.find(({ event }) => event.roomId === roomId && event.seq === 10)?.event;
    expect(rest.events[0]).toEqual(live);
    await expectRefusal(bob.api.sync.query({ roomId, afterSeq: 0, limit: 201 }), 'VALIDATION');
    await expectRefusal(bob.call('sync', { roomId, afterSeq: -1 }), 'VALIDATION');
    await expectRefusal(bob.call('sync', { roomId }), 'VALIDATION');
    await expectRefusal(eve.api.sync.query({ roomId, afterSeq: 0 }), 'NOT_FOUND');
  });

  test('it tells nobody what came before their joining', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada);
    await say(ada, roomId, 'before');
    await ada.api.room.addMembers.mutate({ roomId, userIds: [bob.id] });
    await say(ada, roomId, 'after', [bob]);
    const { events } = await bob.api.sync.query({ roomId, afterSeq: 0 });
    expect(events.map(({ seq }) => seq)).toEqual([3, 4]);
  });

  test('a cursor that can not be used is told as a resync', async () => {
    const [ada] = await suite.users('ada');
    const page = await ada.api.sync.query({ cursor: 'nonsense' });
    expect(page.events.map(({ event }) => event.type)).toContain('resync');
    expect((await ada.api.sync.query({ cursor: page.cursor })).events).toEqual([]);
  });
});

onEachDatabase(
  'a cursor of another database',
  (suite) => {
    test('is a resync', async () => {
      await using other = await startServer({ provider: suite.provider, secret: suite.server.secret });
      const ada = person('ada');
      const here = await suite.connect(ada);
      await makeRoom('group', here);
      await using there = await connect(other, ada, { lastEventId: here.received.at(-1)?.id ?? '' });
      expect(['epoch', 'invalid']).toContain((await there.event('resync')).data.reason);
    });
  },
  { providers: ['sqlite'] },
);
