import { ChatError } from '@confab/shared';
import type {
  ErrorDefinitions,
  LoggedEvent,
  Member,
  MessageState,
  ProcedureName,
  RoomAction,
  RoomState,
} from '@confab/shared';
import { createBackground } from './background.js';
import { memoryBus } from './bus/memory.js';
import { createCalls, userCaller } from './calls.js';
import type { Chat, ChatCalls, ChatWebSocketsOptions } from './chat.js';
import type { ChatOptions } from './chat-options.js';
import { createStreams } from './events/create-streams.js';
import { createAftermath } from './extend/hooks/aftermath.js';
import { scopeOf } from './extend/call-scope.js';
import { checkOptions } from './extend/check-options.js';
import { createCustomData } from './extend/data/create-custom-data.js';
import { createHookRunner } from './extend/hooks/create-hook-runner.js';
import type { LooseHooks } from './extend/hooks/loose-hooks.js';
import { createNotifier } from './extend/create-notifier.js';
import { createUploads } from './extend/create-uploads.js';
import type { SignedUpload } from './extend/uploads.js';
import { createOwnEvents } from './extend/data/create-own-events.js';
import { createErrorMaker } from './extend/error-maker.js';
import { createKeepers } from './extend/plugins/keepers.js';
import { createPluginKit } from './extend/plugins/create-plugin-kit.js';
import { createPresentation } from './extend/data/create-presentation.js';
import type { CustomSchemas, EventDefinitions } from './extend/data/definitions.js';
import { resolveExtension } from './extend/extension.js';
import { hooksOf, proceduresOf } from './extend/plugins/install.js';
import type { Installed } from './extend/plugins/install.js';
import type { ChatPlugin } from './extend/plugins/plugin.js';
import type { MemberCore, MessageCore, RoomCore } from './extend/data/presenters.js';
import type { ShapeOf } from './extend/types/shape.js';
import type { FrontLog, WebSockets } from './front/options.js';
import { createWebSockets } from './front/web-sockets.js';
import { systemCaller } from './operations/caller.js';
import type { Kernel, Op } from './operations/kernel.js';
import { createReceiptPace } from './operations/messages/receipt-pace.js';
import { createTypingClock } from './operations/messages/typing-clock.js';
import { createDirectory } from './operations/users/directory.js';
import { createExclusions } from './operations/users/exclusions.js';
import { createPresenceNews } from './operations/users/presence-news.js';
import { createSessions } from './operations/users/sessions.js';
import { openPatiently } from './opening.js';
import { createOutgoing } from './outgoing.js';
import { createAccessCache } from './policy/access-cache.js';
import { can } from './policy/can.js';
import type { CanTarget } from './policy/can.js';
import { createPolicy } from './policy/policy.js';
import type { PermissionOverrides } from './policy/policy.js';
import { createRates } from './policy/rates.js';
import { createBuilders, hostProcedures } from './router/builders.js';
import type { ViewerOf } from './router/identity.js';
import { createCoreRouter, withoutOmitted } from './router/index.js';
import { createTelling } from './router/told.js';
import type { ErrorHandling } from './router/told.js';
import { t } from './trpc/instance.js';
import { cutOff, tellRevoked } from './revoked.js';
import { resolveSettings } from './settings.js';
import { tieSockets } from './socket-sessions.js';
import { shutOut, tellOthers } from './shut-out.js';
import { systemClock, systemIds, systemRandom } from './system.js';

const silent: FrontLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Builds a chat. Throws `ChatConfigError` for an option that can't be used. */
export function createChat<
  Context extends object,
  Tx = unknown,
  const Plugins extends readonly ChatPlugin[] = readonly ChatPlugin[],
  Events extends EventDefinitions = Record<never, never>,
  const Errors extends ErrorDefinitions = Record<never, never>,
  Custom extends CustomSchemas = Record<never, never>,
  PresentedRoom extends RoomCore = RoomState,
  PresentedMember extends MemberCore = Member,
  PresentedMessage extends MessageCore = MessageState,
  Omitted extends ProcedureName = never,
  Signed extends SignedUpload = never,
>(
  options: ChatOptions<
    Context,
    Tx,
    Plugins,
    Events,
    Errors,
    Custom,
    PresentedRoom,
    PresentedMember,
    PresentedMessage,
    Omitted,
    Signed
  >,
): Chat<
  ShapeOf<
    Plugins,
    Events,
    Errors,
    Custom,
    { readonly room: PresentedRoom; readonly member: PresentedMember; readonly message: PresentedMessage },
    Omitted,
    Signed
  >,
  Tx
