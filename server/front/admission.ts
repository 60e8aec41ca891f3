import type { IncomingMessage } from 'node:http';
import { ChatError } from '@confab/shared';
import type { CloseReason } from '@confab/shared';
import { TRPCError } from '@trpc/server';
import type { WebSocket } from 'ws';
import type { Clock } from '../ports.js';
import type { Viewer } from '../viewer.js';
import { closeText } from './close-text.js';
import type { ConnectedSession, FrontLog, SocketContextOptions, WebSocketsOptions } from './options.js';

/** How a socket came out of its entrance. */
export type Admission =
  | { readonly kind: 'viewer'; readonly ctx: unknown; readonly viewer: Viewer; readonly session: ConnectedSession }
  | { readonly kind: 'anonymous'; readonly ctx: unknown }
  | Refused;

/** No procedure will run: calls that came get this answer. With a reason the socket is closed for it afterwards. */
interface Refused {
  readonly kind: 'refused';
  readonly answer: ChatError;
  readonly reason?: CloseReason;
  /** What the close says. @default what the table says of the reason */
  readonly text?: string;
}

const refused = (reason: CloseReason, answer: 'UNAUTHENTICATED' | 'UNAVAILABLE' = 'UNAVAILABLE'): Refused => ({
  kind: 'refused',
  answer: new ChatError(answer),
  reason,
});

export interface AdmissionOptions extends Pick<WebSocketsOptions, 'createContext' | 'viewerOf' | 'sessions'> {
  readonly clock: Clock;
  readonly log: FrontLog;
}

export interface Entrance {
  readonly req: IncomingMessage;
  readonly ws: WebSocket;
  readonly connectionId: string;
  readonly device: string | null;
  readonly userAgent: string | null;
  readonly params: Readonly<Record<string, string>> | null;
  readonly signal: AbortSignal;
  /** Files the socket under its user, or says why it may not stay. */
  readonly claim: (userId: string, sessionId: string, issuedAt: Date | undefined) => CloseReason | undefined;
}

/** Finds out whose socket it is. Never rejects, whatever the host's functions do. */
export async function admit(options: AdmissionOptions, entrance: Entrance): Promise<Admission> {
  const { clock, log, sessions } = options;
  let ctx: unknown;
  let viewer: Viewer | null;
  try {
    ctx = await options.createContext(contextOptions(entrance));
    viewer = options.viewerOf(ctx);
  } catch (error) {
    log.warn({ err: error, connectionId: entrance.connectionId }, 'createContext or viewer failed');
    return isPassing(error) ? refused('TRY_LATER') : { kind: 'refused', answer: new ChatError('UNAUTHENTICATED') };
  }
  if (viewer === null) return { kind: 'anonymous', ctx };
  const { expiresAt, issuedAt } = viewer;
  // An invalid Date compares as false, and so counts as expired.
  if (expiresAt && !(expiresAt > clock.now())) return refused('TOKEN_EXPIRED', 'UNAUTHENTICATED');
  const sessionId = viewer.sessionId ?? entrance.device ?? entrance.connectionId;
  // Before the revocations are read: a session that is revoked meanwhile is found by whoever closes its sockets.
  const refusal = entrance.claim(viewer.id, sessionId, issuedAt ?? undefined);
  if (refusal !== undefined) return refused(refusal);
  try {
    if (await sessions.isRevoked(viewer.id, sessionId, issuedAt ?? undefined))
      return refused('REVOKED', 'UNAUTHENTICATED');
  } catch (error) {
    log.warn({ err: error, connectionId: entrance.connectionId }, 'revocations could not be read');
    return refused('TRY_LATER');
  }
  const { connectionId, userAgent } = entrance;
  const session: ConnectedSession = { userId: viewer.id, sessionId, connectionId, userAgent };
  return (await turnedAway(options, session, viewer)) ?? { kind: 'viewer', ctx, viewer, session };
}

/** Asks whoever may turn a socket away. */
async function turnedAway(
  { sessions, log }: AdmissionOptions,
  session: ConnectedSession,
  viewer: Viewer,
): Promise<Refused | undefined> {
  try {
    await sessions.admit?.(session, viewer);
    return undefined;
  } catch (error) {
    const isMeant = error instanceof ChatError && error.code !== 'INTERNAL';
    if (!isMeant) {
      log.error({ err: error, connectionId: session.connectionId }, 'a hook before session.open failed');
      return refused('TRY_LATER');
    }
    const mayReturn = error.code === 'UNAVAILABLE' || error.code === 'RATE_LIMITED';
    const reason = mayReturn ? 'TRY_LATER' : 'UNAUTHENTICATED';
    return { kind: 'refused', answer: error, reason, text: closeText(error.message) };
  }
}

/** The device a client names, if the name can be used as an id. */
export function deviceOf(params: Readonly<Record<string, string>> | null): string | null {
  const device = params === null || !Object.hasOwn(params, 'device') ? undefined : params['device'];
  return device !== undefined && /^[\w.:-]{1,128}$/.test(device) ? device : null;
}

function contextOptions({ req, ws, params, signal }: Entrance): SocketContextOptions {
  const info = {
    connectionParams: params,
    calls: [],
    isBatchCall: false,
    accept: null,
    type: 'unknown',
    signal,
    url: null,
  };
  return { req, res: ws, info: info as SocketContextOptions['info'] };
}

/** Whether trying again later may help. */
function isPassing(error: unknown): boolean {
  if (error instanceof ChatError) return error.code === 'UNAVAILABLE';
  return error instanceof TRPCError && (error.code === 'SERVICE_UNAVAILABLE' || error.code === 'TIMEOUT');
}
