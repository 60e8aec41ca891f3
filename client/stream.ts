import type { TRPCClientError, TRPCUntypedClient } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import type { ChatEvent } from '@confab/shared';
import { isChatError } from './errors.js';
import type { ConnectionReason, CursorStorage } from './options.js';
import { createOrder } from './order.js';
import type { Pacing } from './pacing.js';
import { rethrowLater } from './rethrow.js';

type StreamError = TRPCClientError<AnyTRPCRouter>;

export interface StreamOptions {
  readonly client: TRPCUntypedClient<AnyTRPCRouter>;
  /** Path of the procedure. */
  readonly path: string;
  readonly storage: CursorStorage | undefined;
  readonly pacing: Pacing;
  deliver(event: ChatEvent, cursor: string): void;
  /** It flows. */
  started(): void;
  /** Its connection was lost and comes back by itself. */
  interrupted(): void;
  /** The server ended it; it is asked for again after `retryInMs`. */
  waiting(reason: ConnectionReason, retryInMs: number): void;
  /** The server refused it for good. */
  refused(reason: ConnectionReason, isAuthLost: boolean): void;
}

/** The one stream of a client. */
export interface Stream {
  /** Begins or goes on from where it was; does nothing while it runs. */
  start(): void;
  /** Ends it, and keeps how far it came. */
  stop(): void;
  /** Hands what was not saved yet to the storage. */
  flush(): Promise<void>;
}

/** Asking again would get the same answer. */
const permanent: ReadonlySet<unknown> = new Set([
  'UNAUTHORIZED',
  'FORBIDDEN',
  'BAD_REQUEST',
  'NOT_FOUND',
  'METHOD_NOT_SUPPORTED',
  'NOT_IMPLEMENTED',
]);

const saveMs = 1_000;

/** Creates a stream that survives whatever ends it for passing reasons, and tells each event of a log once. */
export function createStream(options: StreamOptions): Stream {
  const order = createOrder();
  let cursor: string | undefined;
  let stored: string | undefined;
  let isLoaded = options.storage === undefined;
  let isOn = false;
  /** Tells what an ended subscription still says from what the present one says. */
  let generation = 0;
  let subscription: { unsubscribe(): void } | undefined;
  let saving: ReturnType<typeof setTimeout> | undefined;
  let startedAt = 0;

  async function save(): Promise<void> {
    clearTimeout(saving);
    saving = undefined;
    if (options.storage === undefined || cursor === undefined || cursor === stored) return;
    stored = cursor;
    try {
      await options.storage.save(cursor);
    } catch (error) {
      rethrowLater(error);
    }
  }

  function receive(value: unknown): void {
    const { id, data } = value as { readonly id?: unknown; readonly data?: ChatEvent };
    if (typeof data?.type === 'string' && order.admit(data)) options.deliver(data, typeof id === 'string' ? id : '');
    // After the listeners: what they did not see is sent again.
    if (typeof id !== 'string') return;
    cursor = id;
    if (options.storage !== undefined) saving ??= setTimeout(() => void save(), saveMs);
  }

  async function retry(reason: ConnectionReason, minimumMs: number): Promise<void> {
    options.pacing.failed(startedAt === 0 ? 0 : Date.now() - startedAt, minimumMs);
    const delay = options.pacing.delay();
    options.waiting(reason, delay);
    await options.pacing.wait(delay).then(subscribe, () => undefined);
  }

  function ended(own: number, error?: StreamError): void {
    if (own !== generation || !isOn) return;
    generation += 1;
    subscription = undefined;
    const code: unknown = (error?.data as { readonly code?: unknown } | null | undefined)?.code;
    const reason = { code: null, sentence: error?.message ?? 'The server ended the stream.' };
    if (permanent.has(code) || isHttpRefusal(error)) {
      isOn = false;
      options.refused(reason, code === 'UNAUTHORIZED' || isHttpRefusal(error));
      return;
    }
    const minimumMs = isChatError(error, 'RATE_LIMITED') ? (error.data.chat.details?.retryAfterMs ?? 1_000) : 0;
    void retry(reason, minimumMs);
  }

  async function subscribe(): Promise<void> {
    generation += 1;
    const own = generation;
    if (!isLoaded) {
      isLoaded = true;
      try {
        stored = (await options.storage?.load()) ?? undefined;
      } catch (error) {
        rethrowLater(error);
      }
      if (own !== generation || !isOn) return;
    }
    startedAt = 0;
    const from = cursor === undefined ? (stored === undefined ? {} : { since: stored }) : { lastEventId: cursor };
    const begun = (): void => {
      if (own === generation && startedAt === 0) startedAt = Date.now();
    };
    subscription = options.client.subscription(options.path, from, {
      onStarted: begun,
      onData(value) {
        if (own !== generation) return;
        begun();
        // Not before the first value: it says whose stream this is, and what waits for the stream may depend on that.
        options.started();
        receive(value);
      },
      onConnectionStateChange(state) {
        if (own === generation && state.state === 'connecting' && state.error) options.interrupted();
      },
      onError: (error) => ended(own, error),
      onComplete: () => ended(own),
    });
    // What ended at once, within `subscription`, is no subscription to stop.
    if (own !== generation) subscription = undefined;
  }

  return {
    start() {
      if (isOn) return;
      isOn = true;
      void subscribe();
    },
    stop() {
      if (!isOn) return;
      isOn = false;
      generation += 1;
      options.pacing.cancel();
      subscription?.unsubscribe();
      subscription = undefined;
    },
    flush: save,
  };
}

/** An EventSource that was answered 401 or 403 before it began has no tRPC error to show. */
function isHttpRefusal(error: StreamError | undefined): boolean {
  const cause = error?.cause as { readonly code?: unknown } | undefined;
  return error?.data === undefined && (cause?.code === 401 || cause?.code === 403);
}
