import { describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait.js';
import { call, openRaw } from './clients.js';
import { startToy } from './toy-server.js';

describe('keep-alive', () => {
  it('answers PING with PONG, also before the credentials', async () => {
    await using toy = await startToy();
    using client = await openRaw(toy.port, { query: '?connectionParams=1' });
    client.send('PING');
    await waitFor(() => client.texts.includes('PONG'), { what: 'PONG' });
  });

  it('keeps a quiet client that answers', async () => {
    await using toy = await startToy({ limits: { pingMs: 50, pongMs: 200 } });
    using client = await openRaw(toy.port, { token: 'alice' });
    await waitFor(() => client.texts.filter((text) => text === 'PING').length >= 5, { what: 'five PINGs' });
    client.send(call(1, 'chat.me'));
    await client.answer(1);
  });

  it('cuts a client that does not answer', async () => {
    await using toy = await startToy({ limits: { pingMs: 50, pongMs: 50 } });
    using client = await openRaw(toy.port, { token: 'alice', answersPings: false });
    expect(await client.close()).toBe(1006);
    await waitFor(() => toy.sockets.connections.count() === 0, { what: 'nobody' });
  });

  it('does not take a client for dead whose calls it keeps waiting', async () => {
    await using toy = await startToy({ limits: { pingMs: 30, pongMs: 30, callsInFlight: 1 } });
    using client = await openRaw(toy.port, { token: 'alice' });
    client.send(call(1, 'chat.slow', { n: 1 }, 'mutation'));
    client.send(call(2, 'chat.slow', { n: 2 }, 'mutation'));
    using other = await openRaw(toy.port, { token: 'bob' });
    await waitFor(() => other.texts.filter((text) => text === 'PING').length >= 6, {
      what: 'the time for several PINGs',
    });
    toy.state.gate.open();
    expect((await client.answer(2)).result?.data?.json).toBe(2);
  });
});
