import type { CloseReason } from '@confab/shared';
import { isTrackedEnvelope, TRPCError } from '@trpc/server';
import { describe, expect, it } from 'vitest';
import { streamEvents } from '../../server/front/stream-events.js';
import { waitFor } from '../support/wait.js';
import { createFakeStreams } from './fake-streams.js';
import type { FakeStreams } from './fake-streams.js';
import { startToy } from './toy-server.js';

interface Reading {
  readonly cursors: string[];
  readonly isTracked: boolean[];
  readonly ended: Promise<unknown>;
  readonly stop: AbortController;
}

/** Reads a stream that does not come by a socket; `ended` resolves to what it threw, or undefined. */
function read(streams: FakeStreams, pace: () => Promise<void> = () => Promise.resolve()): Reading {
  const stop = new AbortController();
  const cursors: string[] = [];
  const isTracked: boolean[] = [];
  const ready = () => Promise.reject(new Error('the fake does not ask'));
  const events = streamEvents({
    ctx: {},
    streams,
    userId: 'alice',
    sessionId: 's',
    cursor: undefined,
    ready,
    signal: stop.signal,
  });
  const run = async (): Promise<unknown> => {
    try {
      for await (const value of events) {
        isTracked.push(isTrackedEnvelope(value));
        cursors.push(value[0]);
        await pace();
      }
      return undefined;
    } catch (error) {
      return error;
    }
  };
  return { cursors, isTracked, ended: run(), stop };
}

describe('a stream that does not come by our socket', () => {
  it('yields every event in order, each tracked', async () => {
    const streams = createFakeStreams();
    const reading = read(streams);
    await waitFor(() => streams.outlets.size === 1, { what: 'the stream' });
    for (let n = 0; n < 100; n += 1) streams.emit();
    await waitFor(() => reading.cursors.length === 101, { what: 'all events' });
    expect(reading.cursors).toEqual(Array.from({ length: 101 }, (_, n) => String(n)));
    expect(new Set(reading.isTracked)).toEqual(new Set([true]));
    reading.stop.abort();
    expect(await reading.ended).toBeUndefined();
    expect(streams.outlets.size).toBe(0);
  });

  it.each<[CloseReason, string]>([
    ['DRAIN', 'INTERNAL_SERVER_ERROR'],
    ['TRY_LATER', 'INTERNAL_SERVER_ERROR'],
    ['SLOW_READER', 'INTERNAL_SERVER_ERROR'],
    ['REVOKED', 'UNAUTHORIZED'],
    ['UNAUTHENTICATED', 'UNAUTHORIZED'],
  ])('closed for %s throws %s', async (reason, code) => {
    const streams = createFakeStreams();
    const reading = read(streams);
    await waitFor(() => streams.outlets.size === 1, { what: 'the stream' });
    for (const outlet of streams.outlets) outlet.close(reason);
    const error = await reading.ended;
    expect(error).toBeInstanceOf(TRPCError);
    expect((error as TRPCError).code).toBe(code);
    expect(streams.outlets.size).toBe(0);
  });

  it('delivers what came before it was revoked', async () => {
    const streams = createFakeStreams();
    const reading = read(streams);
    await waitFor(() => streams.outlets.size === 1, { what: 'the stream' });
    streams.emit();
    for (const outlet of streams.outlets) outlet.close('REVOKED');
    await reading.ended;
    expect(reading.cursors).toEqual(['0', '1']);
  });

  it('that is read too slowly ends within its bounds', async () => {
    const streams = createFakeStreams();
    const reading = read(streams, () => new Promise(() => undefined));
    await waitFor(() => reading.cursors.length === 1, { what: 'ready' });
    const [outlet] = streams.outlets;
    for (let n = 0; n < 1_000; n += 1) streams.emit();
    expect(outlet?.backlog.events).toBe(1_000);
    streams.emit();
    expect(outlet?.backlog.events).toBe(0);
  });

  it('that can not be opened throws what the client retries', async () => {
    const streams = createFakeStreams();
    streams.failNext();
    expect(await read(streams).ended).toMatchObject({ code: 'INTERNAL_SERVER_ERROR' });
  });

  it('comes as server-sent events with the cursor as their id', async () => {
    await using toy = await startToy();
    const stop = new AbortController();
    const input = encodeURIComponent(JSON.stringify({ json: {} }));
    const response = await fetch(`http://127.0.0.1:${toy.port}/chat.events?input=${input}`, {
      headers: { authorization: 'Bearer alice', accept: 'text/event-stream' },
      signal: stop.signal,
    });
    let text = '';
    const reading = (async () => {
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>)
        text += Buffer.from(chunk).toString();
    })().catch(() => undefined);
    await waitFor(() => toy.streams.outlets.size === 1, { what: 'the stream' });
    toy.streams.emit('room');
    await waitFor(() => text.includes('id: 1\n'), { what: 'the event', seen: () => text });
    expect(text).toContain('"type":"ready"');
    stop.abort();
    await reading;
    await waitFor(() => toy.streams.outlets.size === 0, { what: 'the end' });
  });
});
