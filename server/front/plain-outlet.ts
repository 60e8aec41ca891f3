import { ChatError, closeCodes, defaultSocketLimits } from '@confab/shared';
import type { CloseReason } from '@confab/shared';
import { TRPCError } from '@trpc/server';
import type { Backlog, Delivery, Outlet } from '../events/outlet.js';
import { weight } from '../events/weight.js';

/** When the outlet counts as too slow. */
export interface PlainOutletLimits {
  readonly pauseBytes: number;
  readonly closeBytes: number;
  readonly closeEvents: number;
}

/** An outlet that is read by iterating, for server-sent events, foreign adapters and in-process callers. */
export interface PlainOutlet extends Outlet {
  /**
   * The deliveries in order. Throws once the outlet is closed: `INTERNAL_SERVER_ERROR`, which a client of server-sent
   * events retries, for a reason to come back; `UNAUTHORIZED`, which it does not, for a reason to stay away.
   */
  deliveries(signal: AbortSignal | undefined): AsyncGenerator<Delivery, void, undefined>;
}

const sizes = new WeakMap<Delivery, number>();

export function createPlainOutlet(limits: PlainOutletLimits = defaultSocketLimits): PlainOutlet {
  let queue: Delivery[] = [];
  let bytes = 0;
  let closedFor: CloseReason | undefined;
  let wakeReader: (() => void) | undefined;
  let waiters: (() => void)[] = [];

  const isDrained = (): boolean => bytes < limits.pauseBytes && queue.length < limits.closeEvents / 2;

  function wake(): void {
    const due = waiters;
    waiters = [];
    for (const waiter of due) waiter();
  }
  function close(reason: CloseReason): void {
    if (closedFor !== undefined) return;
    closedFor = reason;
    // Whoever could not keep up would only keep it all in memory longer.
    if (reason === 'SLOW_READER') queue = [];
    wakeReader?.();
    wake();
  }

  return {
    send(delivery) {
      if (closedFor !== undefined) return;
      queue.push(delivery);
      bytes += sizeOf(delivery);
      if (queue.length > limits.closeEvents || bytes > limits.closeBytes) close('SLOW_READER');
      else wakeReader?.();
    },
    get backlog(): Backlog {
      return { bytes, events: queue.length };
    },
    drained() {
      if (closedFor !== undefined || isDrained()) return Promise.resolve();
      return new Promise((resolve) => waiters.push(resolve));
    },
    close,
    async *deliveries(signal) {
      const onAbort = (): void => wakeReader?.();
      signal?.addEventListener('abort', onAbort);
      try {
        while (signal?.aborted !== true) {
          const next = queue.shift();
          if (next !== undefined) {
            bytes -= sizeOf(next);
            if (isDrained()) wake();
            yield next;
          } else if (closedFor === undefined) {
            await new Promise<void>((resolve) => (wakeReader = resolve));
            wakeReader = undefined;
          } else {
            throw endOf(closedFor);
          }
        }
      } finally {
        signal?.removeEventListener('abort', onAbort);
        closedFor ??= 'TRY_LATER';
        queue = [];
        wake();
      }
    },
  };
}

function sizeOf(delivery: Delivery): number {
  let size = sizes.get(delivery);
  if (size === undefined) {
    size = weight(delivery.event) + delivery.cursor.length;
    sizes.set(delivery, size);
  }
  return size;
}

function endOf(reason: CloseReason): TRPCError {
  const { comeBack, reason: message } = closeCodes[reason];
  return comeBack
    ? new TRPCError({ code: 'INTERNAL_SERVER_ERROR', message, cause: new ChatError('UNAVAILABLE', message) })
    : new TRPCError({ code: 'UNAUTHORIZED', message, cause: new ChatError('UNAUTHENTICATED', message) });
}
