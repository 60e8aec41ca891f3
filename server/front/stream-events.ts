import type { ChatEvent } from '@confab/shared';
import { tracked } from '@trpc/server';
import type { TrackedEnvelope } from '@trpc/server';
import type { Outlet } from '../events/outlet.js';
import type { Stream, StreamRequest, Streams } from '../events/streams.js';
import { connectionOf } from './connection-key.js';
import { createPlainOutlet } from './plain-outlet.js';
import type { PlainOutletLimits } from './plain-outlet.js';

export interface StreamEventsOptions {
  /** The context the procedure was called with. */
  readonly ctx: unknown;
  readonly streams: Pick<Streams, 'open'>;
  readonly userId: string;
  readonly sessionId: string;
  readonly issuedAt?: Date | undefined;
  readonly cursor: string | undefined;
  readonly ready: StreamRequest['ready'];
  readonly signal: AbortSignal | undefined;
  /** Bounds of streams that do not go over a socket of ours. @default those of the sockets */
  readonly limits?: PlainOutletLimits;
}

/**
 * The stream of one user. Over a socket of ours it yields once, and the events are written past tRPC; elsewhere it
 * yields every event. Every value is tracked: one that is not would make the stock client forget its cursor.
 */
export function streamEvents(
  options: StreamEventsOptions,
): AsyncGenerator<TrackedEnvelope<ChatEvent>, void, undefined> {
  return connectionOf(options.ctx) === undefined ? throughIterator(options) : throughSocket(options);
}

/** Never throws: over a WebSocket that would end the subscription for good, so faults close the socket instead. */
async function* throughSocket(
  options: StreamEventsOptions,
): AsyncGenerator<TrackedEnvelope<ChatEvent>, void, undefined> {
  const outlet = connectionOf(options.ctx)?.openOutlet();
  if (outlet === undefined) return;
  const stream = open(options, outlet);
  try {
    // Our encoder takes this for what it is by its id and sends nothing of it, so the missing event is never seen.
    yield tracked(outlet.marker, null as unknown as ChatEvent);
    await aborted(options.signal);
  } finally {
    stream?.detach();
    outlet.release();
  }
}

async function* throughIterator(
  options: StreamEventsOptions,
): AsyncGenerator<TrackedEnvelope<ChatEvent>, void, undefined> {
  const outlet = createPlainOutlet(options.limits);
  const stream = open(options, outlet);
  try {
    for await (const { cursor, event } of outlet.deliveries(options.signal)) yield tracked(cursor, event);
  } finally {
    stream?.detach();
  }
}

function open(
  { streams, userId, sessionId, issuedAt, cursor, ready }: StreamEventsOptions,
  outlet: Outlet,
): Stream | undefined {
  try {
    const stream = streams.open({ userId, sessionId, issuedAt, cursor, ready, outlet });
    // The outlet is closed by then, so that the client comes back; there is nobody else to tell.
    stream.attached.catch(() => outlet.close('TRY_LATER'));
    return stream;
  } catch {
    outlet.close('TRY_LATER');
    return undefined;
  }
}

function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal === undefined || signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
