import { setImmediate as turn } from 'node:timers/promises';
import { createTRPCClient, createWSClient, TRPCClientError, wsLink } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import { ChatError } from '@confab/shared';
import type { ChatErrorCode, ChatEvent } from '@confab/shared';
import superjson from 'superjson';
import { WebSocket } from 'ws';
import { isChatError, isTransportError } from '../../client/errors.js';
import type { ChatCalls } from '../../client/live/calls.js';
import { createChat } from '../../server/create-chat.js';
import { testChat } from '../../server/testing/chat/test-chat.js';
import type { TestBase } from '../../server/testing/chat/types.js';
import { createManualClock } from '../operations/messages/manual-clock.js';
import type { ModelDefect } from './defects.js';
import type { Refusal } from './rules.js';
import { watchSender } from './sender-watch.js';
import type { Api } from './step.js';

/** Where a stream puts what it yields. */
export type Take = (id: string, event: ChatEvent) => void;

/** One device's way to the server. */
export interface Line {
  /** The procedures as the client's own code calls them. */
  readonly calls: ChatCalls;
  /** Resolves when everything that was sent up to now has come. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** A real chat on a real database; its time moves only when it is told to. */
export interface Stage extends AsyncDisposable {
  readonly now: () => number;
  /** Whether the system says what happens in rooms. */
  readonly isNarrated: boolean;
  advance(ms: number): void;
  /** Resolves when the chat has sent what it can send at this time by itself. */
  rest(): Promise<void>;
  /** Ends the node and starts another one on the same database. Nobody may be connected. */
  restart(): Promise<void>;
  as(userId: string): Api;
  /** Connects a device; with a cursor its stream begins there. */
  connect(userId: string, device: string, cursor: string | undefined, take: Take): Promise<Line>;
}

/** Over which way devices come. */
export type Way = 'iterator' | 'socket';

export interface StageOptions {
  readonly way: Way;
  /** The setting `systemMessages`. @default false */
  readonly isNarrated?: boolean;
  /** Something that is to be wrong with it. */
  readonly defect?: ModelDefect | undefined;
}

export async function openStage({ way, isNarrated = false, defect }: StageOptions): Promise<Stage> {
  const clock = createManualClock();
  const sender = watchSender(clock);
  const create = (base: TestBase) =>
    createChat({
      ...base,
      store: defect?.store?.(base.store) ?? base.store,
      ports: { clock: sender.clock },
      settings: { systemMessages: isNarrated, limits: { sends: false, mutations: false } },
    });
  const chat = await testChat(create, defect?.override === undefined ? {} : { override: defect.override });
  const as = (userId: string): Api => chat.as(userId) as unknown as Api;

  /** Sockets are given some time to end, which would stand still. */
  async function whileTimeGoesBy(work: () => Promise<void>): Promise<void> {
    const time = setInterval(() => clock.advance(100), 10);
    await work().finally(() => clearInterval(time));
  }

  const connectIterator: Stage['connect'] = async (userId, device, cursor, take) => {
    const end = new AbortController();
    const context = { viewer: { id: userId, sessionId: device } };
    const caller = chat.chat.router.createCaller(context, { signal: end.signal });
    const given: unknown = await caller.events(cursor === undefined ? {} : { since: cursor });
    // A caller gets the envelope itself, which a client sees as `id` and `data`.
    const stream = given as AsyncIterable<readonly [string, ChatEvent]>;
    const reading = (async () => {
      for await (const [id, event] of stream) take(id, event);
    })();
    return {
      calls: callsOf(as(userId)),
      // From the outlet to the reader it is a matter of turns of the event loop.
      async flush() {
        await turn();
        await turn();
      },
      async close() {
        end.abort();
        // A chat that was closed first ends its streams by itself.
        await reading.catch(() => undefined);
      },
    };
  };

  const connectSocket: Stage['connect'] = (userId, device, cursor, take) => {
    const token = chat.token(userId, { sessionId: device });
    const url = `${chat.url.replace('http', 'ws')}/trpc`;
    const socket = createWSClient({ url, connectionParams: () => ({ token }), WebSocket: WebSocket as never });
    const client = createTRPCClient<AnyTRPCRouter>({ links: [wsLink({ client: socket, transformer: superjson })] });
    const { chat: calls } = client as unknown as { readonly chat: ChatCalls };
    const onData = ({ id, data }: { readonly id: string; readonly data: ChatEvent }): void => take(id, data);
    calls.events.subscribe(cursor === undefined ? {} : { since: cursor }, { onData: onData as never });
    // Whoever lets a minute go by at once loses the connection, and has the next one by itself.
    const flush = (): Promise<void> =>
      calls.session.heartbeat.mutate({}).then(
        () => undefined,
        (error: unknown) => (isTransportError(error) ? flush() : Promise.reject(error as Error)),
      );
    return Promise.resolve({ calls, flush, close: () => socket.close() });
  };

  return {
    now: () => clock.now().getTime(),
    isNarrated,
    advance: (ms) => clock.advance(ms),
    rest: () => sender.rest(),
    as,
    connect: way === 'socket' ? connectSocket : connectIterator,
    restart: () => whileTimeGoesBy(() => chat.restart()),
    [Symbol.asyncDispose]: () => whileTimeGoesBy(() => chat.close()),
  };
}

/** The calls of the server's own code, as the client's code makes them. */
function callsOf(api: Api): ChatCalls {
  const read = (place: object, name: string): unknown => Reflect.get(place, name);
  const proxy = (path: string): object =>
    new Proxy(
      Object.assign(() => undefined, {}),
      {
        get: (_target, name) => proxy(path === '' ? String(name) : `${path}.${String(name)}`),
        apply: async (_target, _this, [input]: unknown[]): Promise<unknown> => {
          const names = path.split('.').slice(0, -1);
          let place: unknown = api;
          for (const name of names) place = read(place as object, name);
          try {
            return await (place as (input: unknown) => Promise<unknown>)(input);
          } catch (error) {
            const { message, data } = chatErrorOf(error);
            throw TRPCClientError.from({ error: { code: -32_000, message, data: { chat: data } } });
          }
        },
      },
    );
  return proxy('') as ChatCalls;
}

function chatErrorOf(error: unknown): ChatError {
  if (error instanceof ChatError) return error;
  const { cause } = error as { readonly cause?: unknown };
  if (cause instanceof ChatError) return cause;
  throw error;
}

async function attempt(call: Promise<unknown>): Promise<{ readonly refusal: Refusal; readonly answer?: unknown }> {
  try {
    return { refusal: undefined, answer: await call };
  } catch (error) {
    if (isChatError(error)) return { refusal: error.data.chat.code };
    return { refusal: chatErrorOf(error).code as ChatErrorCode };
  }
}

/** How a call was refused. What is refused for a passing reason is tried again, as any client does. */
export async function outcomeOf(call: () => Promise<unknown>): ReturnType<typeof attempt> {
  for (let left = 5; ; left -= 1) {
    const outcome = await attempt(call());
    if (outcome.refusal !== 'UNAVAILABLE' || left === 0) return outcome;
  }
}
