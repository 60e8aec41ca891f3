import type { Bus, BusMessage } from '../bus/bus.js';
import type { Clock, Random } from '../ports.js';
import { attach } from './attach.js';
import { createCheckpoints } from './checkpoints.js';
import { cursorCodecOf, furthest } from './cursor.js';
import { createGate } from './gate.js';
import { createHintPublisher } from './hints.js';
import { createHub } from './hub.js';
import type { LogStore } from './log.js';
import type { ReplayBounds } from './replay.js';
import { defaultReplayBounds, lineUp } from './replay.js';
import { createRing } from './ring.js';
import { createRoutes } from './routes.js';
import type { Streams } from './streams.js';
import { closeOutlet, createSubscriber } from './subscriber.js';
import type { Subscriber } from './subscriber.js';
import { syncPage } from './sync.js';
import { createTailer } from './tailer.js';

export interface StreamsSettings {
  /** Between two looks at the heads of the log. `@default` 1,000 */
  readonly pollMs: number;
  /** After which an idle stream is told that the cursor moved. `@default` 30,000 */
  readonly checkpointMs: number;
  readonly replay: ReplayBounds;
  /** What is kept in memory of each shard's newest events. `@default` 2,048 events, 2 MiB */
  readonly ring: { readonly events: number; readonly bytes: number };
  /** Rows read, and events sent, between two turns of the event loop. `@default` 100 */
  readonly page: number;
  /** Committed rows per shard that wait in memory for an earlier one. `@default` 1,000 */
  readonly pendingRows: number;
  /** Events a stream holds while it replays; past it the client has to come back. `@default` 1,000 */
  readonly heldEvents: number;
  /** What an outlet may have waiting before it is closed, should it not close itself. `@default` 10,000, 16 MiB */
  readonly backlog: { readonly events: number; readonly bytes: number };
  /** Attaching streams that read the log at once. `@default` 16 */
  readonly attaching: number;
  /** Told of passing faults, which are retried. Must not throw. */
  readonly onError: (error: unknown) => void;
}

const defaults: StreamsSettings = {
  pollMs: 1_000,
  checkpointMs: 30_000,
  replay: defaultReplayBounds,
  ring: { events: 2_048, bytes: 2_097_152 },
  page: 100,
  pendingRows: 1_000,
  heldEvents: 1_000,
  backlog: { events: 10_000, bytes: 16_777_216 },
  attaching: 16,
  onError: () => undefined,
};

export interface StreamsOptions {
  readonly log: LogStore;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly random: Random;
  readonly settings?: Partial<StreamsSettings>;
}

/** The pieces that carry a promise each, so that a test can show what breaks without one. */
export interface StreamsParts {
  readonly createRing: typeof createRing;
  readonly createRoutes: typeof createRoutes;
  readonly furthest: typeof furthest;
  readonly lineUp: typeof lineUp;
}

/** What production runs with. */
export const productionParts: StreamsParts = { createRing, createRoutes, furthest, lineUp };

