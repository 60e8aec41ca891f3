import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { defaultSocketLimits } from '@confab/shared';
import type { AnyTRPCRouter } from '@trpc/server';
import { WebSocketServer } from 'ws';
import { Connection } from './connection.js';
import { Connections } from './connections.js';
import type { LiveConnection } from './connections.js';
import { drainAll } from './drain.js';
import { createErrorAnswer } from './error-answer.js';
import { createDeliveryFrames } from './frames.js';
import type { Front } from './front.js';
import { judgeHandshake, requestedUrl } from './handshake.js';
import type { HandshakeRefusal } from './handshake.js';
import type { WebSockets, WebSocketsOptions } from './options.js';
import { checkOrigins } from './origin.js';
import { createTurns } from './socket-writer.js';
import { listenToUpgrades, refuseHandshake } from './upgrade.js';

/** Frames one message may be split into, and pieces of it that may wait for the rest. */
const fragments = { maxFragments: 64, maxBufferedChunks: 1_024 } as const;
/** How long a peer may take to answer a close. */
const closeTimeout = 10_000;

/**
 * What stands before tRPC on a WebSocket: it owns the handshake, checks every frame, keeps the limits, and writes events
 * past tRPC's own loop. Throws when an option can't work: an origin that is none, a path that is none, a transformer that
 * loses `Date`.
 */
export function createWebSockets(options: WebSocketsOptions): WebSockets {
  const { allowedOrigins, path = '/trpc', router, log } = options;
  const limits = { ...defaultSocketLimits, ...options.limits };
  if (!/^\/[^?#\s]*$/.test(path))
    throw new TypeError(`webSockets({ path }): "${path}" is not a path. It begins with "/".`);
  if (typeof allowedOrigins !== 'function') checkOrigins(allowedOrigins);
  checkTransformer(router);

  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.frameBytes,
    handleProtocols: () => false,
    ...fragments,
    ...{ closeTimeout },
  });
  const registry = new Connections<LiveConnection>();
  const front: Front = {
    options,
    limits,
    server,
    registry,
    frames: createDeliveryFrames(router._def._config.transformer.output),
    turns: createTurns(),
    answer: createErrorAnswer(router),
  };
  const detachers: (() => void)[] = [];
  let closing: Promise<void> | undefined;

  const addressOf = (req: IncomingMessage): string => options.addressOf?.(req) ?? req.socket.remoteAddress ?? 'unknown';

  function admissible(address: string): HandshakeRefusal | undefined {
    if (closing !== undefined) return { status: 503, message: 'The server is going away.' };
    if (registry.ofAddress(address) < limits.connectionsPerAddress) return undefined;
    return { status: 429, message: 'Too many connections from this address.', headers: { 'Retry-After': '5' } };
  }

  function handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    const url = requestedUrl(req);
    if (url !== undefined && url.pathname !== path) return false;
    socket.on('error', () => socket.destroy());
    try {
      accept(req, socket, head, url);
    } catch (error) {
      log.error({ err: error }, 'a handshake failed');
      socket.destroy();
    }
    return true;
  }

  function accept(req: IncomingMessage, socket: Duplex, head: Buffer, url: URL | undefined): void {
    if (url === undefined) return refuseHandshake(socket, { status: 400, message: 'Malformed target or Host.' });
    const origins = typeof allowedOrigins === 'function' ? allowedOrigins() : allowedOrigins;
    const handshake = judgeHandshake(req, url, origins);
    if ('status' in handshake) return refuseHandshake(socket, handshake);
    const address = addressOf(req);
    const refusal = admissible(address);
    if (refusal !== undefined) return refuseHandshake(socket, refusal);
    if (handshake.isCookieless) delete req.headers.cookie;
    server.handleUpgrade(req, socket, head, (ws) => {
      try {
        registry.add(new Connection(front, ws, socket, req, address, handshake.announcesParams));
      } catch (error) {
        log.error({ err: error }, 'a connection could not be set up');
        ws.terminate();
      }
    });
  }

  return {
    attach(httpServer) {
      const { clock } = options;
      detachers.push(listenToUpgrades(httpServer, { clock, handshakeMs: limits.handshakeMs, handleUpgrade }));
    },
    handleUpgrade,
    disconnect({ userId, sessionId, issuedUntil }, reason) {
      const isMeant = ({ isOpen, sessionId: own, issuedAt }: LiveConnection): boolean =>
        isOpen &&
        (sessionId === undefined || own === sessionId) &&
        (issuedUntil === undefined || issuedAt === undefined || issuedAt <= issuedUntil);
      const found = registry.ofUser(userId).filter(isMeant);
      for (const connection of found) connection.part(reason);
      return found.length;
    },
    connections: {
      count: (userId) => (userId === undefined ? registry.size : registry.ofUser(userId).length),
    },
    close({ drainMs = 10_000 } = {}) {
      const { clock, random } = options;
      closing ??= drainAll({ clock, random, drainMs, remaining: () => registry.all() }).then(() => {
        for (const detach of detachers.splice(0)) detach();
        server.close();
      });
      return closing;
    },
  };
}

/** Events and answers are full of dates; losing them would only show at the clients. */
function checkTransformer(router: AnyTRPCRouter): void {
  const { output } = router._def._config.transformer;
  const at = new Date(0);
  let copy: unknown;
  try {
    copy = output.deserialize(JSON.parse(JSON.stringify(output.serialize({ at }))));
  } catch {
    copy = undefined;
  }
  const kept = typeof copy === 'object' && copy !== null && 'at' in copy ? copy.at : undefined;
  if (kept instanceof Date && kept.getTime() === 0) return;
  throw new TypeError(
    'webSockets({ router }): the transformer of this router loses Date. Give the root the one of @confab/shared: initTRPC.create({ transformer }).',
  );
}
