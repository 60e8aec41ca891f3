import { expect, test } from 'vitest';
import { connectHttp, expectRefusal, person, tokenFor } from '../support/client.js';
import { makeRoom, onEachDatabase, range, say } from '../support/suite.js';

onEachDatabase('server-sent events and plain HTTP', (suite) => {
  test('two users talk in order, one over a socket and one without', async () => {
    const [ada] = await suite.users('ada');
    const bob = await suite.connectHttp(person('bob'));
    expect(bob.received[0]?.event).toMatchObject({ type: 'ready', data: { userId: bob.id, resumed: false } });
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    await say(ada, roomId, 'one', [ada, bob]);
    await say(bob, roomId, 'two', [ada, bob]);
    const message = await say(ada, roomId, 'three', [ada, bob]);
    await bob.api.message.read.mutate({ roomId, seq: message.seq });
    await ada.event('receipt.read', ({ data }) => data.userId === bob.id && data.seq === message.seq);
    await ada.api.message.typing.mutate({ roomId, typing: true });
    await bob.event('typing', ({ data }) => data.userId === ada.id && data.typing);
    expect(bob.seqs(roomId)).toEqual([1, 2, 3, 4]);
    expect(bob.received.every(({ id }) => id.length > 0)).toBe(true);
  });

  test('events carry the same over both', async () => {
    const ada = person('ada');
    const socket = await suite.connect(ada);
    const stream = await suite.connectHttp(ada);
    const room = await socket.api.room.create.mutate({ kind: 'group', name: 'Same' });
    const message = await stream.api.message.send.mutate({ roomId: room.id, content: 'same', custom: { a: 1 } });
    for (const device of [socket, stream])
      await device.event('message.created', ({ data }) => data.message.id === message.id);
    const logged = (device: typeof socket) =>
      device.received.map(({ event }) => event).filter(({ roomId, seq }) => roomId === room.id && seq !== undefined);
    expect(logged(stream)).toEqual(logged(socket));
    expect(logged(stream)[1]?.at).toBeInstanceOf(Date);
  });

  test('a stream that is cut comes back by itself, and nothing is missed or comes twice', async () => {
    const [ada] = await suite.users('ada');
    const bob = await suite.connectHttp(person('bob'));
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    await say(ada, roomId, 'one', [bob]);
    bob.offline();
    for (const content of ['two', 'three']) await ada.api.message.send.mutate({ roomId, content });
    bob.online();
    await bob.event('message.created', ({ data }) => data.message.content === 'three');
    bob.drop();
    await say(ada, roomId, 'four', [bob]);
    expect(bob.seqs(roomId)).toEqual(range(1, 5));
    expect(bob.events('ready').at(-1)?.data.resumed).toBe(true);
    expect(bob.errors).toEqual([]);
  });

  test('one bad call in a batch disturbs no other', async () => {
    const ada = await suite.connectHttp(person('ada'), { subscribe: false });
    const [list, bad, pending] = await Promise.allSettled([
      ada.api.room.list.query({}),
      ada.api.room.get.query({ roomId: 'nonsense' }),
      ada.api.notification.pending.query({}),
    ]);
    expect([list.status, bad.status, pending.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await expectRefusal(ada.api.room.get.query({ roomId: 'nonsense' }), 'VALIDATION');
    await expectRefusal(ada.call('room.create', { kind: 'group' }), 'VALIDATION');
  });

  test('without a valid token nothing is answered', async () => {
    const ada = person('ada');
    const expired = await tokenFor(suite.server, ada, { exp: Math.floor(Date.now() / 1000) - 60 });
    for (const token of ['', 'nonsense', expired]) {
      await using device = await connectHttp(suite.server, ada, { token, subscribe: false });
      await expectRefusal(device.api.room.list.query({}), 'UNAUTHENTICATED');
      await expect(connectHttp(suite.server, ada, { token })).rejects.toBeDefined();
    }
    const answer = await fetch(`${suite.server.url}/trpc/chat.room.list?input=${encodeURIComponent('{"json":{}}')}`);
    expect(answer.status).toBe(401);
    const inAddress = await tokenFor(suite.server, ada);
    const smuggled = await fetch(
      `${suite.server.url}/trpc/chat.room.list?token=${inAddress}&input=${encodeURIComponent('{"json":{}}')}`,
    );
    expect(smuggled.status).toBe(401);
  });

  test('the server says that it is alive and ready', async () => {
    for (const path of ['/healthz', '/readyz']) expect((await fetch(`${suite.server.url}${path}`)).status).toBe(200);
  });

  test('bodies that are no calls are refused, and the server goes on', async () => {
    const token = await tokenFor(suite.server, person('ada'));
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    for (const body of [
      '',
      'nonsense',
      '[]',
      '{"json":',
      '"text"',
      '\u0000',
      `{"json":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
    ]) {
      const answer = await fetch(`${suite.server.url}/trpc/chat.room.create`, { method: 'POST', headers, body });
      expect(answer.status, body.slice(0, 20)).toBeGreaterThanOrEqual(400);
      expect(answer.status, body.slice(0, 20)).toBeLessThan(500);
      expect(await answer.text()).not.toMatch(/stack|node_modules/);
    }
    const big = await fetch(`${suite.server.url}/trpc/chat.room.create`, {
      method: 'POST',
      headers,
      body: `{"json":{"name":"${'x'.repeat(5_000_000)}"}}`,
    }).catch(() => undefined);
    if (big !== undefined) expect([400, 413]).toContain(big.status);
    expect((await fetch(`${suite.server.url}/healthz`)).status).toBe(200);
  });
});

onEachDatabase(
  'the demo login',
  (suite) => {
    test('gives a token for a name, and the user it is for', async () => {
      const answer = await fetch(`${suite.server.url}/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'Ada' }),
      });
      expect(answer.status).toBe(200);
      const { token, user } = (await answer.json()) as { token: string; user: { id: string; name: string } };
      expect(user.name).toBe('Ada');
      const ada = await suite.connect({ id: user.id, name: user.name }, { token });
      expect(ada.events('ready')[0]?.data.userId).toBe(user.id);
    });

    test('refuses what is no name', async () => {
      for (const body of ['', '{}', 'nonsense', '{"name":""}', '{"name":7}', '{"name":"\\u0000"}']) {
        const answer = await fetch(`${suite.server.url}/login`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body,
        });
        expect(answer.status, body).toBeGreaterThanOrEqual(400);
        expect(answer.status, body).toBeLessThan(500);
      }
    });
  },
  { secret: null, providers: ['sqlite'] },
);

onEachDatabase(
  'a server with a secret',
  (suite) => {
    test('offers no login', async () => {
      const answer = await fetch(`${suite.server.url}/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'Ada' }),
      });
      expect(answer.status).toBe(404);
    });
  },
  { providers: ['sqlite'] },
);
