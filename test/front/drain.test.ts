import { describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait.js';
import { call, openRaw } from './clients.js';
import { startToy } from './toy-server.js';

describe('close', () => {
  it('moves everybody away with 1001, spread over the time', async () => {
    await using toy = await startToy();
    const clients = await Promise.all(Array.from({ length: 20 }, (_, n) => openRaw(toy.port, { token: `user-${n}` })));
    const times: number[] = [];
    for (const { ws } of clients) ws.on('close', () => times.push(performance.now()));
    await toy.sockets.close({ drainMs: 1_000 });
    await waitFor(() => times.length === 20, { what: 'all closes' });
    expect(clients.map(({ closed }) => closed?.code)).toEqual(Array.from({ length: 20 }, () => 1001));
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(200);
  });

  it('lets calls in flight finish and answers new ones UNAVAILABLE', async () => {
    await using toy = await startToy();
    using client = await openRaw(toy.port, { token: 'alice' });
    client.send(call(1, 'chat.slow', { n: 1 }, 'mutation'));
    await waitFor(() => toy.state.begun.length === 1, { what: 'the call' });
    const closed = toy.sockets.close({ drainMs: 5_000 });
    client.send(call(2, 'ping'));
    expect(await client.refused(2)).toBe('UNAVAILABLE');
    toy.state.gate.open();
    expect((await client.answer(1)).result?.data?.json).toBe(1);
    expect(await client.close()).toBe(1001);
    await closed;
  });

  it('refuses new sockets with 503', async () => {
    await using toy = await startToy();
    using client = await openRaw(toy.port, { token: 'alice' });
    client.send(call(1, 'chat.slow', { n: 1 }, 'mutation'));
    await waitFor(() => toy.state.begun.length === 1, { what: 'the call' });
    const closed = toy.sockets.close({ drainMs: 5_000 });
    await expect(openRaw(toy.port, { token: 'bob' })).rejects.toThrow('HTTP 503');
    toy.state.gate.open();
    await closed;
  });

  it('cuts whoever is left at the end', async () => {
    await using toy = await startToy();
    using client = await openRaw(toy.port, { token: 'alice' });
    client.send(call(1, 'chat.slow', { n: 1 }, 'mutation'));
    await waitFor(() => toy.state.begun.length === 1, { what: 'the call' });
    await toy.sockets.close({ drainMs: 100 });
    expect(await client.close()).toBe(1006);
  });

  it('called twice is one close', async () => {
    await using toy = await startToy();
    expect(toy.sockets.close({ drainMs: 0 })).toBe(toy.sockets.close({ drainMs: 9_000 }));
  });
});
