import { UnsecuredJWT, SignJWT } from 'jose';
import { afterEach, expect, test } from 'vitest';
import { person, tokenFor } from '../support/client.js';
import { callFrame, chatErrorIn, exchange, openRaw } from '../support/raw-socket.js';
import type { RawSocket } from '../support/raw-socket.js';
import { makeRoom, onEachDatabase, say } from '../support/suite.js';
import type { Suite } from '../support/suite.js';
import { waitFor } from '../support/wait.js';

async function open(suite: Suite): Promise<RawSocket> {
  return openRaw(suite.server, { params: { token: await tokenFor(suite.server, person('raw')) } });
}

const good = (id: number) => callFrame(id, 'query', 'room.list', {});

onEachDatabase(
  'frames that are wrong',
  (suite) => {
    afterEach(async () => {
      expect((await fetch(`${suite.server.url}/healthz`)).status).toBe(200);
    });

    test('what is not JSON is answered or closed on, and disturbs no other socket', async () => {
      const [ada] = await suite.users('ada');
      const wrong = [
        'nonsense',
        '{',
        '[',
        '{"id":1',
        '"text"',
        '7',
        'null',
        'true',
        '[]',
        '[[]]',
        '[null]',
        '\u0000',
        new Uint8Array([0, 1, 2, 255]),
      ];
      for (const frame of wrong) {
        await using socket = await open(suite);
        socket.send(good(1));
        await socket.answer(1);
        socket.send(frame);
        socket.send(good(2));
        await waitFor(() => socket.closed !== undefined || socket.frames.some(({ id }) => id === 2), {
          what: `an answer or a close after ${JSON.stringify(frame)}`,
          seen: () => socket.frames,
        });
        if (socket.closed !== undefined) expect([4014, 4008], JSON.stringify(frame)).toContain(socket.closed.code);
      }
      const room = await makeRoom('group', ada);
      await say(ada, room.id, 'undisturbed');
      expect(ada.closes).toEqual([]);
    });

    test('one bad call among good ones is answered under its own id, and so is each good one', async () => {
      await using socket = await open(suite);
      const bad = [
        { id: 10 },
        { id: 11, method: 'query' },
        { id: 12, method: 'dance', params: { path: 'chat.room.list', input: { json: {} } } },
        { id: 13, method: 'query', params: { path: 7, input: { json: {} } } },
        { id: 14, method: 'query', params: null },
        { id: 15, method: 'query', params: { path: 'chat.room.list', input: 'nonsense' } },
        {
          id: 16,
          method: 'query',
          params: { path: 'chat.room.list', input: { json: {}, meta: { values: { a: ['Date'] } } } },
        },
        {
          id: 17,
          method: 'query',
          params: { path: 'chat.room.list', input: { json: { a: 'x' }, meta: { values: { a: [['class', 'X']] } } } },
        },
        {
          id: 18,
          method: 'query',
          params: { path: 'chat.room.list', input: { json: { a: 'x' }, meta: { values: { a: ['regexp'] } } } },
        },
        {
          id: 19,
          method: 'query',
          params: {
            path: 'chat.room.list',
            input: { json: {}, meta: { values: { '__proto__.polluted': ['undefined'] } } },
          },
        },
        { id: 20, method: 'mutation', params: { path: 'chat.room.list', input: { json: {} } } },
        { id: 21, method: 'query', params: { path: '__proto__', input: { json: {} } } },
        { id: 22, method: 'query', params: { path: 'chat.constructor', input: { json: {} } } },
        { id: 23, method: 'query', params: { path: 'chat.room.get', input: { json: { roomId: 'nonsense' } } } },
      ];
      socket.send([good(1), ...bad, good(2)]);
      for (const id of [1, 2]) expect((await socket.answer(id)).error, `call ${id}`).toBeUndefined();
      for (const { id } of bad) expect((await socket.answer(id)).error, `call ${id}`).toBeDefined();
      expect(socket.closed).toBeUndefined();
      socket.send(good(3));
      expect((await socket.answer(3)).error).toBeUndefined();
    });

    test('a bad call that comes with a stream leaves the stream alone', async () => {
      await using socket = await open(suite);
      socket.send([
        callFrame(1, 'subscription', 'events', {}),
        { id: 2, method: 'query' },
        callFrame(3, 'mutation', 'room.create', { kind: 'group', name: 'Stream' }),
      ]);
      expect((await socket.answer(2)).error).toBeDefined();
      expect((await socket.answer(3)).error).toBeUndefined();
      await waitFor(
        () => socket.frames.some((frame) => frame.id === 1 && JSON.stringify(frame).includes('room.created')),
        {
          what: 'the event on the stream',
          seen: () => socket.frames,
        },
      );
    });

    test('a frame with too many calls answers each TOO_LARGE and leaves open streams alone', async () => {
      await using socket = await open(suite);
      socket.send(callFrame(1, 'subscription', 'events', {}));
      await socket.answer(1);
      const ids = Array.from({ length: 101 }, (_, index) => 100 + index);
      socket.send(ids.map(good));
      for (const id of ids) expect(await socket.refusal(id)).toMatchObject({ code: 'TOO_LARGE', status: 4413 });
      socket.send(callFrame(2, 'mutation', 'room.create', { kind: 'group', name: 'Still open' }));
      await socket.answer(2);
      await waitFor(
        () => socket.frames.some((frame) => frame.id === 1 && JSON.stringify(frame).includes('room.created')),
        { what: 'the event on the stream' },
      );
    });

    test('a hundred calls in one frame are each answered', async () => {
      await using socket = await open(suite);
      const ids = Array.from({ length: 100 }, (_, index) => index + 1);
      socket.send(ids.map(good));
      for (const id of ids) expect((await socket.answer(id)).error).toBeUndefined();
    });

    test('a frame beyond the limit closes its socket with 1009', async () => {
      await using socket = await open(suite);
      socket.send(good(1));
      await socket.answer(1);
      socket.send(callFrame(2, 'query', 'room.list', { cursor: 'x'.repeat(70_000) }));
      expect((await socket.close()).code).toBe(1009);
    });

    test('a first frame that is not the announced parameters closes with 4001', async () => {
      for (const first of [
        good(1),
        'nonsense',
        { method: 'connectionParams' },
        { method: 'connectionParams', data: 'x' },
        { method: 'connectionParams', data: { token: 7 } },
        [],
      ]) {
        await using socket = await openRaw(suite.server);
        socket.send(first);
        expect((await socket.close()).code, JSON.stringify(first)).toBe(4001);
      }
    });

    test('an input that pollutes a prototype is refused and pollutes nothing', async () => {
      await using socket = await open(suite);
      const inputs = [
        '{"json":{"kind":"group","name":"x","__proto__":{"polluted":true}}}',
        '{"json":{"kind":"group","name":"x","custom":{"__proto__":{"polluted":true}}}}',
        '{"json":{"kind":"group","name":"x","custom":{"constructor":{"prototype":{"polluted":true}}}}}',
      ];
      inputs.forEach((input, index) => {
        socket.send(`{"id":${index + 1},"method":"mutation","params":{"path":"chat.room.create","input":${input}}}`);
      });
      for (const index of inputs.keys()) {
        expect(chatErrorIn((await socket.answer(index + 1)).error)?.code).toBe('VALIDATION');
      }
      socket.send(good(9));
      const answer = await socket.answer(9);
      expect(answer.error).toBeUndefined();
      expect(JSON.stringify(answer)).not.toContain('polluted');
    });
  },
  { providers: ['sqlite'] },
);

