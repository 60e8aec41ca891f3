import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AnyTRPCRouter, TRPCError } from '@trpc/server';
import { getWSConnectionHandler } from '@trpc/server/adapters/ws';
import type { Encoder } from '@trpc/server/adapters/ws';
import type { WebSocket, WebSocketServer } from 'ws';
import type { Call, RequestId, Stop } from './frame-check.js';

/** What tRPC said about a request. */
export type Outcome = 'started' | 'data' | 'stopped' | 'failed';

export interface TrpcSocketOptions {
  readonly router: AnyTRPCRouter;
  readonly ctx: object;
  readonly req: IncomingMessage;
  readonly server: WebSocketServer;
  /** Whether the request's URL makes tRPC wait for connectionParams. */
  readonly announcesParams: boolean;
  readonly isOpen: () => boolean;
  /** Sends a message of tRPC's and learns what it meant. */
  readonly send: (text: string, id: RequestId | null, outcome: Outcome) => void;
  /** A stream yielded this as its id; `true` takes the message out of tRPC's hands. */
  readonly bind: (marker: string, id: RequestId) => boolean;
  /** tRPC could not read a call; the text to answer instead of its `id: null`. */
  readonly unreadable: (call: Call) => string;
  readonly onError: (error: TRPCError, path: string | undefined) => void;
}

/** tRPC's WebSocket adapter, fed entry by entry. */
export interface TrpcSocket {
  /** Runs a call or a stop. */
  run(entry: Call | Stop): void;
  /** Ends every subscription. */
  end(): void;
}

interface Outgoing {
  readonly id?: RequestId | null;
  readonly error?: unknown;
  readonly result?: { readonly type?: string; readonly id?: unknown };
}

/** Any buffer will do: what the encoder decodes is what we hand to it aside. */
const nothing = Buffer.alloc(0);

/**
 * The one place that leans on tRPC's experimental encoder. The adapter is given a socket of our own making: what it
 * "receives" are entries that were already parsed and checked, and what it sends passes through here with its request id
 * still known.
 */
export function createTrpcSocket(options: TrpcSocketOptions): TrpcSocket {
  let incoming: object = { method: 'connectionParams', data: null };
  let call: Call | undefined;
  let sending: { id: RequestId | null; outcome: Outcome } | undefined;

  const socket = Object.assign(new EventEmitter(), {
    send(text: string) {
      if (sending !== undefined) options.send(text, sending.id, sending.outcome);
    },
    close() {
      // tRPC closes only when createContext throws, and ours does not.
    },
  });
  Object.defineProperty(socket, 'readyState', { get: () => (options.isOpen() ? 1 : 3) });

  const encoder: Encoder = {
    decode: () => incoming,
    encode(value) {
      const message = value as Outgoing;
      const id = message.id ?? null;
      sending = { id, outcome: outcomeOf(message) };
      const marker = message.result?.id;
      if (id !== null && typeof marker === 'string' && options.bind(marker, id)) {
        sending = undefined;
        return '';
      }
      if (id === null && message.error !== undefined && call !== undefined) {
        sending = { id: call.id, outcome: 'failed' };
        return options.unreadable(call);
      }
      return JSON.stringify(value);
    },
  };

  const handle = getWSConnectionHandler({
    wss: options.server,
    router: options.router,
    createContext: () => options.ctx,
    experimental_encoder: encoder,
    onError: ({ error, path }) => options.onError(error, path),
  });
  // It uses on, once, send, close and readyState, and nothing else of a WebSocket.
  handle(socket as unknown as WebSocket, options.req);
  if (options.announcesParams) socket.emit('message', nothing, false);

  return {
    run(entry) {
      incoming = entry.message;
      call = entry.kind === 'call' ? entry : undefined;
      try {
        socket.emit('message', nothing, false);
      } finally {
        call = undefined;
      }
    },
    end() {
      socket.emit('close');
      socket.removeAllListeners();
    },
  };
}

function outcomeOf({ error, result }: Outgoing): Outcome {
  if (error !== undefined) return 'failed';
  if (result?.type === 'started' || result?.type === 'stopped') return result.type;
  return 'data';
}
