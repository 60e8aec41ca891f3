import { ChatError } from '@confab/shared';
import { describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait.js';
import { call, openRaw, openStock } from './clients.js';
import { startToy } from './toy-server.js';

describe('connectionParams', () => {
  it.each([
    ['a call', call(1, 'ping')],
    ['text', 'hello'],
    ['another method', { method: 'hello', data: { token: 'alice' } }],
    ['values that are no strings', { method: 'connectionParams', data: { token: 7 } }],
    ['a list', { method: 'connectionParams', data: ['alice'] }],
    ['a binary frame', new Uint8Array([1])],
  ])('that were announced but are %s close with 4001', async (_, frame) => {
    await using toy = await startToy();
    using client = await openRaw(toy.port, { query: '?connectionParams=1' });
    client.send(frame);
    expect(await client.close()).toBe(4001);
  });

  it('that were announced and never come close with 4012', async () => {
    await using toy = await startToy({ limits: { credentialsMs: 100 } });
    using client = await openRaw(toy.port, { query: '?connectionParams=1' });
    client.send('PING');
    expect(await client.close()).toBe(4012);
    expect(client.texts).toEqual(['PONG']);
  });

  it('sent a second time never change who the socket is', async () => {
    await using toy = await startToy();
    using client = await openRaw(toy.port, { token: 'alice' });
    client.send({ method: 'connectionParams', data: { token: 'mallory' } });
    client.send([{ method: 'connectionParams', data: { token: 'mallory' } }, call(1, 'chat.me')]);
    expect((await client.answer(1)).result?.data?.json).toBe('alice');
  });

  it('that were not announced log nobody in', async () => {
    await using toy = await startToy();
    using client = await openRaw(toy.port);
    client.send({ method: 'connectionParams', data: { token: 'alice' } });
    client.send(call(1, 'whoami'));
    expect((await client.answer(1)).result?.data?.json).toMatchObject({ id: null });
  });

  it('name the device, which is the session of a viewer without one', async () => {
    await using toy = await startToy();
    using client = await openRaw(toy.port, { query: '?connectionParams=1' });
    client.send({ method: 'connectionParams', data: { token: 'alice', device: 'phone-1' } });
    await waitFor(() => toy.told.includes('opened alice phone-1'), { what: 'the session', seen: () => toy.told });
  });
});

describe('a createContext that throws', () => {
  it('gets every call on the socket UNAUTHENTICATED, and the process lives', async () => {
    await using toy = await startToy();
    using client = await openRaw(toy.port, { token: 'throws' });
    client.send([call(1, 'ping'), call(2, 'chat.events', {}, 'subscription')]);
    expect(await client.refused(1)).toBe('UNAUTHENTICATED');
    expect(await client.refused(2)).toBe('UNAUTHENTICATED');
    client.send(call(3, 'ping'));
    expect(await client.refused(3)).toBe('UNAUTHENTICATED');
  });

  it('gives a stock client a typed error', async () => {
    await using toy = await startToy();
    await using client = openStock(toy.port, 'throws');
    await expect(client.api.ping.query()).rejects.toMatchObject({
      data: { code: 'UNAUTHORIZED', chat: { code: 'UNAUTHENTICATED' } },
    });
  });

  it('for a passing reason answers UNAVAILABLE and closes with 1013', async () => {
    const createContext = () => Promise.reject(new ChatError('UNAVAILABLE'));
    await using toy = await startToy({ createContext });
    using client = await openRaw(toy.port, { token: 'alice' });
    client.send(call(1, 'ping'));
    expect(await client.refused(1)).toBe('UNAVAILABLE');
    expect(await client.close()).toBe(1013);
  });

  it('that never settles closes with 1013', async () => {
    await using toy = await startToy({
      createContext: () => new Promise(() => undefined),
      limits: { credentialsMs: 100 },
    });
    using client = await openRaw(toy.port, { token: 'alice' });
    expect(await client.close()).toBe(1013);
  });
});

describe('calls that come while createContext works', () => {
  it('are answered in the end, more than may run at once included', async () => {
    let release = (): void => undefined;
    const waiting = new Promise<void>((resolve) => (release = resolve));
    await using toy = await startToy({
      createContext: async () => {
        await waiting;
        return { viewer: { id: 'alice' } };
      },
      limits: { callsInFlight: 2 },
    });
    using client = await openRaw(toy.port);
    for (let id = 1; id <= 10; id += 1) client.send(call(id, 'chat.me'));
    release();
    for (let id = 1; id <= 10; id += 1) expect((await client.answer(id)).result?.data?.json).toBe('alice');
  });
});

describe('an anonymous socket', () => {
  it('stays open for public procedures where that is allowed', async () => {
    await using toy = await startToy();
    using client = await openRaw(toy.port, { token: 'nobody' });
    client.send([call(1, 'ping'), call(2, 'chat.me')]);
    expect((await client.answer(1)).result?.data?.json).toBe('pong');
    expect((await client.answer(2)).error?.json?.data.code).toBe('UNAUTHORIZED');
    expect(client.closed).toBeUndefined();
  });

  it('has its calls answered and is closed with 4001 within a second where it is not', async () => {
    await using toy = await startToy({ anonymous: 'refuse' });
    const startedAt = performance.now();
    using client = await openRaw(toy.port, { token: 'nobody' });
    client.send([call(1, 'ping'), call(2, 'chat.me'), call(3, 'chat.events', {}, 'subscription')]);
    expect(await client.close(1_500)).toBe(4001);
    expect(performance.now() - startedAt).toBeLessThan(1_200);
    expect((await client.answer(1)).result?.data?.json).toBe('pong');
    expect((await client.answer(2)).error?.json?.data.code).toBe('UNAUTHORIZED');
    expect((await client.answer(3)).error?.json?.data.code).toBe('UNAUTHORIZED');
  });

  it('is closed with 4001 within a second even if a call hangs', async () => {
    await using toy = await startToy({ anonymous: 'refuse' });
    using client = await openRaw(toy.port);
    client.send(call(1, 'chat.slow', { n: 1 }, 'mutation'));
    expect(await client.close(1_500)).toBe(4001);
  });
});

describe('a token that expires', () => {
  it('gets tRPC’s reconnect notice before, and 4013 within a second after', async () => {
    await using toy = await startToy();
    const expiresAt = Date.now() + 1_500;
    using client = await openRaw(toy.port, { token: `alice;expiresAt=${expiresAt}` });
    await waitFor(() => client.texts.includes('{"id":null,"method":"reconnect"}'), { what: 'the notice' });
    expect(Date.now()).toBeLessThan(expiresAt);
    expect(await client.close()).toBe(4013);
    expect(Date.now()).toBeGreaterThanOrEqual(expiresAt);
    expect(Date.now()).toBeLessThan(expiresAt + 1_000);
  });

  it('that has already expired is closed with 4013', async () => {
    await using toy = await startToy();
    using client = await openRaw(toy.port, { token: `alice;expiresAt=${Date.now() - 1}` });
    expect(await client.close()).toBe(4013);
  });

  it('in years keeps the socket open', async () => {
    await using toy = await startToy();
    using client = await openRaw(toy.port, { token: `alice;expiresAt=${Date.now() + 100 * 365 * 86_400_000}` });
    client.send(call(1, 'chat.me'));
    await client.answer(1);
    expect(client.texts.some((text) => text.includes('reconnect'))).toBe(false);
  });
});

describe('sessions', () => {
  it('that are revoked are closed with 4011', async () => {
    const isRevoked = (userId: string, sessionId: string) => Promise.resolve(userId === 'alice' && sessionId === 's1');
    await using toy = await startToy({ isRevoked });
    using revoked = await openRaw(toy.port, { token: 'alice;sid=s1' });
    expect(await revoked.close()).toBe(4011);
    using other = await openRaw(toy.port, { token: 'alice;sid=s2' });
    other.send(call(1, 'chat.me'));
    await other.answer(1);
  });

  it('whose revocation can not be looked up are sent away to try later', async () => {
    await using toy = await startToy({ isRevoked: () => Promise.reject(new Error('the database is away')) });
    using client = await openRaw(toy.port, { token: 'alice' });
    expect(await client.close()).toBe(1013);
  });

  it('are disconnected by user, or by user and session', async () => {
    await using toy = await startToy();
    using one = await openRaw(toy.port, { token: 'alice;sid=s1' });
    using two = await openRaw(toy.port, { token: 'alice;sid=s2' });
    using bob = await openRaw(toy.port, { token: 'bob' });
    await waitFor(() => toy.told.length === 3, { what: 'three sessions' });
    expect(toy.sockets.connections.count('alice')).toBe(2);
    expect(toy.sockets.disconnect({ userId: 'alice', sessionId: 's1' }, 'REVOKED')).toBe(1);
    expect(await one.close()).toBe(4011);
    expect(toy.sockets.disconnect({ userId: 'alice' }, 'REVOKED')).toBe(1);
    expect(await two.close()).toBe(4011);
    bob.send(call(1, 'chat.me'));
    await bob.answer(1);
    await waitFor(() => toy.told.filter((line) => line === 'closed alice').length === 2, { what: 'both ends' });
  });

  it('revoked while they are still entering are closed too', async () => {
    let answer = (): void => undefined;
    const isRevoked = () => new Promise<boolean>((resolve) => (answer = () => resolve(false)));
    await using toy = await startToy({ isRevoked });
    using client = await openRaw(toy.port, { token: 'alice' });
    await waitFor(() => toy.sockets.connections.count('alice') === 1, { what: 'the claim' });
    toy.sockets.disconnect({ userId: 'alice' }, 'REVOKED');
    answer();
    expect(await client.close()).toBe(4011);
  });
});

describe('connections of one user', () => {
  it('are refused with 4010 past the limit, the newest first', async () => {
    await using toy = await startToy({ limits: { connectionsPerUser: 2 } });
    using first = await openRaw(toy.port, { token: 'alice' });
    using second = await openRaw(toy.port, { token: 'alice' });
    await waitFor(() => toy.sockets.connections.count('alice') === 2, { what: 'two' });
    using third = await openRaw(toy.port, { token: 'alice' });
    expect(await third.close()).toBe(4010);
    for (const client of [first, second]) {
      client.send(call(1, 'chat.me'));
      await client.answer(1);
    }
  });
});

describe('hooks', () => {
  it('that throw or reject change nothing and are logged', async () => {
    const hooks = {
      onConnect: () => Promise.reject(new Error('connect')),
      onDisconnect: () => Promise.reject(new Error('disconnect')),
      onCall: () => {
        throw new Error('call');
      },
    };
    await using toy = await startToy({ hooks });
    using client = await openRaw(toy.port, { token: 'alice' });
    client.send(call(1, 'chat.me'));
    expect((await client.answer(1)).result?.data?.json).toBe('alice');
    client.ws.close();
    await waitFor(() => toy.told.filter((line) => line.startsWith('error')).length === 3, {
      what: 'the log',
      seen: () => toy.told,
    });
  });
});
