import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait.js';
import { call, openRaw, openStock } from './clients.js';
import { startToy } from './toy-server.js';
import type { ToyServer } from './toy-server.js';

let toy: ToyServer;
beforeAll(async () => {
  toy = await startToy({ limits: { callsPerFrame: 5, callsInFlight: 3, refusals: { count: 20, windowMs: 60_000 } } });
});
afterAll(() => toy[Symbol.asyncDispose]());

describe('a frame', () => {
  it('with one bad entry answers it under its own id, and the others as ever', async () => {
    using client = await openRaw(toy.port, { token: 'alice' });
    client.send([
      call(1, 'ping'),
      { id: 2, method: 'query' },
      { id: 3, method: 'nonsense' },
      call('four', 'chat.echo', 4),
    ]);
    expect((await client.answer(1)).result?.data?.json).toBe('pong');
    expect((await client.answer('four')).result?.data?.json).toBe(4);
    expect(await client.refused(2)).toBe('VALIDATION');
    expect(await client.refused(3)).toBe('VALIDATION');
  });

  it.each([
    ['a string', '"hello"'],
    ['no JSON', 'hello'],
    ['an empty list', '[]'],
    ['a list of lists', '[[]]'],
    ['a number', '7'],
    ['null', 'null'],
    ['a binary frame', new Uint8Array([1, 2, 3])],
    ['a call without id', call(undefined, 'ping')],
    ['a call with a null id', call(null, 'ping')],
    ['a call with an object as id', call({}, 'ping')],
  ])('that is %s is answered under null', async (_, frame) => {
    using client = await openRaw(toy.port, { token: 'alice' });
    client.send(frame);
    expect(await client.refused(null)).toBe('VALIDATION');
    client.send(call(1, 'ping'));
    await client.answer(1);
  });

  it.each([
    ['a path that is no string', { id: 1, method: 'query', params: { path: 7 } }],
    ['params that are none', { id: 1, method: 'query', params: [] }],
    ['another jsonrpc', { id: 1, jsonrpc: '1.0', method: 'query', params: { path: 'ping' } }],
    ['a lastEventId that is no string', { id: 1, method: 'subscription', params: { path: 'count', lastEventId: 7 } }],
    ['an input superjson can not read', { id: 1, method: 'query', params: { path: 'chat.echo', input: 'bare' } }],
    [
      'unknown annotations',
      { id: 1, method: 'query', params: { path: 'chat.echo', input: { json: 1, meta: { values: ['regexp'] } } } },
    ],
    [
      'endless nesting',
      `{"id":1,"method":"query","params":{"path":"chat.echo","input":{"json":${'['.repeat(20_000)}${']'.repeat(20_000)}}}}`,
    ],
    [
      'a key __proto__',
      '{"id":1,"method":"query","params":{"path":"chat.echo","input":{"json":{"a":{"__proto__":{"polluted":1}}}}}}',
    ],
  ])('with %s is answered VALIDATION under its id', async (_, frame) => {
    using client = await openRaw(toy.port, { token: 'alice' });
    client.send(frame);
    expect(await client.refused(1)).toBe('VALIDATION');
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it('to an unknown procedure is answered NOT_FOUND with its path and no stack', async () => {
    using client = await openRaw(toy.port, { token: 'alice' });
    client.send([call(1, 'chat.nowhere'), call(2, 'constructor'), call(3, '__proto__')]);
    const { data } = (await client.answer(1)).error?.json ?? {};
    expect(data).toMatchObject({ code: 'NOT_FOUND', path: 'chat.nowhere', chat: { code: 'NOT_FOUND', status: 4004 } });
    expect(data?.stack).toBeUndefined();
    expect(await client.refused(2)).toBe('NOT_FOUND');
    expect(await client.refused(3)).toBe('NOT_FOUND');
  });

  it('that is too big closes with 1009', async () => {
    using client = await openRaw(toy.port, { token: 'alice' });
    client.send('x'.repeat(70_000));
    expect(await client.close()).toBe(1009);
  });

  it('in too many fragments closes the socket', async () => {
    using client = await openRaw(toy.port, { token: 'alice' });
    for (let n = 0; n < 200; n += 1) client.ws.send(' ', { fin: false });
    expect(await client.close()).toBe(1008);
  });

  it('lets a stock client finish the good half of a tick', async () => {
    await using client = openStock(toy.port, 'alice');
    const calls = [
      client.api.ping.query(),
      client.api.chat.echo.query({ at: new Date(5) }),
      client.api.chat.fail.mutate({ code: 'CONFLICT' }),
    ];
    const [ping, echo, fail] = await Promise.allSettled(calls);
    expect(ping).toMatchObject({ status: 'fulfilled', value: 'pong' });
    expect(echo).toMatchObject({ status: 'fulfilled', value: { at: new Date(5) } });
    expect(fail?.status).toBe('rejected');
  });
});

describe('a frame with too many calls', () => {
  it('answers each of them TOO_LARGE, counts once, and leaves open streams alone', async () => {
    using client = await openRaw(toy.port, { token: 'alice' });
    client.send(call(100, 'chat.events', {}, 'subscription'));
    await waitFor(() => client.messages.some(({ result }) => result?.type === 'data'), { what: 'ready' });
    client.send(Array.from({ length: 40 }, (_, index) => call(index, 'ping')));
    for (let id = 0; id < 40; id += 1) expect(await client.refused(id)).toBe('TOO_LARGE');
    const { cursor } = toy.streams.emit();
    await waitFor(() => client.messages.some(({ result }) => result?.id === cursor), { what: 'the event' });
    expect(client.closed).toBeUndefined();
  });

  it('does not count subscriptions: a client that reconnects sends them all at once', async () => {
    using client = await openRaw(toy.port, { token: 'alice' });
    client.send(Array.from({ length: 20 }, (_, index) => call(index, 'chat.events', {}, 'subscription')));
    await waitFor(() => client.messages.filter(({ result }) => result?.type === 'data').length === 20, {
      what: '20 streams',
    });
  });
});

describe('calls in flight', () => {
  it('wait past the limit, run in order as places get free, and are all answered', async () => {
    using client = await openRaw(toy.port, { token: 'alice' });
    for (let n = 1; n <= 9; n += 1) client.send(call(n, 'chat.slow', { n }, 'mutation'));
    await waitFor(() => toy.state.begun.length >= 3, { what: 'three calls' });
    using other = await openRaw(toy.port, { token: 'bob' });
    other.send(call(1, 'ping'));
    await other.answer(1);
    expect(toy.state.begun).toEqual([1, 2, 3]);
    toy.state.gate.open();
    for (let n = 1; n <= 9; n += 1) expect((await client.answer(n)).result?.data?.json).toBe(n);
    expect(toy.state.begun).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('do not count open streams', async () => {
    using client = await openRaw(toy.port, { token: 'alice' });
    for (let id = 1; id <= 6; id += 1) client.send(call(id, 'chat.events', {}, 'subscription'));
    client.send(call(7, 'ping'));
    expect((await client.answer(7)).result?.data?.json).toBe('pong');
  });
});

describe('refused calls', () => {
  it('past the limit close the socket with 4008, after their answers', async () => {
    using client = await openRaw(toy.port, { token: 'alice' });
    for (let id = 1; id <= 30; id += 1) client.send(call(id, 'chat.fail', { code: 'PERMISSION_DENIED' }, 'mutation'));
    expect(await client.close()).toBe(4008);
    expect(client.messages.filter(({ error }) => error !== undefined).length).toBeGreaterThanOrEqual(20);
  });

  it('of kinds that are nobody’s fault are not counted', async () => {
    using client = await openRaw(toy.port, { token: 'alice' });
    for (let id = 1; id <= 40; id += 1) client.send(call(id, 'chat.fail', { code: 'CONFLICT' }, 'mutation'));
    await client.answer(40);
    client.send(call(41, 'ping'));
    await client.answer(41);
  });

  it('in one frame are answered up to the limit and no further', async () => {
    using client = await openRaw(toy.port, { token: 'alice' });
    client.send(Array.from({ length: 20_000 }, () => ({})));
    expect(await client.close()).toBe(4008);
    expect(client.messages.length).toBeLessThanOrEqual(21);
  });

  it('that are malformed count too', async () => {
    using client = await openRaw(toy.port, { token: 'alice' });
    for (let n = 0; n < 25; n += 1) client.send('nonsense');
    expect(await client.close()).toBe(4008);
  });
});

describe('an id', () => {
  it('of an open subscription can not be used again, and the stream goes on', async () => {
    using client = await openRaw(toy.port, { token: 'alice' });
    client.send(call(5, 'chat.events', {}, 'subscription'));
    await waitFor(() => client.messages.some(({ result }) => result?.type === 'data'), { what: 'ready' });
    client.send(call(5, 'ping'));
    await waitFor(() => client.messages.some(({ id, error }) => id === 5 && error !== undefined), {
      what: 'the refusal',
    });
    const { cursor } = toy.streams.emit();
    await waitFor(() => client.messages.some(({ result }) => result?.id === cursor), { what: 'the event' });
  });

  it('is free again once its subscription was stopped', async () => {
    using client = await openRaw(toy.port, { token: 'alice' });
    client.send(call(5, 'chat.events', {}, 'subscription'));
    await waitFor(() => client.messages.some(({ result }) => result?.type === 'data'), { what: 'ready' });
    const before = toy.streams.outlets.size;
    client.send({ id: 5, method: 'subscription.stop' });
    await waitFor(() => client.messages.some(({ result }) => result?.type === 'stopped'), { what: 'the stop' });
    expect(toy.streams.outlets.size).toBe(before - 1);
    client.send(call(5, 'ping'));
    await waitFor(() => client.messages.some(({ result }) => result?.data?.json === 'pong'), { what: 'pong' });
  });
});
