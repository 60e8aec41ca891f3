import { ChatError } from '@confab/shared';
import type { LoggedEvent, RoomAction } from '@confab/shared';
import type { Bus } from './bus/bus.js';
import { memoryBus } from './bus/memory.js';
import { createStreams } from './events/create-streams.js';
import { createWebSockets } from './front/web-sockets.js';
import type { FrontLog, SocketSessions, WebSockets, WebSocketsOptions } from './front/options.js';
import type { Caller, Kernel, Op } from './operations/kernel.js';
import { createReceiptPace } from './operations/messages/receipt-pace.js';
import { createTypingClock } from './operations/messages/typing-clock.js';
import { createDirectory } from './operations/users/directory.js';
import type { LoadUsers } from './operations/users/directory.js';
import { createPresenceNews } from './operations/users/presence-news.js';
import { createSessions } from './operations/users/sessions.js';
import type { Revocation } from './operations/users/sessions.js';
import { createAccessCache } from './policy/access-cache.js';
import { can } from './policy/can.js';
import type { CanTarget, Permission } from './policy/can.js';
import { createPolicy } from './policy/policy.js';
import type { PermissionOverrides } from './policy/policy.js';
import { createRates } from './policy/rates.js';
import { insideContext } from './router/identity.js';
import type { ViewerOf } from './router/identity.js';
import { createRouter } from './router/index.js';
import type { ChatRouter } from './router/index.js';
import { t } from './router/trpc.js';
import { resolveSettings } from './settings.js';
import type { Settings, SettingsInput } from './settings.js';
import type { ChatStore } from './store/port.js';
import { createRetention } from './store/retention.js';
import { systemClock, systemIds, systemRandom } from './system.js';
import type { Viewer } from './viewer.js';

/** What `createChat` takes. */
export interface ChatOptions<Context extends object> {
  readonly store: ChatStore;
  /** How nodes tell each other of news. @default in process: other nodes hear by their polls, within 2 s */
  readonly bus?: Bus;
  /** Who calls, read from the host's own context; `null` for nobody. Must not throw. */
  readonly viewer: (ctx: Context) => Viewer | null;
  /** Who is a user. Left out, every id is. */
  readonly users?: { readonly load: LoadUsers };
  /** Replaces single rules of the permission table. */
  readonly permissions?: PermissionOverrides;
  readonly settings?: SettingsInput;
  /** @default silent */
  readonly log?: FrontLog;
}

/** Server-side calls of every procedure, typed like the router. */
export type ChatCaller = ReturnType<ReturnType<typeof t.createCallerFactory<ChatRouter['_def']['record']>>>;

/** Calls from the host's own code. Rates are not counted. They throw what the procedures throw. */
export interface ChatCalls {
  /** As this user, with this user's permissions. */
  as(userId: string): ChatCaller;
  /** As the host itself: no permission is checked. */
  readonly system: ChatCaller;
}

/** What a host adds to `webSockets`. */
export type ChatWebSocketsOptions = Omit<WebSocketsOptions, 'viewerOf' | 'sessions' | 'clock' | 'random' | 'log'>;

/** One chat. Nothing of it is global: a process may hold several. */
export interface Chat extends ChatCalls, AsyncDisposable {
  /** Nest it in the host's router: `t.router({ chat: chat.router })`. */
  readonly router: ChatRouter;
  readonly settings: Settings;
  /**
   * Resolves when the database was found to be ours and current and the log is followed. Rejects with a sentence that
   * says what is wrong; until then, and for good if it rejects, calls are answered `UNAVAILABLE`.
   */
  readonly ready: Promise<void>;
  /** Host writes and chat calls in one database transaction, retried as a whole on a deadlock, at most 3 times. */
  transaction<Result>(
    work: (scope: { readonly tx: unknown; readonly chat: ChatCalls }) => Promise<Result>,
  ): Promise<Result>;
  /** Asks the permission table for a user. */
  can(userId: string, action: RoomAction, target: CanTarget): Promise<Permission>;
  /** Committed facts, each once and in log order as this node hears of them; a listener that throws is logged. */
  readonly events: { on(listener: (event: LoggedEvent) => void): () => void };
  webSockets(options: ChatWebSocketsOptions): WebSockets;
  /** Moves the clients away over `drainMs`, ends every timer and stream, and loses nothing. May be called again. */
  close(options?: { readonly drainMs?: number }): Promise<void>;
}

/** How often the log is pruned. */
const pruneMs = 3_600_000;

/** How long a chat waits for its database before it gives up, and between two tries. */
const startMs = 30_000;
const startPauseMs = 500;

