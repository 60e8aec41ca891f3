import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait.js';
import { call, handshakeText, openRaw, statusLine } from './clients.js';
import { startToy } from './toy-server.js';
import type { ToyServer } from './toy-server.js';

let toy: ToyServer;
beforeAll(async () => {
  toy = await startToy({
    allowedOrigins: ['https://app.example:8443', 'http://app.example'],
    limits: { handshakeMs: 300 },
  });
});
afterAll(() => toy[Symbol.asyncDispose]());

async function isAlive(): Promise<void> {
  using client = await openRaw(toy.port, { token: 'alice' });
  client.send(call(1, 'ping'));
  expect((await client.answer(1)).result?.data?.json).toBe('pong');
}

describe('a malformed handshake', () => {
  it.each([
    ['target //', { line: 'GET // HTTP/1.1' }],
    ['target //trpc', { line: 'GET //trpc HTTP/1.1' }],
    ['target http://[', { line: 'GET http://[ HTTP/1.1' }],
    ['an absolute target', { line: 'GET http://127.0.0.1/trpc HTTP/1.1' }],
    ['target with a backslash', { line: 'GET /\\trpc HTTP/1.1' }],
    ['target *', { line: 'GET * HTTP/1.1' }],
    ['Host "a b"', { host: 'a b' }],
    ['Host "["', { host: '[' }],
    ['Host "%"', { host: '%' }],
    ['Host with port 99999', { host: 'a:99999' }],
    ['an empty Host', { host: '' }],
    ['a second Host', { extra: ['Host: other'] }],
    ['another version', { version: '8' }],
    ['version 12', { version: '12' }],
    ['a short key', { key: 'short' }],
    ['an empty key', { key: '' }],
    ['another method', { line: 'POST /trpc HTTP/1.1' }],
  ])('with %s gets a 4xx and the server lives on', async (_, parts) => {
    expect(await statusLine(toy.port, handshakeText(parts))).toMatch(/^HTTP\/1.1 4\d\d /);
    await isAlive();
  });

  it('on another path gets 404 when nobody else listens', async () => {
    expect(await statusLine(toy.port, handshakeText({ line: 'GET /other HTTP/1.1' }))).toContain('404');
  });

  it('on another path is left to whoever else listens', async () => {
    const other = (_: unknown, socket: { end(text: string): void }): void => socket.end('HTTP/1.1 418 Mine\r\n\r\n');
    toy.server.on('upgrade', other);
    expect(await statusLine(toy.port, handshakeText({ line: 'GET /other HTTP/1.1' }))).toContain('418');
    toy.server.off('upgrade', other);
  });
});

describe('the Origin', () => {
  it.each(['https://app.example:8443', 'http://app.example'])('%s is listed and gets in', async (origin) => {
    using client = await openRaw(toy.port, { headers: { origin } });
    expect(client.closed).toBeUndefined();
  });

  it.each([
    'http://app.example:8443',
    'https://app.example',
    'http://app.example.evil.com',
    'http://APP.example',
    'http://app.example/',
    'http://other.example',
    'null',
    '',
  ])('"%s" is refused with 403', async (origin) => {
    expect(await statusLine(toy.port, handshakeText({ extra: [`Origin: ${origin}`] }))).toContain('403');
  });

  it('sent twice is refused with 403', async () => {
    const extra = ['Origin: http://app.example', 'Origin: http://app.example'];
    expect(await statusLine(toy.port, handshakeText({ extra }))).toContain('403');
  });

  it('may be missing when a token comes', async () => {
    using client = await openRaw(toy.port, { headers: { authorization: 'Bearer alice' } });
    client.send(call(1, 'whoami'));
    expect((await client.answer(1)).result?.data?.json).toMatchObject({ id: 'alice' });
  });

  it('may not be missing when there is only a cookie', async () => {
    await expect(openRaw(toy.port, { headers: { cookie: 'session=1' } })).rejects.toThrow('HTTP 403');
  });

  it('missing makes a cookie beside a token count for nothing', async () => {
    using client = await openRaw(toy.port, { token: 'alice', headers: { cookie: 'session=1' } });
    client.send(call(1, 'whoami'));
    expect((await client.answer(1)).result?.data?.json).toMatchObject({ id: 'alice', cookie: null });
  });

  it('listed lets the cookie through', async () => {
    using client = await openRaw(toy.port, { headers: { cookie: 'session=1', origin: 'http://app.example' } });
    client.send(call(1, 'whoami'));
    expect((await client.answer(1)).result?.data?.json).toMatchObject({ cookie: 'session=1' });
  });
});

describe('an accepted handshake', () => {
  it('chooses no subprotocol and no extension', async () => {
    const extra = ['Sec-WebSocket-Protocol: chat, trpc', 'Sec-WebSocket-Extensions: permessage-deflate'];
    const head = await new Promise<string>((resolve) => {
      const socket = connect(toy.port, '127.0.0.1');
      socket.once('data', (chunk) => {
        socket.destroy();
        resolve(chunk.toString());
      });
      socket.write(handshakeText({ extra }));
    });
    expect(head).toMatch(/^HTTP\/1.1 101 /);
    expect(head).not.toMatch(/sec-websocket-(protocol|extensions)/i);
  });

  it('with ?token= is no login', async () => {
    using client = await openRaw(toy.port, { query: '?token=alice' });
    client.send(call(1, 'chat.me'));
    expect((await client.answer(1)).error?.json?.data.code).toBe('UNAUTHORIZED');
  });
});

describe('the deadline of the handshake', () => {
  it('cuts a connection that does not finish its headers', async () => {
    let isClosed = false;
    const socket = connect(toy.port, '127.0.0.1');
    socket.on('close', () => (isClosed = true));
    socket.on('error', () => undefined);
    socket.write('GET /trpc HTTP/1.1\r\nHost: a\r\n');
    await waitFor(() => isClosed, { what: 'the cut', timeoutMs: 2_000 });
  });

  it('leaves a WebSocket alone that finished in time', async () => {
    using client = await openRaw(toy.port, { token: 'alice' });
    // What began later is cut, so this one's time is over too.
    expect(await statusLine(toy.port, 'GET /trpc HTTP/1.1\r\n')).toBe('');
    client.send(call(1, 'ping'));
    expect((await client.answer(1)).result?.data?.json).toBe('pong');
  });
});

describe('connections of one address', () => {
  it('get 429 past the limit, and the older stay', async () => {
    await using small = await startToy({ limits: { connectionsPerAddress: 2 } });
    using first = await openRaw(small.port, { token: 'a' });
    using second = await openRaw(small.port, { token: 'b' });
    await expect(openRaw(small.port, { token: 'c' })).rejects.toThrow('HTTP 429');
    first.send(call(1, 'ping'));
    await first.answer(1);
    second.ws.terminate();
    await waitFor(() => small.sockets.connections.count() === 1, { what: 'the place to be free' });
    using third = await openRaw(small.port, { token: 'd' });
    expect(third.closed).toBeUndefined();
  });
});
