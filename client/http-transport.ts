import { httpBatchLink, httpSubscriptionLink, splitLink } from '@trpc/client';
import superjson from 'superjson';
import type { ChatClientOptions } from './options.js';
import type { StatusBoard } from './status.js';
import type { Transport } from './transport.js';
import { withScheme } from './transport.js';

const lost = { code: null, sentence: 'The connection was lost.' };

/** Calls over HTTP in batches, events as server-sent events. */
export function createHttpTransport(options: ChatClientOptions, board: StatusBoard): Transport {
  const url = withScheme(options.url, 'http');
  const Source = (options.EventSource ?? globalThis.EventSource) as typeof EventSource | undefined;

  async function credentials(): Promise<Record<string, string>> {
    const token = typeof options.token === 'function' ? await options.token() : options.token;
    return {
      ...(typeof token === 'string' ? { token } : {}),
      ...(options.device === undefined ? {} : { device: options.device }),
    };
  }

  async function headers(): Promise<Record<string, string>> {
    const { token } = await credentials();
    return token === undefined ? {} : { authorization: `Bearer ${token}` };
  }

  const authorized = async (input: string | URL, init?: RequestInit): Promise<Response> => {
    const own = new Headers(init?.headers);
    for (const [name, value] of Object.entries(await headers())) own.set(name, value);
    return fetch(input, { ...init, headers: own });
  };

  return {
    missing: null,
    links: [
      splitLink({
        condition: (op) => op.type === 'subscription',
        true: httpSubscriptionLink({
          url,
          transformer: superjson,
          ...(Source === undefined ? {} : { EventSource: Source }),
          ...(options.EventSource === undefined
            ? { connectionParams: credentials }
            : { eventSourceOptions: { fetch: authorized } as EventSourceInit }),
        }),
        false: httpBatchLink({ url, transformer: superjson, headers, maxItems: 50, maxURLLength: 4_000 }),
      }),
    ],
    want(isWanted) {
      if (isWanted) board.show('connecting', board.connection.reason);
    },
    streaming() {
      board.show('live');
    },
    interrupted() {
      board.show('connecting', lost);
    },
    hurry() {
      // Nothing waits here: the browser's EventSource keeps its own pace.
    },
    stop() {
      return Promise.resolve();
    },
  };
}