/** One node's event engine: follows the log and serves the streams of this node. */
export function createStreams(options: StreamsOptions, parts: StreamsParts = productionParts): Streams {
  const { log, bus, clock, random } = options;
  const settings: StreamsSettings = { ...defaults, ...options.settings };
  const listeners = new Set<Parameters<Streams['onApplied']>[0]>();
  const codec = cursorCodecOf(log);
  const ring = parts.createRing(settings.ring);
  const routes = parts.createRoutes();
  const hints = createHintPublisher(bus, clock);
  const checkpoints = createCheckpoints(clock, settings.checkpointMs, (subscriber) =>
    hub.checkpoint(subscriber, clock.now()),
  );

  /** One subscriber's, listener's or outlet's fault must not stop the log. */
  function guarded(task: () => void): void {
    try {
      task();
    } catch (error) {
      settings.onError(error);
    }
  }

  const tailer = createTailer({
    log,
    clock,
    random,
    pollMs: settings.pollMs,
    pageRows: settings.page,
    pendingRows: settings.pendingRows,
    onApply(row, event) {
      guarded(() => hub.apply(row, event));
      for (const listener of listeners) guarded(() => listener(row, event));
    },
    onSkip(shard, pos, wasPruned) {
      hub.skip(shard, pos);
      if (!wasPruned) return;
      // Retention overtook this node, so its streams may lack events. Their cursors will tell when they come back.
      for (const subscriber of [...routes.all]) hub.close(subscriber, 'TRY_LATER');
    },
    onError: settings.onError,
  });
  const hub = createHub({
    codec,
    ring,
    routes,
    tail: tailer.positions,
    isLasting: log.isLasting,
    furthest: parts.furthest,
    heldEvents: settings.heldEvents,
    backlog: settings.backlog,
  });
  const attachOptions = {
    log,
    clock,
    codec,
    hub,
    ring,
    bounds: settings.replay,
    pageEvents: settings.page,
    lineUp: parts.lineUp,
    gate: createGate(settings.attaching),
  };
  let unsubscribe: (() => void) | undefined;
  let isStopped = false;

  function hear(message: BusMessage): void {
    if (message.kind === 'heads') tailer.hint(message.heads);
    else if (message.kind === 'ephemeral') hub.announce(message.to, message.event);
  }

  return {
    async start() {
      await tailer.start();
      if (isStopped) return;
      ring.reset(tailer.positions);
      unsubscribe = bus.subscribe((message) => guarded(() => hear(message)));
      checkpoints.start();
    },
    offer(rows, events) {
      hints.committed(rows);
      guarded(() => tailer.offer(rows, events));
    },
    open(request) {
      const subscriber = createSubscriber(request);
      hub.add(subscriber);
      checkpoints.add(subscriber);
      const attached = attach(attachOptions, subscriber, request).catch((error: unknown) => {
        hub.remove(subscriber);
        settings.onError(error);
        closeOutlet(request.outlet, 'TRY_LATER');
        throw error;
      });
      // Whoever does not wait for it is told by the outlet's closing.
      attached.catch(() => undefined);
      void subscriber.gone.then(() => checkpoints.remove(subscriber));
      return { attached, detach: () => hub.remove(subscriber) };
    },
    sync: (userId, cursor, limit) => syncPage(attachOptions, userId, cursor, limit),
    announce(to, event) {
      guarded(() => hub.announce(to, event));
      bus.publish({ kind: 'ephemeral', to, event });
    },
    onApplied(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    disconnect({ userId, sessionId, issuedUntil }, reason) {
      for (const subscriber of [...routes.user(userId)]) {
        const isMeant = sessionId === undefined || subscriber.sessionId === sessionId;
        if (isMeant && !isNewer(subscriber, issuedUntil)) hub.close(subscriber, reason);
      }
    },
    announceEnd({ userId, sessionId: only, issuedUntil }, reason) {
      const sessionIds = new Set<string>();
      for (const subscriber of routes.user(userId)) {
        const isMeant = only === undefined || subscriber.sessionId === only;
        if (isMeant && !isNewer(subscriber, issuedUntil)) sessionIds.add(subscriber.sessionId);
      }
      for (const sessionId of sessionIds) {
        const event = { type: 'session.revoked', at: clock.now(), data: { sessionId, reason } } as const;
        guarded(() => hub.announce({ userIds: [userId] }, event));
      }
    },
    forgetAll: (userId) => ring.forgetAll(userId),
    get cursor() {
      return hub.cursor;
    },
    count: (userId) => (userId === undefined ? routes.all : routes.user(userId)).size,
    stop() {
      isStopped = true;
      tailer.stop();
      hints.stop();
      checkpoints.stop();
      unsubscribe?.();
      for (const subscriber of [...routes.all]) hub.close(subscriber, 'DRAIN');
      return Promise.resolve();
    },
  };
}

/** Whether a stream was opened with credentials that were issued later than this. */
function isNewer({ issuedAt }: Subscriber, issuedUntil: Date | undefined): boolean {
  return issuedUntil !== undefined && issuedAt !== undefined && issuedAt > issuedUntil;
}
