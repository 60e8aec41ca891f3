import { ChatError } from '@confab/shared';
import { scopeOf } from './extend/call-scope.js';
import type { ConnectionHooks } from './extend/connections.js';
import type { ChatScope } from './extend/scope.js';
import type { ConnectedSession, SocketHooks, SocketSessions } from './front/options.js';
import type { Kernel } from './operations/kernel.js';
import type { PresenceNews } from './operations/users/presence-news.js';
import type { Sessions } from './operations/users/sessions.js';
import { chatErrorOf } from './trpc/error-shape.js';
import type { Viewer } from './viewer.js';

interface SocketSessionsOptions {
  readonly sessions: Sessions;
  readonly presence: PresenceNews;
  readonly kernel: Kernel;
  readonly ready: Promise<void>;
  readonly connections: ConnectionHooks | undefined;
}

/** What the front asks and tells about the devices behind its sockets, and what the host hears of it. */
export interface SocketTies {
  readonly sessions: SocketSessions;
  readonly hooks: SocketHooks;
}

export function tieSockets({ sessions, presence, kernel, ready, connections }: SocketSessionsOptions): SocketTies {
  const { hooks } = kernel;
  // Made only where somebody asks for them.
  const scopes = new WeakMap<ConnectedSession, ChatScope>();

  async function scopeFor({ userId, sessionId, connectionId }: ConnectedSession, viewer: Viewer): Promise<ChatScope> {
    await ready.catch((cause: unknown) => {
      throw new ChatError('UNAVAILABLE', undefined, { cause });
    });
    const profile = await kernel.directory.note(viewer);
    const issuedAt = viewer.issuedAt ?? undefined;
    const caller = { userId, profile, sessionId, connectionId, issuedAt, isSystem: false };
    return scopeOf({ kernel, caller, store: kernel.store });
  }

  const about = (session: ConnectedSession, tell: (ctx: ChatScope) => unknown): unknown => {
    const ctx = scopes.get(session);
    return ctx === undefined ? undefined : tell(ctx);
  };

  return {
    sessions: {
      isRevoked: async (userId, sessionId, issuedAt) =>
        (await sessions.isRevoked(userId, sessionId, issuedAt)) ||
        (await kernel.exclusions.isExcluded(userId, issuedAt)),
      touched: sessions.touched,
      async admit(session, viewer) {
        if (connections === undefined && !hooks.hasSessionHooks) return;
        const ctx = await scopeFor(session, viewer);
        scopes.set(session, ctx);
        await hooks.beforeOpen(ctx).catch((error: unknown) => {
          throw chatErrorOf(error) ?? error;
        });
      },
      async opened(session) {
        const kept = sessions.opened(session);
        presence.opened(session.userId);
        await kept;
        about(session, hooks.afterOpen);
      },
      closed(session, code) {
        sessions.closed(session);
        presence.closed(session.userId);
        about(session, (ctx) => hooks.afterClose(ctx, code));
      },
    },
    hooks: {
      onConnect: (session) => about(session, (ctx) => connections?.onConnect?.({ ctx, userAgent: session.userAgent })),
      onDisconnect: (session, closeCode) =>
        about(session, (ctx) => connections?.onDisconnect?.({ ctx, userAgent: session.userAgent, closeCode })),
      onCall: ({ session, ...call }) =>
        connections?.onCall?.({ ...call, ctx: (session && scopes.get(session)) ?? null }),
    },
  };
}
