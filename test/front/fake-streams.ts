import type { ChatEvent } from '@confab/shared';
import type { Delivery, Outlet } from '../../server/events/outlet.js';
import type { Stream, StreamRequest, Streams } from '../../server/events/streams.js';

/** Streams whose events come from the test: cursor `n` is the n-th event. */
export interface FakeStreams extends Pick<Streams, 'open'> {
  readonly outlets: ReadonlySet<Outlet>;
  readonly requests: readonly StreamRequest[];
  /** Every delivery that was sent, in order. */
  readonly log: readonly Delivery[];
  /** Makes `attached` of the next stream reject. */
  failNext(): void;
  /** Sends one event to every stream. */
  emit(text?: string): Delivery;
}

export function delivery(cursor: string, event: ChatEvent): Delivery {
  return { cursor, event, texts: new Map() };
}

function typing(n: number, text: string): ChatEvent {
  return { type: 'typing', at: new Date(n), roomId: text, data: { userId: String(n), typing: true } };
}

export function createFakeStreams(): FakeStreams {
  const outlets = new Set<Outlet>();
  const requests: StreamRequest[] = [];
  const log: Delivery[] = [];
  let failing = false;

  return {
    outlets,
    requests,
    log,
    failNext() {
      failing = true;
    },
    emit(text = '') {
      const next = delivery(String(log.length + 1), typing(log.length + 1, text));
      log.push(next);
      for (const outlet of [...outlets]) outlet.send(next);
      return next;
    },
    open(request): Stream {
      requests.push(request);
      const { outlet, cursor, userId, sessionId } = request;
      if (failing) {
        failing = false;
        outlet.close('TRY_LATER');
        return { detach: () => undefined, attached: Promise.reject(new Error('the log is away')) };
      }
      const seen = Number(cursor ?? log.length);
      const ready: ChatEvent = {
        type: 'ready',
        at: new Date(0),
        data: { sessionId, userId, resumed: cursor !== undefined, unread: { total: 0, mentions: 0 }, pending: [] },
      };
      outlet.send(delivery(String(seen), ready));
      for (const missed of log.slice(seen)) outlet.send(missed);
      outlets.add(outlet);
      return { detach: () => void outlets.delete(outlet), attached: Promise.resolve() };
    },
  };
}
