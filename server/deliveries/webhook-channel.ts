import type { LoggedEvent } from '@confab/shared';
import type { LogRow } from '../events/log.js';
import { personalRoom } from '../events/log.js';
import type { Clock } from '../ports.js';
import type { ClaimedDelivery } from '../store/deliveries/index.js';
import type { ChatStore } from '../store/port.js';
import type { Attempt, Channel, Outcome } from './channel.js';
import { placeKey } from './place.js';

const attempts = 12;
const concurrency = 4;

/** What an event is told as. */
export interface WebhookPayload<Event extends { readonly type: string; readonly data: unknown } = LoggedEvent> {
  /** Stays the same however often it is sent; that of the header `webhook-id`. */
  readonly id: string;
  readonly type: Event['type'];
  /** Of a personal event: `u:` and the user's id. */
  readonly roomId: string;
  /** The event's place in its room: what arrives late or twice is told by it. */
  readonly seq: number;
  /** An ISO date. */
  readonly at: string;
  /** `null` when nobody did it. */
  readonly actorId: string | null;
  /** As of today: a message that was deleted since is a tombstone. Dates are ISO dates. */
  readonly data: Event['data'];
}

/** What a webhook's server answered. */
export interface Answer {
  readonly status: number;
  /** The header `retry-after`. */
  readonly retryAfter: string | undefined;
}

/** Where events are sent to. */
export interface Endpoint {
  readonly name: string;
  readonly timeoutMs: number;
  /** Types of events that are told; `undefined`: all but personal ones. */
  readonly events: ReadonlySet<string> | undefined;
  /** Signs and sends. Rejects when there is no answer. */
  post(
    message: { readonly id: string; readonly at: Date; readonly body: string },
    signal: AbortSignal,
  ): Promise<Answer>;
}

/** The way out to another service. */
export function createWebhookChannel(options: {
  readonly endpoint: Endpoint;
  readonly store: ChatStore;
  readonly clock: Clock;
}): Channel {
  const { endpoint, store, clock } = options;
  const { name: target } = endpoint;

  async function send(id: string, event: LoggedEvent, signal: AbortSignal): Promise<Outcome> {
    const at = clock.now();
    return outcomeOf(await endpoint.post({ id, at, body: bodyOf(id, event) }, signal), at);
  }

  return {
    name: `webhook:${target}`,
    kind: 'webhook',
    concurrency,
    timeoutMs: endpoint.timeoutMs,
    attempts,
    workOut(_tx, { rows }) {
      const told = rows.filter((row) => isTold(row, endpoint.events));
      const deliveries = told.map(({ roomId, seq }) => ({ target, userId: null, roomId, seq }));
      return Promise.resolve({ deliveries, done: rows.length, afterId: null });
    },
    async prepare(deliveries: readonly ClaimedDelivery[]) {
      const rows = await store.read((tx) => store.methods.findEvents(tx, { places: deliveries }));
      const events = await store.log.render(rows);
      const rendered = new Map(events.map((event) => [placeKey(event), event]));
      return new Map(
        deliveries.map((delivery): [string, Attempt | Outcome] => {
          const event = rendered.get(placeKey(delivery));
          if (event !== undefined) return [delivery.id, (signal) => send(delivery.id, event, signal)];
          return [delivery.id, { outcome: 'dead', error: 'The event is no longer in the log.' }];
        }),
      );
    },
  };
}

function isTold({ type, roomId }: LogRow, events: ReadonlySet<string> | undefined): boolean {
  return events === undefined ? !roomId.startsWith(personalRoom('')) : events.has(type);
}

function bodyOf(id: string, { type, roomId, seq, at, actorId, data }: LoggedEvent): string {
  return JSON.stringify({ id, type, roomId, seq, at, actorId: actorId ?? null, data }, plain);
}

/** What the transformer carries and JSON does not. */
function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Map || value instanceof Set) return [...(value as Iterable<unknown>)];
  return value;
}

/** 410 says for good that nobody is there; whatever is not 2xx is tried again. */
function outcomeOf({ status, retryAfter }: Answer, now: Date): Outcome {
  if (status >= 200 && status < 300) return { outcome: 'done' };
  const error = `The answer was ${status}.`;
  if (status === 410) return { outcome: 'dead', error };
  const retryAfterMs = waitOf(retryAfter, now);
  return { outcome: 'failed', error, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** Nobody is believed who asks for more. */
const longestWaitMs = 24 * 60 * 60 * 1_000;

/** Seconds, or a date, as HTTP has it. */
function waitOf(retryAfter: string | undefined, now: Date): number | undefined {
  if (retryAfter === undefined) return undefined;
  const text = retryAfter.trim();
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now.getTime();
  return Number.isNaN(ms) || ms <= 0 ? undefined : Math.min(longestWaitMs, ms);
}
