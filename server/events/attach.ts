import type { LoggedEvent, ResyncReason } from '@confab/shared';
import { cursorLength } from '@confab/shared';
import type { Clock } from '../ports.js';
import type { CursorCodec } from './cursor.js';
import { headPositions } from './cursor.js';
import type { Gate } from './gate.js';
import type { Hub } from './hub.js';
import type { LogSnapshot, LogStore } from './log.js';
import type { Delivery } from './outlet.js';
import type { lineUp as lineUpReplay, Replay, ReplayBounds, ReplayPlan } from './replay.js';
import { planReplay, renderEntries } from './replay.js';
import type { Ring, RingEntry } from './ring.js';
import type { StreamRequest } from './streams.js';
import type { Held, Subscriber } from './subscriber.js';
import { createDelivery, isClosed, send } from './subscriber.js';
import { weight } from './weight.js';

export interface AttachOptions {
  readonly log: LogStore;
  readonly clock: Clock;
  readonly codec: CursorCodec;
  readonly hub: Hub;
  readonly ring: Ring;
  readonly bounds: ReplayBounds;
  /** Events handed out between two turns of the event loop. */
  readonly pageEvents: number;
  readonly lineUp: typeof lineUpReplay;
  /** Lets only so many attaches read the log at once. */
  readonly gate: Gate;
}

/** A replay with its events, or why there is none; `undefined` when the stream starts now. */
type Prepared =
  | { readonly replay: Replay; readonly events: ReadonlyMap<RingEntry, LoggedEvent> }
  | { readonly resync: ResyncReason }
  | undefined;

/** Snapshots to take before giving up, when the node moves on faster than they come. */
const attempts = 3;

/**
 * Brings a registered stream from where its client stands to live: one snapshot, `ready`, what was missed, what
 * happened meanwhile. Returns early when the stream is closed on the way; rejects when the log can't be read.
 */
export async function attach(options: AttachOptions, subscriber: Subscriber, request: StreamRequest): Promise<void> {
  const { log, clock, codec, hub, ring, bounds, pageEvents, gate } = options;
  const parsed = request.cursor === undefined ? undefined : codec.parse(request.cursor);
  const since = parsed?.ok === true ? parsed.positions : undefined;

  async function takeSnapshot(): Promise<LogSnapshot | undefined> {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const snapshot = await log.snapshot(subscriber.userId, since);
      if (isClosed(subscriber)) return undefined;
      if (hub.activate(subscriber, snapshot)) return snapshot;
    }
    throw new Error('The node moved on faster than its log could be read.');
  }

  async function prepare(snapshot: LogSnapshot): Promise<Prepared> {
    if (parsed?.ok === false) return { resync: parsed.reason };
    if (since === undefined) return undefined;
    const plan: ReplayPlan = await planReplay({ log, ring, bounds }, subscriber.userId, since, snapshot);
    if ('resync' in plan) return plan;
    return renderWhole(plan.replay);
  }

  /** Rendered before `ready`, which has to say whether there is a replay: it is bounded in bytes, too. */
  async function renderWhole(replay: Replay): Promise<Prepared> {
    const events = new Map<RingEntry, LoggedEvent>();
    let bytes = 0;
    for (let first = 0; first < replay.entries.length; first += pageEvents) {
      if (first > 0) await clock.turn();
      const page = replay.entries.slice(first, first + pageEvents);
      const rendered = await renderEntries(log, page);
      page.forEach((entry, index) => {
        const event = rendered[index];
        if (event === undefined) return;
        events.set(entry, event);
        bytes += entry.bytes > 0 ? entry.bytes : weight(event);
      });
      if (bytes > bounds.bytes) return { resync: 'too_much' };
      if (isClosed(subscriber)) return undefined;
    }
    return { replay, events };
  }

  /** Hands deliveries out page by page, as fast as they are taken, with a turn of the event loop between pages. */
  async function sendPages(deliveries: Iterable<Delivery>): Promise<void> {
    let inPage = 0;
    for (const delivery of deliveries) {
      if (isClosed(subscriber)) return;
      send(subscriber, delivery);
      inPage += 1;
      if (inPage < pageEvents) continue;
      inPage = 0;
      await breathe();
    }
  }

  async function breathe(): Promise<void> {
    await Promise.race([subscriber.outlet.drained(), subscriber.gone]);
    if (!isClosed(subscriber)) await clock.turn();
  }

  function* deliveriesOf(prepared: Exclude<Prepared, { resync: ResyncReason } | undefined>): Generator<Delivery> {
    const { replay, events } = prepared;
    for (const item of options.lineUp(replay, clock.now())) {
      const event = 'event' in item ? item.event : events.get(item.entry);
      if (event !== undefined) yield createDelivery(codec.encode(item.positions), event);
    }
    yield createDelivery(codec.encode(replay.heads), { type: 'checkpoint', at: clock.now(), data: {} });
  }

  async function sendHeld(): Promise<void> {
    while (subscriber.held.length > 0) {
      const page = subscriber.held.slice(0, pageEvents);
      const deliveries = await renderHeld(log, page);
      if (isClosed(subscriber)) return;
      subscriber.held.splice(0, page.length);
      for (const delivery of deliveries) send(subscriber, delivery);
      if (page.length === pageEvents) await breathe();
      if (isClosed(subscriber)) return;
    }
    // Nothing may happen between the last held delivery and this.
    hub.goLive(subscriber);
  }

  const readyFacts = request.ready();
  // It is awaited below; until then its failure must not count as unhandled.
  readyFacts.catch(() => undefined);
  const { snapshot, prepared } = await gate(async () => {
    const taken = isClosed(subscriber) ? undefined : await takeSnapshot();
    return { snapshot: taken, prepared: taken && (await prepare(taken)) };
  });
  const facts = await readyFacts;
  if (isClosed(subscriber) || snapshot === undefined) return;

  const here = codec.encode(headPositions(snapshot.heads));
  const resumed = prepared !== undefined && 'replay' in prepared;
  const at = clock.now();
  const start = request.cursor !== undefined && isCursorShaped(request.cursor) ? request.cursor : here;
  send(subscriber, createDelivery(start, { type: 'ready', at, data: { ...facts, resumed } }));
  if (prepared !== undefined) {
    if ('resync' in prepared) {
      send(subscriber, createDelivery(here, { type: 'resync', at, data: { reason: prepared.resync } }));
    } else {
      await sendPages(deliveriesOf(prepared));
    }
  }
  if (!isClosed(subscriber)) await sendHeld();
}

/** Whether a text may be sent back as a cursor. A useless one is, so that a socket lost here leads to `resync` again. */
function isCursorShaped(text: string): boolean {
  return text.length <= cursorLength && /^[\w-]+$/.test(text);
}

async function renderHeld(log: LogStore, page: readonly Held[]): Promise<Delivery[]> {
  const entries = page.flatMap((held) => ('entry' in held ? [held.entry] : []));
  const rendered = entries.length === 0 ? [] : await renderEntries(log, entries);
  let next = 0;
  return page.flatMap((held) => {
    if (!('entry' in held)) return [held];
    const event = rendered[next++];
    return event === undefined ? [] : [createDelivery(held.cursor, event)];
  });
}