onEachDatabase(
  'refusals beyond the limit',
  (suite) => {
    test('close the connection with 4008, and no other', async () => {
      const [ada] = await suite.users('ada');
      await using socket = await open(suite);
      for (let id = 1; id <= 12; id += 1) socket.send(callFrame(id, 'query', 'room.get', { roomId: 'nonsense' }));
      expect((await socket.close()).code).toBe(4008);
      await ada.settle();
      expect(ada.closes).toEqual([]);
    });
  },
  { providers: ['sqlite'], settings: { sockets: { refusals: { count: 10, windowMs: 60_000 } } } },
);

onEachDatabase(
  'handshakes that are wrong',
  (suite) => {
    const key = 'dGhlIHNhbXBsZSBub25jZQ==';
    const handshake = (
      changes: { line?: string; host?: string; headers?: readonly string[]; without?: string } = {},
    ) => {
      const {
        line = 'GET /trpc?connectionParams=1 HTTP/1.1',
        host = `127.0.0.1:${suite.server.port}`,
        headers = [],
        without,
      } = changes;
      const usual = [
        `Host: ${host}`,
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        `Sec-WebSocket-Key: ${key}`,
      ];
      return [
        line,
        ...usual.filter((header) => without === undefined || !header.startsWith(`${without}:`)),
        ...headers,
        '',
        '',
      ].join('\r\n');
    };

    afterEach(async () => {
      expect((await fetch(`${suite.server.url}/healthz`)).status).toBe(200);
    });

    test('a right one is accepted, without subprotocol or extension', async () => {
      const answer = await exchange(
        suite.server,
        handshake({ headers: ['Sec-WebSocket-Protocol: chat', 'Sec-WebSocket-Extensions: permessage-deflate'] }),
      );
      expect(answer).toMatch(/^HTTP\/1\.1 101 /);
      expect(answer.toLowerCase()).not.toContain('sec-websocket-protocol');
      expect(answer.toLowerCase()).not.toContain('sec-websocket-extensions');
    });

    test('a bad target, host, version, key or method gets a 4xx', async () => {
      const wrong = [
        ...['a b', '[', '%', '', '127.0.0.1:99999'].map((host) => handshake({ host })),
        ...['//', 'http://[', '/other', '/trpc/..%2f..', '/%', '*', '/trpcs'].map((target) =>
          handshake({ line: `GET ${target} HTTP/1.1` }),
        ),
        handshake({ line: 'POST /trpc HTTP/1.1' }),
        handshake({ line: 'PUT /trpc?connectionParams=1 HTTP/1.1' }),
        handshake({ without: 'Host' }),
        handshake({ without: 'Sec-WebSocket-Key' }),
        handshake({ without: 'Sec-WebSocket-Version' }),
        handshake({ without: 'Sec-WebSocket-Version', headers: ['Sec-WebSocket-Version: 8'] }),
        handshake({ without: 'Sec-WebSocket-Version', headers: ['Sec-WebSocket-Version: 14'] }),
        handshake({ without: 'Sec-WebSocket-Key', headers: ['Sec-WebSocket-Key: short'] }),
        'NONSENSE\r\n\r\n',
        '\u0000\u0001\u0002\r\n\r\n',
      ];
      for (const request of wrong) {
        const answer = await exchange(suite.server, request);
        expect(answer, request).toMatch(/^HTTP\/1\.1 4\d\d /);
      }
    });

    test('an origin that is not allowed gets a 403 before any 101, the server’s own is fine', async () => {
      const { port } = suite.server;
      const own = `http://127.0.0.1:${port}`;
      const wrong = [
        ['Origin: https://evil.example'],
        ['Origin: null'],
        ['Origin: '],
        [`Origin: https://127.0.0.1:${port}`],
        ['Origin: http://127.0.0.1:1'],
        [`Origin: ${own}.evil.example`],
        [`Origin: ${own}/`],
        [`Origin: ${own}`, 'Origin: https://evil.example'],
        [`Origin: ${own}`, `Origin: ${own}`],
      ];
      for (const headers of wrong) {
        expect(await exchange(suite.server, handshake({ headers })), headers.join()).toMatch(/^HTTP\/1\.1 403 /);
      }
      expect(await exchange(suite.server, handshake({ headers: [`Origin: ${own}`] }))).toMatch(/^HTTP\/1\.1 101 /);
    });

    test('a cookie alone, without an origin, is refused', async () => {
      const answer = await exchange(
        suite.server,
        handshake({ line: 'GET /trpc HTTP/1.1', headers: ['Cookie: session=1'] }),
      );
      expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    });
  },
  { providers: ['sqlite'] },
);