const silent: FrontLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Builds a chat. Throws `ChatConfigError` for a setting that can't be used. */
export function createChat<Context extends object>(options: ChatOptions<Context>): Chat {
  const settings = resolveSettings(options.settings);
  const { store, log = silent, bus = memoryBus() } = options;
  const clock = systemClock;
  const viewerOf: ViewerOf = (ctx) => options.viewer(ctx as Context);

  const streams = createStreams({ log: store.log, bus, clock, random: systemRandom });
  const sessions = createSessions({ store, clock, settings, revoked: tellRevoked });
  const presence = createPresenceNews({ store, clock, streams, sessions, settings });
  const directory = createDirectory({ store, clock, streams, ...(options.users && { load: options.users.load }) });
  const kernel: Kernel = {
    store,
    clock,
    ids: systemIds,
    settings,
    policy: createPolicy(options.permissions),
    access: createAccessCache(),
    streams,
    directory,
    sessions,
    typing: createTypingClock({ clock, streams, settings }),
    receipts: createReceiptPace({ clock, streams }),
  };
  const socketSessions: SocketSessions = {
    isRevoked: sessions.isRevoked,
    touched: sessions.touched,
    opened(session) {
      const kept = sessions.opened(session);
      presence.opened(session.userId);
      return kept;
    },
    closed(session) {
      sessions.closed(session);
      presence.closed(session.userId);
    },
  };
  const fronts = new Set<WebSockets>();
  const ready = open();
  // Every call awaits it; a host that does not must not be ended by it.
  ready.catch((error: unknown) => log.error({ error }, 'the chat could not start'));

  const router = createRouter({
    kernel,
    rates: createRates(settings.limits, clock),
    viewerOf,
    ready,
    onError: (error, reference) => log.error({ error, reference }, 'a call failed'),
  });
  const createCaller = t.createCallerFactory(router);
  const unsubscribe = [
    store.onCommit((rows, events) => streams.offer(rows, events)),
    bus.subscribe((message) => {
      if (message.kind !== 'revoked') return;
      sessions.learn({ ...message, revokedAt: new Date(message.revokedAt) });
    }),
    sessions.onRevoked(({ userId, sessionId, revokedAt }) => {
      const device = { userId, sessionId, issuedUntil: revokedAt };
      for (const front of fronts) front.disconnect(device, 'REVOKED');
      streams.disconnect(device, 'REVOKED');
    }),
  ];
  let prune: { clear(): void } | undefined;
  let closing: Promise<void> | undefined;

  async function open(): Promise<void> {
    await openPatiently();
    await streams.start();
    await sessions.start();
    const retention = createRetention(store, settings.retention, clock);
    prune = clock.every(pruneMs, () => {
      retention.run().catch((error: unknown) => log.error({ error }, 'pruning the log failed'));
    });
  }

  /** A server that starts together with its database waits for it. */
  async function openPatiently(): Promise<void> {
    const began = clock.now().getTime();
    for (;;) {
      try {
        return await store.open();
      } catch (error) {
        const isPassing = error instanceof ChatError && error.code === 'UNAVAILABLE';
        if (!isPassing || closing !== undefined || clock.now().getTime() - began > startMs) throw error;
        log.warn({ error }, 'the database is not there yet');
        await new Promise<void>((resolve) => clock.after(startPauseMs, resolve, { holdsProcess: true }));
      }
    }
  }

  /** The device hears why before it is closed, on whichever node it is. */
  function tellRevoked({ userId, sessionId, reason, revokedAt }: Revocation): void {
    const data = { sessionId, reason };
    streams.announce({ userIds: [userId] }, { type: 'session.revoked', at: clock.now(), data });
    bus.publish({ kind: 'revoked', userId, sessionId, reason, revokedAt: revokedAt.getTime() });
  }

  async function caller(userId: string): Promise<Caller> {
    return { userId, profile: await directory.profile(userId), sessionId: null, isSystem: false };
  }

  function calls(within: ChatStore): ChatCalls {
    const callAs = (who: () => Promise<Caller>): ChatCaller =>
      createCaller(async () => insideContext({ caller: await who(), store: within }));
    const profile = { id: systemUserId, name: null, image: null };
    return {
      as: (userId) => callAs(() => caller(userId)),
      system: callAs(() => Promise.resolve({ userId: systemUserId, profile, sessionId: null, isSystem: true })),
    };
  }

  async function shut(drainMs: number): Promise<void> {
    await Promise.all([...fronts].map((front) => front.close({ drainMs })));
    for (const end of unsubscribe) end();
    prune?.clear();
    presence.close();
    kernel.typing.close();
    kernel.receipts.close();
    await ready.catch(() => undefined);
    await streams.stop();
    await sessions.stop();
    await bus.close();
    await store.close();
  }

  const outside = calls(store);
  return Object.freeze({
    ...outside,
    router,
    settings,
    ready,
    async transaction<Result>(work: (scope: { readonly tx: unknown; readonly chat: ChatCalls }) => Promise<Result>) {
      await ready;
      return store.transaction(({ tx, store: within }) => work({ tx, chat: calls(within) }));
    },
    async can(userId: string, action: RoomAction, target: CanTarget) {
      await ready;
      const op: Op = { kernel, caller: await caller(userId), store };
      return can(op, action, target);
    },
    events: {
      on: (listener: (event: LoggedEvent) => void) =>
        streams.onApplied((_row, event) => {
          try {
            listener(event);
          } catch (error) {
            log.error({ error }, 'a listener of chat.events failed');
          }
        }),
    },
    webSockets(front: ChatWebSocketsOptions) {
      if (closing !== undefined) throw new ChatError('UNAVAILABLE', 'This chat is closed.');
      const sockets = createWebSockets({
        ...front,
        viewerOf: (ctx) => (typeof ctx === 'object' && ctx !== null ? viewerOf(ctx) : null),
        sessions: socketSessions,
        clock,
        random: systemRandom,
        log,
      });
      fronts.add(sockets);
      return sockets;
    },
    close: ({ drainMs = 0 }: { readonly drainMs?: number } = {}) => (closing ??= shut(drainMs)),
    [Symbol.asyncDispose]: () => (closing ??= shut(0)),
  });
}

/** The sender of what the host itself says. */
const systemUserId = 'system';
