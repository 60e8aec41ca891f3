import { Socket } from 'node:net';
import { transformer } from '@confab/shared';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { waitFor } from '../support/wait.js';
import { call, openRaw, openStock } from './clients.js';
import type { RawClient } from './clients.js';
import { startToy } from './toy-server.js';
import type { ToyServer } from './toy-server.js';

afterEach(() => vi.restoreAllMocks());

const isReady = (client: RawClient): boolean => client.messages.some(({ result }) => result?.type === 'data');

async function subscribe(toy: ToyServer, id: number | string = 1, input: object = {}): Promise<RawClient> {
  const client = await openRaw(toy.port, { token: 'alice' });
  client.send(call(id, 'chat.events', input, 'subscription'));
  await waitFor(() => isReady(client), { what: 'ready' });
  return client;
}

/** The cursors a client got, in order. */
function cursors(client: RawClient): string[] {
  return client.messages.flatMap(({ result }) =>
    result?.type === 'data' && result.id !== undefined ? [result.id] : [],
  );
}

describe('the attached stream', () => {
  it('begins with started and ready, and the marker never leaves the server', async () => {
    await using toy = await startToy();
    using client = await subscribe(toy, 'my "id"');
    toy.streams.emit('first');
    await waitFor(() => cursors(client).includes('1'), { what: 'the event' });
    expect(client.messages[0]).toEqual({ id: 'my "id"', result: { type: 'started' } });
    expect(client.messages[1]).toMatchObject({
      id: 'my "id"',
      result: { id: '0', data: { json: { id: '0', data: { type: 'ready' } } } },
    });
    expect(client.messages[2]).toMatchObject({
      id: 'my "id"',
      result: { id: '1', data: { json: { data: { type: 'typing', roomId: 'first' } } } },
    });
    expect(client.texts.join()).not.toContain('confab:');
  });

  it('delivers every event once and in order, among answers of all sizes', async () => {
    await using toy = await startToy();
    using client = await subscribe(toy);
    for (let n = 1; n <= 300; n += 1) {
      toy.streams.emit('é'.repeat(n * 7));
      if (n % 10 === 0) client.send(call(1_000 + n, 'big', { bytes: n * 300 }));
      if (n % 30 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await waitFor(() => cursors(client).length === 301, { what: 'all events', seen: () => cursors(client).length });
    expect(cursors(client)).toEqual(Array.from({ length: 301 }, (_, n) => String(n)));
    for (let n = 10; n <= 300; n += 10) {
      expect((await client.answer(1_000 + n)).result?.data?.json).toHaveLength(n * 300);
    }
  });

  it('makes one serialisation of an event, however many sockets get it', async () => {
    await using toy = await startToy({ limits: { connectionsPerUser: 40 } });
    const clients = await Promise.all(Array.from({ length: 40 }, (_, n) => subscribe(toy, n % 2 === 0 ? 1 : n)));
    const serialize = vi.spyOn(transformer.output, 'serialize');
    toy.streams.emit();
    toy.streams.emit();
    await waitFor(() => clients.every((client) => cursors(client).includes('2')), { what: 'both events everywhere' });
    expect(serialize).toHaveBeenCalledTimes(2);
    for (const client of clients) client[Symbol.dispose]();
  });

  it('writes a lone event at once, and those of one turn together', async () => {
    await using toy = await startToy();
    using client = await subscribe(toy);
    const sockets = Socket.prototype as unknown as { _write(): void; _writev(): void };
    const write = vi.spyOn(sockets, '_write');
    const writev = vi.spyOn(sockets, '_writev');
    toy.streams.emit();
    expect(write).toHaveBeenCalledTimes(1);
    for (let n = 0; n < 20; n += 1) toy.streams.emit();
    await waitFor(() => cursors(client).includes('21'), { what: 'all events' });
    expect(write.mock.calls.length + writev.mock.calls.length).toBeLessThanOrEqual(3);
  });

  it('ends on stop: detached, nothing sent afterwards', async () => {
    await using toy = await startToy();
    using client = await subscribe(toy);
    client.send({ id: 1, method: 'subscription.stop' });
    await waitFor(() => client.messages.some(({ result }) => result?.type === 'stopped'), { what: 'stopped' });
    toy.streams.emit();
    client.send(call(2, 'ping'));
    await client.answer(2);
    expect(cursors(client)).toEqual(['0']);
    expect(toy.streams.outlets.size).toBe(0);
  });

  it('ends with the socket', async () => {
    await using toy = await startToy();
    using client = await subscribe(toy);
    client.ws.terminate();
    await waitFor(() => toy.streams.outlets.size === 0, { what: 'the detachment' });
  });

  it('that can not be opened closes the socket with 1013 instead of ending', async () => {
    await using toy = await startToy();
    toy.streams.failNext();
    using client = await openRaw(toy.port, { token: 'alice' });
    client.send(call(1, 'chat.events', {}, 'subscription'));
    expect(await client.close()).toBe(1013);
    expect(client.messages.some(({ error }) => error !== undefined)).toBe(false);
  });

  it('with an event that can not be serialised closes with 1013 and disturbs nobody else', async () => {
    await using toy = await startToy();
    using client = await subscribe(toy);
    vi.spyOn(transformer.output, 'serialize').mockImplementationOnce(() => {
      throw new Error('poison');
    });
    toy.streams.emit();
    expect(await client.close()).toBe(1013);
    expect(toy.told.join()).toContain('poison');
  });
});

describe('a stock client', () => {
  it('loses and repeats nothing over lost sockets and reconnect notices', async () => {
    await using toy = await startToy();
    await using client = openStock(toy.port, 'alice');
    const got: string[] = [];
    const errors: unknown[] = [];
    const subscription = client.api.chat.events.subscribe(
      {},
      {
        onData: ({ id, data }) => void (data.type === 'typing' && got.push(id)),
        onError: (error) => errors.push(error),
      },
    );
    await waitFor(() => toy.streams.outlets.size === 1, { what: 'the stream' });
    for (let n = 1; n <= 200; n += 1) {
      toy.streams.emit();
      if (n % 50 === 0) toy.sockets.disconnect({ userId: 'alice' }, 'TRY_LATER');
      if (n % 5 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await waitFor(() => got.length >= 200, { what: 'all events', seen: () => got.length });
    expect(got).toEqual(Array.from({ length: 200 }, (_, n) => String(n + 1)));
    expect(errors).toEqual([]);
    expect(client.closes).toContain(1013);
    subscription.unsubscribe();
  });

  it('moves over on the notice before its token ends, while events flow', async () => {
    await using toy = await startToy();
    await using client = openStock(toy.port, `alice;expiresAt=${Date.now() + 1_200}`);
    const got: string[] = [];
    const subscription = client.api.chat.events.subscribe(
      {},
      { onData: ({ id, data }) => void (data.type === 'typing' && got.push(id)) },
    );
    await waitFor(() => toy.streams.requests.length === 1, { what: 'the stream' });
    await waitFor(
      () => {
        toy.streams.emit();
        return toy.streams.requests.length >= 2;
      },
      { what: 'the second stream' },
    );
    const { length } = toy.streams.log;
    await waitFor(() => got.length >= length, { what: 'all events' });
    expect(got).toEqual(Array.from({ length }, (_, n) => String(n + 1)));
    subscription.unsubscribe();
  });
});

describe('a client that reads nothing', () => {
  it('is closed with 4009, having cost no more than the bounds', async () => {
    await using toy = await startToy();
    using client = await subscribe(toy);
    client.ws.pause();
    const [outlet] = toy.streams.outlets;
    let most = 0;
    await waitFor(
      () => {
        for (let n = 0; n < 20; n += 1) toy.streams.emit('x'.repeat(10_000));
        most = Math.max(most, outlet?.backlog.bytes ?? 0);
        return toy.streams.outlets.size === 0;
      },
      { what: 'the end of the stream' },
    );
    expect(most).toBeLessThanOrEqual(1_048_576 + 20_000);
    client.ws.resume();
    expect(await client.close()).toBe(4009);
    const seen = cursors(client);
    expect(seen).toEqual(seen.map((_, n) => String(n)));
  });

  it('is closed with 4009 when too many small events wait', async () => {
    await using toy = await startToy({ limits: { pauseBytes: 32_768, closeEvents: 100 } });
    using client = await subscribe(toy);
    client.ws.pause();
    const [outlet] = toy.streams.outlets;
    let most = 0;
    await waitFor(
      () => {
        for (let n = 0; n < 90; n += 1) toy.streams.emit('x'.repeat(1_000));
        most = Math.max(most, outlet?.backlog.events ?? 0);
        return toy.streams.outlets.size === 0;
      },
      { what: 'the end of the stream' },
    );
    expect(most).toBeLessThanOrEqual(100);
    client.ws.resume();
    expect(await client.close()).toBe(4009);
  });

  it('gets everything when it reads on in time', async () => {
    await using toy = await startToy({ limits: { pauseBytes: 16_384, closeEvents: 100_000, closeBytes: 100_000_000 } });
    using client = await subscribe(toy);
    const [outlet] = toy.streams.outlets;
    client.ws.pause();
    while ((outlet?.backlog.events ?? 0) < 50) {
      for (let n = 0; n < 20; n += 1) toy.streams.emit('x'.repeat(10_000));
      await new Promise((resolve) => setImmediate(resolve));
    }
    let isDrained = false;
    void outlet?.drained().then(() => (isDrained = true));
    await Promise.resolve();
    expect(isDrained).toBe(false);
    client.ws.resume();
    await waitFor(() => isDrained, { what: 'the drain' });
    const { length } = toy.streams.log;
    await waitFor(() => cursors(client).length === length + 1, { what: 'all events' });
    expect(cursors(client)).toEqual(Array.from({ length: length + 1 }, (_, n) => String(n)));
  });

  it('stops being read from, and is closed with 4009 when it does not begin to read', async () => {
    await using toy = await startToy({ limits: { pauseBytes: 65_536, pingMs: 200, pongMs: 200 } });
    using client = await subscribe(toy);
    client.ws.pause();
    for (let id = 2; id < 400; id += 1) client.send(call(id, 'big', { bytes: 200_000 }));
    for (let n = 0; n < 10_000; n += 1) client.send('PING');
    await waitFor(() => toy.streams.outlets.size === 0, { what: 'the end' });
    client.ws.resume();
    expect(await client.close()).toBe(4009);
    // What the kernel took and what was running; most of the calls never ran.
    expect(client.messages.length).toBeLessThan(100);
  });

  it('of a host’s own stream is closed before it fills the memory', async () => {
    await using toy = await startToy({ limits: { pingMs: 60_000 } });
    using client = await openRaw(toy.port, { token: 'alice' });
    client.ws.pause();
    client.send(call(1, 'count', { bytes: 60_000, values: 5_000 }, 'subscription'));
    await waitFor(() => toy.state.pulled > 20, { what: 'the stream' });
    client.ws.resume();
    expect(await client.close(10_000)).toBe(4009);
    expect(toy.state.pulled).toBeLessThan(1_000);
  });
});
