import { afterEach, describe, expect, it, vi } from 'vitest';
import { createChatClient, isTransportError } from '@confab/client';
import { closeCodes } from '@confab/shared';
import { collect, createToyClient, message, states } from './set-up.js';
import { createToyServer } from './toy-server.js';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const comeBack = Object.values(closeCodes).filter((entry) => entry.comeBack);
const stayAway = Object.values(closeCodes).filter((entry) => !entry.comeBack);

describe('the connection', () => {
  it('is idle until something is needed', async () => {
    await using server = await createToyServer();
    await using client = createToyClient(server);
    expect(client.connection.status).toEqual({ state: 'idle', reason: null, retryAt: null });
    expect(server.sockets.size).toBe(0);
  });

  it('is live after a first call, without a stream', async () => {
    await using server = await createToyServer();
    await using client = createToyClient(server);
    await expect(client.api.whoami.query()).resolves.toEqual({ token: null, at: new Date(0) });
    expect(client.connection.state).toBe('live');
    expect(server.inputs).toEqual([]);
  });

  it('goes from idle over connecting to live when the first listener comes', async () => {
    await using server = await createToyServer();
    await using client = createToyClient(server);
    const seen = states(client);
    client.on('message.created', () => undefined);
    await vi.waitFor(() => expect(client.connection.state).toBe('live'));
    expect(seen).toEqual(['idle', 'connecting', 'live']);
  });

  it('tells its listeners of each change until they leave, and hands out one frozen object per change', async () => {
    await using server = await createToyServer();
    await using client = createToyClient(server);
    const listener = vi.fn();
    const leave = client.connection.subscribe(listener);
    client.connect();
    await vi.waitFor(() => expect(client.connection.state).toBe('live'));
    const { status } = client.connection;
    expect(listener).toHaveBeenLastCalledWith(status);
    expect(Object.isFrozen(status)).toBe(true);
    expect(client.connection.status).toBe(status);
    const calls = listener.mock.calls.length;
    leave();
    await client.close();
    expect(listener).toHaveBeenCalledTimes(calls);
  });

  it.each(comeBack)('comes back after $code and misses nothing', async ({ code, reason }) => {
    await using server = await createToyServer();
    await using client = createToyClient(server);
    vi.spyOn(Math, 'random').mockReturnValue(0.01);
    const seqs = collect(client);
    await vi.waitFor(() => expect(client.connection.state).toBe('live'));
    server.emit(message(1));
    await vi.waitFor(() => expect(seqs).toEqual([1]));
    const reasons: unknown[] = [];
    client.connection.subscribe((status) => reasons.push(status.reason));
    server.closeAll(code);
    server.emit(message(2));
    await vi.waitFor(() => expect(seqs).toEqual([1, 2]), 4_000);
    expect(reasons).toContainEqual({ code, sentence: reason });
    expect(client.connection.status).toEqual({ state: 'live', reason: null, retryAt: null });
  });

  it.each(stayAway)('stays away after $code and refuses calls at once', async ({ code, reason }) => {
    await using server = await createToyServer();
    const onAuthLost = vi.fn();
    await using client = createToyClient(server, { onAuthLost });
    client.connect();
    await vi.waitFor(() => expect(client.connection.state).toBe('live'));
    server.closeAll(code);
    await vi.waitFor(() => expect(client.connection.state).toBe('closed'));
    expect(client.connection.reason).toEqual({ code, sentence: reason });
    expect(onAuthLost.mock.calls).toEqual(code === 4014 ? [] : [[{ code, sentence: reason }]]);
    const connections = server.tokens.length;
    await expect(client.api.whoami.query()).rejects.toSatisfy(isTransportError);
    expect(server.tokens.length).toBe(connections);
    expect(client.connection.state).toBe('closed');
  });

  it('never goes live on a server that closes with 4001 at once', async () => {
    await using server = await createToyServer();
    server.closeNew = 4001;
    await using client = createToyClient(server, { token: 'old' });
    const seen = states(client);
    client.connect();
    await vi.waitFor(() => expect(client.connection.state).toBe('closed'));
    expect(seen).not.toContain('live');
  });

  it('comes back after staying away when told to, with a new token', async () => {
    await using server = await createToyServer();
    let token = 'old';
    await using client = createToyClient(server, { token: () => token });
    const seqs = collect(client);
    await vi.waitFor(() => expect(client.connection.state).toBe('live'));
    server.emit(message(1));
    await vi.waitFor(() => expect(seqs).toEqual([1]));
    server.closeAll(4011);
    await vi.waitFor(() => expect(client.connection.state).toBe('closed'));
    server.emit(message(2));
    token = 'new';
    client.connect();
    await vi.waitFor(() => expect(seqs).toEqual([1, 2]));
    expect(server.tokens).toEqual(['old', 'new']);
  });

  it('asks for the token at every connect', async () => {
    await using server = await createToyServer();
    let issued = 0;
    await using client = createToyClient(server, {
      token: () => {
        issued += 1;
        return Promise.resolve(`token ${issued}`);
      },
    });
    client.connect();
    await vi.waitFor(() => expect(client.connection.state).toBe('live'));
    server.closeAll(4013);
    await vi.waitFor(() => expect(server.tokens).toEqual(['token 1', 'token 2']));
  });

  it('waits and tries again when no token can be had', async () => {
    await using server = await createToyServer();
    const token = vi.fn().mockRejectedValueOnce(new Error('offline')).mockResolvedValue('good');
    await using client = createToyClient(server, { token });
    const sentences: unknown[] = [];
    client.connection.subscribe((status) => sentences.push(status.reason?.sentence));
    client.connect();
    await vi.waitFor(() => expect(client.connection.state).toBe('live'));
    expect(sentences).toContainEqual(expect.stringContaining('offline'));
    expect(server.tokens).toEqual(['good']);
  });

  it("moves to a new socket on the server's notice without a moment of not being live", async () => {
    await using server = await createToyServer();
    await using client = createToyClient(server, { token: () => 'fresh' });
    const seqs = collect(client);
    await vi.waitFor(() => expect(client.connection.state).toBe('live'));
    const seen = states(client);
    server.notify();
    server.emit(message(1));
    await vi.waitFor(() => expect(server.tokens).toEqual(['fresh', 'fresh']));
    server.emit(message(2));
    await vi.waitFor(() => expect(server.sockets.size).toBe(1));
    server.emit(message(3));
    await vi.waitFor(() => expect(seqs).toEqual([1, 2, 3]));
    expect(seen).toEqual(['live']);
  });

  it('says when it will try again while the server is away, and does so at once when asked', async () => {
    await using server = await createToyServer();
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    await using client = createToyClient(server, { retry: { baseMs: 600_000, maxMs: 600_000 } });
    client.connect();
    await vi.waitFor(() => expect(client.connection.state).toBe('live'));
    const lostAt = Date.now();
    server.closeAll(1001);
    await vi.waitFor(() => expect(client.connection.retryAt).not.toBeNull());
    expect(client.connection.state).toBe('waiting');
    const waitMs = (client.connection.retryAt?.getTime() ?? 0) - lostAt;
    expect(waitMs).toBeGreaterThanOrEqual(300_000);
    expect(waitMs).toBeLessThan(302_000);
    client.connect();
    await vi.waitFor(() => expect(client.connection.state).toBe('live'));
  });

  it('survives a server that is down for a while', async () => {
    await using server = await createToyServer();
    await using client = createToyClient(server);
    const seqs = collect(client);
    await vi.waitFor(() => expect(client.connection.state).toBe('live'));
    await server.down();
    await vi.waitFor(() => expect(client.connection.state).toBe('waiting'));
    server.emit(message(1));
    await server.up();
    await vi.waitFor(() => expect(seqs).toEqual([1]));
  });

  it('notices a server that fell silent', async () => {
    await using server = await createToyServer();
    await using client = createToyClient(server, { keepAlive: { intervalMs: 30, timeoutMs: 30 } });
    client.connect();
    await vi.waitFor(() => expect(client.connection.state).toBe('live'));
    for (const socket of server.sockets) socket.pause();
    await vi.waitFor(() => expect(server.inputs.length).toBeGreaterThan(1), 5_000);
    await vi.waitFor(() => expect(client.connection.state).toBe('live'));
  });

  it('ends for good with close(), whatever is in flight', async () => {
    await using server = await createToyServer();
    const client = createToyClient(server);
    client.connect();
    const hanging = client.api.hang.query().catch((error: unknown) => error);
    await vi.waitFor(() => expect(client.connection.state).toBe('live'));
    await client.close();
    await expect(hanging).resolves.toSatisfy(isTransportError);
    await vi.waitFor(() => expect(server.sockets.size).toBe(0));
    expect(client.connection.state).toBe('closed');
    expect(() => client.connect()).toThrow('closed');
    await expect(client.api.whoami.query()).rejects.toSatisfy(isTransportError);
  });

  it('can be closed while it waits for its next attempt', async () => {
    await using server = await createToyServer();
    const client = createToyClient(server, { retry: { baseMs: 600_000, maxMs: 600_000 } });
    client.connect();
    await vi.waitFor(() => expect(client.connection.state).toBe('live'));
    server.closeAll(1001);
    await vi.waitFor(() => expect(client.connection.retryAt).not.toBeNull());
    await client.close();
    expect(client.connection.state).toBe('closed');
    expect(server.sockets.size).toBe(0);
  });

  it('says what is missing where there is no WebSocket, as soon as it would connect', async () => {
    vi.stubGlobal('WebSocket', undefined);
    await using client = createChatClient({ url: 'http://127.0.0.1:1' });
    expect(() => client.connect()).toThrow(/pass `WebSocket`/);
    expect(() => client.on('*', () => undefined)).toThrow(/pass `WebSocket`/);
    expect(() => client.store.subscribe(() => undefined)).toThrow(/pass `WebSocket`/);
    await expect(client.api.chat.room.list.query({})).rejects.toThrow(/pass `WebSocket`/);
  });
});
