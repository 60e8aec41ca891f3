import { TRPCError } from '@trpc/server';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { collect, createToyClient, message } from './set-up.js';
import { createToyServer } from './toy-server.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('the stream', () => {
  it('is one, however many listen', async () => {
    await using server = await createToyServer();
    await using client = createToyClient(server);
    const created = vi.fn();
    const all = vi.fn();
    const typing = vi.fn();
    client.on('message.created', created);
    client.on('*', all);
    client.on('typing', typing);
    await vi.waitFor(() => expect(client.connection.state).toBe('live'));
    server.emit(message(1));
    await vi.waitFor(() => expect(created).toHaveBeenCalledTimes(1));
    expect(created).toHaveBeenCalledWith(expect.objectContaining({ type: 'message.created', roomId: 'r', seq: 1 }));
    expect(all.mock.calls.map(([event]: { type: string }[]) => event?.type)).toEqual(['ready', 'message.created']);
    expect(typing).not.toHaveBeenCalled();
    expect(server.inputs).toEqual([{}]);
  });

  it('calls nobody who has left', async () => {
    await using server = await createToyServer();
    await using client = createToyClient(server);
    const gone = vi.fn();
    client.on('message.created', gone)();
    const seqs = collect(client);
    await vi.waitFor(() => expect(client.connection.state).toBe('live'));
    server.emit(message(1));
    await vi.waitFor(() => expect(seqs).toEqual([1]));
    expect(gone).not.toHaveBeenCalled();
  });

  it('tells each event of a room once and in order, whatever is sent twice', async () => {
    await using server = await createToyServer();
    await using client = createToyClient(server);
    const seqs = collect(client);
    await vi.waitFor(() => expect(client.connection.state).toBe('live'));
    for (const seq of [1, 2, 2, 1, 3]) server.emit(message(seq));
    server.emit(message(1, 'other'));
    await vi.waitFor(() => expect(seqs).toEqual([1, 2, 3, 1]));
  });

  it('counts personal events apart from those of rooms', async () => {
    await using server = await createToyServer();
    await using client = createToyClient(server);
    const types: string[] = [];
    client.on('*', (event) => types.push(`${event.type} ${event.seq ?? '-'}`));
    await vi.waitFor(() => expect(client.connection.state).toBe('live'));
    server.emit(message(5));
    server.emit({ type: 'notification', roomId: 'u:ann', seq: 2, data: {} });
    server.emit({ type: 'notification', roomId: 'u:ann', seq: 2, data: {} });
    server.emit(message(6));
    await vi.waitFor(() =>
      expect(types).toEqual(['ready -', 'message.created 5', 'notification 2', 'message.created 6']),
    );
  });

  it('counts the personal events of one user apart from those of who signs in next, of whatever type they are', async () => {
    await using server = await createToyServer();
    await using client = createToyClient(server);
    const types: string[] = [];
    client.on('*', (event) => types.push(`${event.type} ${event.seq ?? '-'}`));
    await vi.waitFor(() => expect(client.connection.state).toBe('live'));
    server.emit({ type: 'notification', roomId: 'u:ann', seq: 7, data: {} });
    server.emit({ type: 'draft.updated', roomId: 'u:ann', seq: 6, data: {} });
    server.emit({ type: 'notification', roomId: 'u:cy', seq: 2, data: {} });
    await vi.waitFor(() => expect(types).toEqual(['ready -', 'notification 7', 'notification 2']));
  });

  it('ignores what a limited room already covers, and starts over after a resync', async () => {
    await using server = await createToyServer();
    await using client = createToyClient(server);
    const seqs = collect(client);
    await vi.waitFor(() => expect(client.connection.state).toBe('live'));
    server.emit({ type: 'room.limited', roomId: 'r', data: { headSeq: 200 } });
    server.emit(message(150));
    server.emit(message(201));
    await vi.waitFor(() => expect(seqs).toEqual([201]));
    server.emit({ type: 'resync', data: { reason: 'epoch' } });
    server.emit(message(1));
    await vi.waitFor(() => expect(seqs).toEqual([201, 1]));
  });

  it.each([['stop'], ['INTERNAL_SERVER_ERROR'], ['SERVICE_UNAVAILABLE'], ['TOO_MANY_REQUESTS']] as const)(
    'is asked for again from where it was when the server ends it with %s',
    async (ending) => {
      await using server = await createToyServer();
      await using client = createToyClient(server);
      const seqs = collect(client);
      await vi.waitFor(() => expect(client.connection.state).toBe('live'));
      server.emit(message(1));
      await vi.waitFor(() => expect(seqs).toEqual([1]));
      server.misbehaviours.push(ending === 'stop' ? ending : new TRPCError({ code: ending }));
      server.closeAll(1001);
      server.emit(message(2));
      await vi.waitFor(() => expect(seqs).toEqual([1, 2]));
      expect(server.inputs.at(-1)).toEqual({ lastEventId: '0' });
    },
  );

  it.each([
    ['UNAUTHORIZED', 1],
    ['FORBIDDEN', 0],
    ['BAD_REQUEST', 0],
  ] as const)('is given up when the answer is %s', async (code, authLost) => {
    await using server = await createToyServer();
    server.misbehaviours.push(new TRPCError({ code, message: 'Sorry.' }));
    const onAuthLost = vi.fn();
    await using client = createToyClient(server, { onAuthLost });
    client.connect();
    await vi.waitFor(() => expect(client.connection.state).toBe('closed'));
    expect(client.connection.reason?.sentence).toBe('Sorry.');
    expect(onAuthLost).toHaveBeenCalledTimes(authLost);
    expect(server.inputs).toEqual([]);
  });

  it('goes on after a listener that throws, and lets the error be heard', async () => {
    const reportError = vi.fn();
    vi.stubGlobal('reportError', reportError);
    await using server = await createToyServer();
    await using client = createToyClient(server);
    const broken = new Error('broken listener');
    client.on('message.created', () => {
      throw broken;
    });
    const seqs = collect(client);
    await vi.waitFor(() => expect(client.connection.state).toBe('live'));
    server.emit(message(1));
    server.emit(message(2));
    await vi.waitFor(() => expect(seqs).toEqual([1, 2]));
    expect(reportError.mock.calls).toEqual([[broken], [broken]]);
  });

  it('starts from a stored cursor and stores how far it came', async () => {
    await using server = await createToyServer();
    for (const seq of [1, 2, 3]) server.emit(message(seq));
    const save = vi.fn();
    const client = createToyClient(server, { cursor: { load: () => Promise.resolve('0'), save } });
    const seqs = collect(client);
    await vi.waitFor(() => expect(seqs).toEqual([2, 3]));
    expect(server.inputs).toEqual([{ since: '0' }]);
    await client.close();
    expect(save.mock.calls.at(-1)).toEqual(['2']);
  });

  it('starts all the same when the storage fails', async () => {
    const reportError = vi.fn();
    vi.stubGlobal('reportError', reportError);
    await using server = await createToyServer();
    const failure = new Error('no storage');
    const fail = (): never => {
      throw failure;
    };
    const client = createToyClient(server, { cursor: { load: fail, save: fail } });
    const seqs = collect(client);
    await vi.waitFor(() => expect(client.connection.state).toBe('live'));
    server.emit(message(1));
    await vi.waitFor(() => expect(seqs).toEqual([1]));
    await client.close();
    expect(reportError.mock.calls).toEqual([[failure], [failure]]);
  });
});
