import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { initTRPC, tracked } from '@trpc/server';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import superjson from 'superjson';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { createChatClient, isTransportError } from '@confab/client';
import { createEventSource } from '../support/event-source.js';
import { collect, message } from './set-up.js';
import type { ToyClient } from './set-up.js';
import type { ToyRouter } from './toy-server.js';

/** A stock tRPC HTTP server with the toy's procedures and a stream of two events per connection. */
async function createHttpToy() {
  const seen: { readonly authorization: string | undefined; readonly url: string; readonly lastEventId: unknown }[] =
    [];
  const t = initTRPC.context<{ readonly authorization: string | undefined; readonly url: string }>().create({
    transformer: superjson,
    isDev: false,
  });
  const router = t.router({
    chat: t.router({
      events: t.procedure
        .input(z.object({ lastEventId: z.string().nullish(), since: z.string().optional() }))
        .subscription(async function* ({ ctx, input }) {
          const { lastEventId } = input;
          seen.push({ ...ctx, lastEventId });
          const first = typeof lastEventId !== 'string' ? 1 : Number(lastEventId) + 1;
          yield tracked(String(first - 1), { type: 'ready', at: new Date(0), data: {} });
          for (let seq = first; seq < first + 2; seq += 1) yield tracked(String(seq), message(seq));
        }),
    }),
    whoami: t.procedure.query(({ ctx }) => ({ token: ctx.authorization ?? null, at: new Date(0) })),
  });
  const http = createServer(
    createHTTPHandler({
      router,
      createContext: ({ req }) => ({ authorization: req.headers.authorization, url: req.url ?? '' }),
    }),
  );
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return {
    seen,
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

function createHttpClient(url: string, EventSource: ReturnType<typeof createEventSource>['EventSource']): ToyClient {
  return createChatClient<ToyRouter>({ url, token: 'ticket', transport: 'http', EventSource, retry: { baseMs: 10 } });
}

describe('the client over HTTP', () => {
  it('sends calls with the token as a header', async () => {
    await using server = await createHttpToy();
    await using client = createHttpClient(server.url.replace('http', 'ws'), createEventSource({}).EventSource);
    await expect(client.api.whoami.query()).resolves.toEqual({ token: 'Bearer ticket', at: new Date(0) });
  });

  it('receives events, and goes on from where it was whenever the stream ends', async () => {
    await using server = await createHttpToy();
    const sources = createEventSource({});
    await using client = createHttpClient(server.url, sources.EventSource);
    const seqs = collect(client);
    await vi.waitFor(() => expect(seqs.slice(0, 4)).toEqual([1, 2, 3, 4]));
    expect(server.seen.map(({ lastEventId }) => lastEventId).slice(0, 2)).toEqual([undefined, '2']);
    sources.close();
  });

  it('keeps the token out of addresses when it was given an EventSource', async () => {
    await using server = await createHttpToy();
    await using client = createHttpClient(server.url, createEventSource({}).EventSource);
    client.connect();
    await vi.waitFor(() => expect(server.seen.length).toBeGreaterThan(0));
    expect(server.seen[0]?.url).not.toContain('ticket');
  });

  it('tells no answer from an answer', async () => {
    await using client = createHttpClient('http://127.0.0.1:1', createEventSource({}).EventSource);
    await expect(client.api.whoami.query()).rejects.toSatisfy(isTransportError);
  });
});