> {
  checkOptions(options);
  const settings = resolveSettings(options.settings);
  const extension = resolveExtension(options);
  const { store, log = silent, bus = memoryBus() } = options;
  const { clock = systemClock, random = systemRandom, ids = systemIds } = options.ports ?? {};
  const viewerOf: ViewerOf = (ctx) => options.viewer(ctx as Context) || null;
  const makeError = createErrorMaker(extension.errors);
  const ownEvents = createOwnEvents(extension.events, settings);
  const present = createPresentation(options.present ?? {}, options.columns ?? {});

  const streams = createStreams({ log: store.log, bus, clock, random });
  const sessions = createSessions({ store, clock, settings, revoked: tellRevoked(bus) });
  const presence = createPresenceNews({ store, clock, streams, sessions, settings });
  const directory = createDirectory({ store, clock, streams, ...(options.users && { load: options.users.load }) });
  const hooks: LooseHooks[] = [];
  const keepers: Installed[] = [];
  const aftermath = createAftermath({ log, clock });
  const kernel: Kernel = {
    store,
    clock,
    ids,
    settings,
    policy: createPolicy(options.permissions as PermissionOverrides | undefined, extension.permissions),
    access: createAccessCache(),
    streams,
    directory,
    sessions,
    exclusions: createExclusions({ store, clock, tell: tellOthers(bus) }),
    typing: createTypingClock({ clock, streams, settings }),
    receipts: createReceiptPace({ clock, streams }),
    hooks: createHookRunner(hooks, aftermath),
    keepers: createKeepers(keepers),
    custom: createCustomData(options.custom ?? {}, settings),
    ownEvents,
    notifier: createNotifier(options.notify ?? {}, log, aftermath),
    signUpload: createUploads(options.uploads),
  };
  const fronts = new Set<WebSockets>();
  let closing: Promise<void> | undefined;
  const isOver = (): boolean => closing !== undefined;
  const ready = open();
  // Every call awaits it; a host that does not must not be ended by it.
  ready.catch((error: unknown) => log.error({ error }, 'the chat could not start'));

  const onError: ErrorHandling['onError'] =
    options.errors?.onError ?? ((error, reference) => log.error({ error, reference }, 'a call failed'));
  const base = {
    kernel,
    rates: createRates(
      { ...extension.limits, sends: settings.limits.sends, mutations: settings.limits.mutations },
      clock,
    ),
    viewerOf,
    ready,
    told: createTelling({ ...(options.errors as ErrorHandling | undefined), onError }, makeError, ids, log),
  };
  const { upload, ...others } = createCoreRouter(base)._def.record;
  const core = options.uploads === undefined ? others : { ...others, upload };
  const builders = createBuilders(base);
  const host = scopeOf({ kernel, caller: systemCaller, store });
  const kits = extension.plugins.map((plugin) => ({
    plugin,
    kit: createPluginKit(plugin, {
      ...{ kernel, builders, log, host },
      system: (within) => calls(within).system,
      as: (userId, within) => calls(within).as(userId),
    }),
  }));
  keepers.push(...kits);
  const own = proceduresOf(kits);
  hooks.push(...hooksOf(options.on as LooseHooks | undefined, kits));
  const calls = createCalls(kernel, { ...core, ...own }, ready);
  const ports = { store, clock, random, ids, log, settings };
  const outgoing = createOutgoing(options, { ...ports, events: extension.events });
  const background = createBackground({ kernel, random, log, plugins: kits, outgoing, isOver });

  const unsubscribe = [
    store.onCommit((rows, events) => streams.offer(rows, events)),
    ...cutOff({ sessions, streams, bus, fronts }),
    ...shutOut({ kernel, bus, fronts }),
  ];

  async function open(): Promise<void> {
    await openPatiently(
      () => store.open({ present, ownEvents, onError: (error, what) => log.error({ error }, what) }),
      { clock, log, isOver },
    );
    await streams.start();
    sessions.start();
    kernel.exclusions.start();
    await background.start();
  }

  async function shut(drainMs: number): Promise<void> {
    await Promise.all([...fronts].map((front) => front.close({ drainMs })));
    for (const end of unsubscribe) end();
    presence.close();
    kernel.typing.close();
    kernel.receipts.close();
    await ready.catch(() => undefined);
    await aftermath.settled();
    await background.stop();
    await streams.stop();
    await sessions.stop();
    await kernel.exclusions.stop();
    await bus.close();
    await store.close();
  }

  const outside = calls(store);
  return Object.freeze({
    ...outside,
    router: t.router(withoutOmitted({ ...core, ...own }, extension.omitted)),
    procedures: hostProcedures(builders),
    settings,
    plugins: extension.plugins,
    ready,
    async transaction<Result>(work: (scope: { readonly tx: Tx; readonly chat: ChatCalls }) => Promise<Result>) {
      await ready;
      return store.transaction(({ tx, store: within }) => work({ tx, chat: calls(within) }));
    },
    async can(userId: string, action: RoomAction, target: CanTarget) {
      await ready;
      const op: Op = { kernel, caller: await userCaller(kernel, userId), store };
      return can(op, action, target);
    },
    error: makeError,
    events: {
      on(first: string | ((event: LoggedEvent) => void), second?: (event: LoggedEvent) => void) {
        const listener = typeof first === 'function' ? first : second;
        return streams.onApplied((_row, event) => {
          if (typeof first === 'string' && event.type !== first) return;
          try {
            listener?.(event);
          } catch (error) {
            log.error({ error }, 'a listener of chat.events failed');
          }
        });
      },
    },
    webSockets(front: ChatWebSocketsOptions) {
      if (closing !== undefined) throw new ChatError('UNAVAILABLE', 'This chat is closed.');
      const sockets = createWebSockets({
        ...front,
        viewerOf: (ctx) => (typeof ctx === 'object' && ctx !== null ? viewerOf(ctx) : null),
        ...tieSockets({ sessions, presence, kernel, ready, connections: options.connections }),
        ...{ clock, random, log },
      });
      fronts.add(sockets);
      return sockets;
    },
    close: ({ drainMs = 0 }: { readonly drainMs?: number } = {}) => (closing ??= shut(drainMs)),
    [Symbol.asyncDispose]: () => (closing ??= shut(0)),
    // What the options add to the types was checked above; here the parts are of any chat's.
  }) as unknown as Chat<
    ShapeOf<
      Plugins,
      Events,
      Errors,
      Custom,
      { readonly room: PresentedRoom; readonly member: PresentedMember; readonly message: PresentedMessage },
      Omitted,
      Signed
    >,
    Tx
  >;
}
