import { createWSClient, wsLink } from '@trpc/client';
import superjson from 'superjson';
import { closeCodes, shouldComeBack } from '@confab/shared';
import type { ChatClientOptions, ConnectionReason } from './options.js';
import { createPacing } from './pacing.js';
import { missingWebSocket, watchedWebSocket, webSocketOf } from './sockets.js';
import { reasonOf } from './status.js';
import type { StatusBoard } from './status.js';
import type { Transport, TransportEvents } from './transport.js';
import { withScheme } from './transport.js';

/** An unused socket is closed after this. */
const idleMs = 60_000;

/** The server asked for room: even the luckiest draw waits this long. */
const crowded: ReadonlySet<number> = new Set([
  closeCodes.TRY_LATER.code,
  closeCodes.FLOOD.code,
  closeCodes.TOO_MANY_CONNECTIONS.code,
]);

/** Calls and events over one WebSocket, which obeys the table of close codes. */
export function createWsTransport(options: ChatClientOptions, board: StatusBoard, events: TransportEvents): Transport {
  const pacing = createPacing(options.retry);
  const url = withScheme(options.url, 'ws');
  const open = new Map<WebSocket, number>();
  const all = new Set<WebSocket>();
  let isWanted = false;
  let reason: ConnectionReason | null = null;
  let tokenFailure: ConnectionReason | null = null;

  const Native = webSocketOf(options.WebSocket);
  const Socket = watchedWebSocket(Native, {
    opening(socket) {
      all.add(socket);
      if (open.size === 0) board.show('connecting', reason);
    },
    opened(socket) {
      open.set(socket, Date.now());
      if (!isWanted && open.size === 1) board.show('live');
    },
    closed(socket, code, text) {
      const openedAt = open.get(socket);
      open.delete(socket);
      all.delete(socket);
      if (board.connection.state === 'closed') return;
      if (!shouldComeBack(code)) {
        events.refused(reasonOf(code, text));
        return;
      }
      const isIdle = open.size === 0 && !isWanted && openedAt !== undefined;
      if (openedAt === undefined || open.size === 0) {
        const isExpected = isIdle && code !== 1006;
        if (!isExpected)
          pacing.failed(openedAt === undefined ? 0 : Date.now() - openedAt, crowded.has(code) ? 1_000 : 0);
      }
      if (open.size > 0) return;
      reason = isIdle ? null : (tokenFailure ?? reasonOf(code, text));
      tokenFailure = null;
      board.show(isIdle ? 'idle' : 'waiting', reason);
    },
  });

  /**
   * The back-off lives here rather than in `retryDelayMs`, because tRPC asks for the address right before each attempt
   * and, unlike its own delay, this wait can be cut short or called off.
   */
  async function address(): Promise<string> {
    const delay = pacing.delay(open.size > 0);
    if (delay > 0) {
      if (open.size === 0) board.show('waiting', reason, new Date(Date.now() + delay));
      await pacing.wait(delay);
    }
    return url;
  }

  async function credentials(): Promise<Record<string, string>> {
    try {
      const token = typeof options.token === 'function' ? await options.token() : options.token;
      return {
        ...(typeof token === 'string' ? { token } : {}),
        ...(options.device === undefined ? {} : { device: options.device }),
      };
    } catch (error) {
      tokenFailure = { code: null, sentence: `No token could be had: ${String(error)}` };
      throw error;
    }
  }

  const client = createWSClient({
    url: address,
    WebSocket: Socket,
    retryDelayMs: () => 0,
    lazy: { enabled: true, closeMs: idleMs },
    keepAlive: {
      enabled: true,
      intervalMs: options.keepAlive?.intervalMs ?? 20_000,
      pongTimeoutMs: options.keepAlive?.timeoutMs ?? 8_000,
    },
    ...(options.token === undefined && options.device === undefined ? {} : { connectionParams: credentials }),
  });

  return {
    links: [wsLink({ client, transformer: superjson })],
    missing: Native === undefined ? missingWebSocket : null,
    want(wanted) {
      isWanted = wanted;
    },
    streaming() {
      reason = null;
      board.show('live');
    },
    interrupted() {
      // The sockets tell.
    },
    hurry() {
      pacing.reset();
      pacing.hurry();
    },
    async stop() {
      isWanted = false;
      reason = null;
      pacing.cancel();
      pacing.reset();
      const ended = client.close();
      // tRPC waits for the answers to what is in flight; on a dead connection none will come.
      const deadline = setTimeout(() => all.forEach((socket) => socket.close()), 1_000);
      await ended.finally(() => clearTimeout(deadline));
    },
  };
}
