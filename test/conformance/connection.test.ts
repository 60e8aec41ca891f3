import { expect, test } from 'vitest';
import { connect, person, tokenFor } from '../support/client.js';
import { callFrame, openRaw } from '../support/raw-socket.js';
import { makeRoom, onEachDatabase, say } from '../support/suite.js';

onEachDatabase('connecting', (suite) => {
  test('an authenticated user gets ready as the first event of the stream', async () => {
    const ada = await suite.connect(person('ada'));
    const [first] = ada.received;
    expect(first?.event).toMatchObject({
      type: 'ready',
      data: { userId: ada.id, resumed: false, unread: { total: 0, mentions: 0 }, pending: [] },
    });
    expect(first?.event.at).toBeInstanceOf(Date);
    expect(first?.id.length).toBeLessThanOrEqual(512);
  });

  test('ready brings what is pending, newest room first', async () => {
    const [ada] = await suite.users('ada');
    const bob = person('bob');
    const first = await makeRoom('group', ada, [], { name: 'First' });
    const second = await makeRoom('group', ada, [], { name: 'Second' });
    for (const { id } of [first, second]) await ada.api.room.addMembers.mutate({ roomId: id, userIds: [bob.id] });
    await say(ada, first.id, 'one');
    await say(ada, first.id, 'two');
    await say(ada, second.id, 'three');
    const device = await suite.connect(bob);
    const ready = await device.event('ready');
    expect(ready.data.unread).toEqual({ total: 3, mentions: 0 });
    expect(ready.data.pending).toMatchObject([
      { roomId: second.id, unread: 1, mentions: 0, lastMessage: { content: 'three' } },
      { roomId: first.id, unread: 2, mentions: 0, lastMessage: { content: 'two' } },
    ]);
  });

  test('ready names at most fifty rooms, each with its newest message, and counts them all', async () => {
    const [ada] = await suite.users('ada');
    const bob = person('bob');
    const roomIds: string[] = [];
    for (let nth = 0; nth < 52; nth += 1) {
      const { id: roomId } = await ada.api.room.create.mutate({ kind: 'group', name: 'Busy', members: [bob.id] });
      await ada.api.message.send.mutate({ roomId, content: 'newest' });
      roomIds.unshift(roomId);
    }
    await ada.api.message.send.mutate({ roomId: roomIds[0] ?? '', content: 'newer' });
    const { data } = await (await suite.connect(bob)).event('ready');
    expect(data.pending.map(({ roomId }) => roomId)).toEqual(roomIds.slice(0, 50));
    const [first, ...others] = data.pending.map(({ unread, lastMessage }) => `${unread} ${lastMessage?.content}`);
    expect(first).toBe('2 newer');
    expect(new Set(others)).toEqual(new Set(['1 newest']));
    expect(data.unread).toEqual({ total: 53, mentions: 0 });
  });

  test('a socket without credentials gets UNAUTHENTICATED for its calls and is closed with 4001', async () => {
    await using socket = await openRaw(suite.server, { query: '' });
    socket.send(callFrame(1, 'query', 'room.list', {}));
    expect(await socket.refusal(1)).toMatchObject({ code: 'UNAUTHENTICATED', status: 4001 });
    expect((await socket.close(5_000)).code).toBe(4001);
  });

  test('a socket with an empty set of parameters is closed with 4001', async () => {
    await using socket = await openRaw(suite.server, { params: {} });
    expect((await socket.close(5_000)).code).toBe(4001);
  });

  test('a token in the address is no login', async () => {
    const token = await tokenFor(suite.server, person('ada'));
    await using socket = await openRaw(suite.server, { query: `?token=${token}` });
    expect((await socket.close(5_000)).code).toBe(4001);
  });

  test('a bearer token in the handshake is a login', async () => {
    const ada = person('ada');
    const token = await tokenFor(suite.server, ada);
    await using socket = await openRaw(suite.server, { query: '', headers: { authorization: `Bearer ${token}` } });
    socket.send(callFrame(1, 'query', 'room.list', {}));
    expect((await socket.answer(1)).error).toBeUndefined();
  });

  test('a device that disconnects leaves the others and the server untouched', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const room = await makeRoom('group', ada, [bob]);
    await bob.close();
    await say(ada, room.id, 'still here');
    const again = await suite.connect(bob.person);
    await say(ada, room.id, 'and back', [ada, again]);
    expect(suite.server.isRunning).toBe(true);
  });

  test('ten devices connect and disconnect at once', async () => {
    const ada = person('ada');
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        await using device = await connect(suite.server, ada, { subscribe: false });
        await device.api.room.list.query({});
      }),
    );
    const others = await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        await using device = await connect(suite.server, person(`user${index}`));
        return device.events('ready').length;
      }),
    );
    expect(others).toEqual(Array.from({ length: 10 }, () => 1));
    const after = await suite.connect(ada);
    expect(after.events('ready')).toHaveLength(1);
  });

  test('connecting opens a session that was seen just now', async () => {
    const before = Date.now();
    const ada = await suite.connect(person('ada'), { claims: { sid: 'laptop-1' } });
    const { items } = await ada.api.session.list.query({});
    expect(items).toHaveLength(1);
    const [session] = items;
    expect(session).toMatchObject({ id: 'laptop-1', current: true });
    expect(session?.lastSeenAt.getTime()).toBeGreaterThanOrEqual(before - 1_000);
    expect(session?.lastSeenAt.getTime()).toBeLessThanOrEqual(Date.now() + 1_000);
    expect(ada.events('ready')[0]?.data.sessionId).toBe('laptop-1');
  });

  test('a second set of parameters never changes who a socket is', async () => {
    const [ada, bob] = [person('ada'), person('bob')];
    const tokens = [await tokenFor(suite.server, ada), await tokenFor(suite.server, bob)];
    await using socket = await openRaw(suite.server, { params: { token: tokens[0] } });
    socket.send(callFrame(1, 'mutation', 'room.create', { kind: 'group', name: 'Mine' }));
    expect(JSON.stringify(await socket.answer(1))).toContain(ada.id);
    socket.send({ method: 'connectionParams', data: { token: tokens[1] } });
    socket.send(callFrame(2, 'mutation', 'room.create', { kind: 'group', name: 'Whose?' }));
    const frame = await Promise.race([socket.answer(2), socket.close().catch(() => undefined)]);
    expect(JSON.stringify(frame)).not.toContain(bob.id);
  });
});