onEachDatabase(
  'tokens that are wrong',
  (suite) => {
    const secret = () => new TextEncoder().encode(suite.server.secret ?? '');
    const now = () => Math.floor(Date.now() / 1000);
    const sign = (payload: Record<string, unknown>, key = secret(), alg = 'HS256') =>
      new SignJWT(payload).setProtectedHeader({ alg }).sign(key);

    test('expired, forged, unsigned and incomplete ones are refused with 4001', async () => {
      const right = await sign({ sub: 'ada', exp: now() + 60 });
      const [header = '', payload = ''] = right.split('.');
      const tokens: Record<string, string> = {
        nonsense: 'nonsense',
        empty: '',
        'another secret': await sign({ sub: 'ada', exp: now() + 60 }, new TextEncoder().encode('x'.repeat(32))),
        unsigned: new UnsecuredJWT({ sub: 'ada', exp: now() + 60 }).encode(),
        'signature removed': `${header}.${payload}.`,
        'another payload': `${header}.${Buffer.from('{"sub":"bob"}').toString('base64url')}.${right.split('.')[2] ?? ''}`,
        'another algorithm': await sign({ sub: 'ada', exp: now() + 60 }, secret(), 'HS512'),
        expired: await sign({ sub: 'ada', exp: now() - 60 }),
        'not yet valid': await sign({ sub: 'ada', nbf: now() + 600, exp: now() + 1_200 }),
        'no subject': await sign({ exp: now() + 60 }),
        'empty subject': await sign({ sub: '', exp: now() + 60 }),
        'a subject with control characters': await sign({ sub: 'a\u0000b', exp: now() + 60 }),
        'far too long': 'x'.repeat(40_000),
      };
      for (const [what, token] of Object.entries(tokens)) {
        await using socket = await openRaw(suite.server, { params: { token } });
        socket.send(good(1));
        const expected = what === 'expired' ? [4001, 4013] : [4001];
        expect(expected, what).toContain((await socket.close()).code);
        expect(
          socket.frames.filter(({ result }) => result !== undefined),
          what,
        ).toEqual([]);
      }
      await using socket = await openRaw(suite.server, { params: { token: right } });
      socket.send(good(1));
      expect((await socket.answer(1)).error).toBeUndefined();
    });

    test('one that expires closes its socket with 4013 within a second', async () => {
      const exp = now() + 2;
      await using socket = await openRaw(suite.server, { params: { token: await sign({ sub: 'ada', exp }) } });
      socket.send(good(1));
      expect((await socket.answer(1)).error).toBeUndefined();
      expect((await socket.close()).code).toBe(4013);
      expect(Date.now()).toBeGreaterThanOrEqual(exp * 1_000 - 50);
      expect(Date.now()).toBeLessThan(exp * 1_000 + 2_000);
    });
  },
  { providers: ['sqlite'] },
);
