import { transformer } from '@confab/shared';
import { initTRPC } from '@trpc/server';
import superjson from 'superjson';
import { describe, expect, it } from 'vitest';
import type { WebSocketsOptions } from '../../server/front/options.js';
import { createWebSockets } from '../../server/front/web-sockets.js';
import { systemClock, systemRandom } from '../../server/system.js';

function construct(options: Partial<WebSocketsOptions>): () => unknown {
  const t = initTRPC.create({ transformer });
  const nothing = (): void => undefined;
  return () =>
    createWebSockets({
      router: t.router({ ping: t.procedure.query(() => 'pong') }),
      createContext: () => ({}),
      viewerOf: () => null,
      allowedOrigins: [],
      sessions: { isRevoked: () => Promise.resolve(false), opened: nothing, closed: nothing, touched: nothing },
      clock: systemClock,
      random: systemRandom,
      log: { info: nothing, warn: nothing, error: nothing },
      ...options,
    });
}

describe('webSockets()', () => {
  it('refuses a root whose transformer loses Date', () => {
    const router = initTRPC.create().router({});
    expect(construct({ router })).toThrow(/loses Date/);
  });

  it('refuses a root whose transformer can not do without what it lost', () => {
    const broken = { serialize: (): unknown => undefined, deserialize: (): unknown => undefined };
    expect(construct({ router: initTRPC.create({ transformer: broken }).router({}) })).toThrow(/loses Date/);
  });

  it('takes a root with stock superjson', () => {
    expect(construct({ router: initTRPC.create({ transformer: superjson }).router({}) })).not.toThrow();
  });

  it.each(['app.example', 'http://app.example/', 'http://app.example/path', '*', 'null', 'HTTP://app.example'])(
    'refuses "%s" as an origin, by name',
    (origin) => {
      expect(construct({ allowedOrigins: [origin] })).toThrow(origin);
    },
  );

  it.each(['trpc', '/trpc?x=1', ''])('refuses "%s" as a path', (path) => {
    expect(construct({ path })).toThrow(/is not a path/);
  });
});
