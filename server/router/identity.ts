import { ChatError } from '@confab/shared';
import { connectionOf } from '../front/connection-key.js';
import type { Caller, Kernel } from '../operations/kernel.js';
import type { ChatStore } from '../store/port.js';
import type { Viewer } from '../viewer.js';

/** Calls from the host's own code say here who they are; a symbol, so that no request can. */
const insideKey = Symbol('confab.inside');

/** Who calls from the inside, and in which transaction. */
export interface Inside {
  readonly caller: Caller;
  readonly store: ChatStore;
}

export function insideContext(inside: Inside): object {
  return { [insideKey]: inside };
}

function insideOf(ctx: object): Inside | undefined {
  return insideKey in ctx ? (ctx[insideKey] as Inside) : undefined;
}

/** Reads the viewer out of a host's context; `null` when nobody is logged in. */
export type ViewerOf = (ctx: object) => Viewer | null;

/** The session of a viewer on a connection, or of a call without one. */
export function sessionIdOf(ctx: object, viewer: Viewer): string {
  const connection = connectionOf(ctx);
  return viewer.sessionId ?? connection?.device ?? connection?.id ?? 'http';
}

/** Finds out who calls. Throws `UNAUTHENTICATED` for nobody, expired credentials and revoked sessions. */
export async function identify(kernel: Kernel, viewerOf: ViewerOf, ctx: object): Promise<Inside> {
  const inside = insideOf(ctx);
  if (inside !== undefined) return inside;
  const viewer = viewerOf(ctx);
  if (viewer === null) throw new ChatError('UNAUTHENTICATED');
  const expiry = viewer.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
  if (expiry <= kernel.clock.now().getTime()) throw new ChatError('UNAUTHENTICATED', 'The credentials have expired.');
  const sessionId = sessionIdOf(ctx, viewer);
  if (await kernel.sessions.isRevoked(viewer.id, sessionId, viewer.issuedAt ?? undefined)) {
    throw new ChatError('UNAUTHENTICATED', 'The session was revoked.');
  }
  if (await kernel.exclusions.isExcluded(viewer.id, viewer.issuedAt ?? undefined)) {
    throw new ChatError('UNAUTHENTICATED', 'The user is kept out.');
  }
  const profile = await kernel.directory.note(viewer);
  kernel.sessions.touched(viewer.id, sessionId);
  const issuedAt = viewer.issuedAt ?? undefined;
  const connectionId = connectionOf(ctx)?.id ?? null;
  return {
    caller: { userId: viewer.id, profile, sessionId, connectionId, issuedAt, isSystem: false },
    store: kernel.store,
  };
}
