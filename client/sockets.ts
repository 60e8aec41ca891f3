import type { WebSocketClass } from './options.js';

/** Hears of every socket of one client. */
export interface SocketWatcher {
  opening(socket: WebSocket): void;
  opened(socket: WebSocket): void;
  /** Exactly once per socket, before anyone else hears of it. */
  closed(socket: WebSocket, code: number, reason: string): void;
}

/** The most a socket may take to open. */
const openMs = 15_000;
/** The most a closing handshake may take. */
const closeMs = 2_000;

/** Stands in where there is no class: a client may be made, for a page that is rendered, without ever connecting. */
class MissingWebSocket {
  static readonly OPEN = 1;
  constructor() {
    throw new TypeError(missingWebSocket);
  }
}

export const missingWebSocket = 'There is no WebSocket here: pass `WebSocket`, for instance that of the ws package.';

/** The class that was given, or the global one. */
export function webSocketOf(given: WebSocketClass | undefined): typeof WebSocket | undefined {
  return (given ?? globalThis.WebSocket) as typeof WebSocket | undefined;
}

/**
 * A `WebSocket` class whose sockets report to a watcher, give up opening after 15 s, and are really closed 2 s after
 * `close()` even when the network is dead, where a browser or `ws` may go on waiting for half a minute and more.
 */
export function watchedWebSocket(Base: typeof WebSocket | undefined, watcher: SocketWatcher): typeof WebSocket {
  const Native = Base ?? (MissingWebSocket as unknown as typeof WebSocket);
  return class extends Native {
    readonly #opening: ReturnType<typeof setTimeout>;
    #closing: ReturnType<typeof setTimeout> | undefined;
    #isClosed = false;

    constructor(url: string | URL) {
      super(url);
      this.#opening = setTimeout(() => this.close(), openMs);
      watcher.opening(this);
      this.addEventListener('open', () => {
        clearTimeout(this.#opening);
        watcher.opened(this);
      });
      this.addEventListener('close', (event) => this.#closed(event.code, event.reason));
    }

    override close(code?: number, reason?: string): void {
      if (this.#isClosed) return;
      this.#closing ??= setTimeout(() => this.#abandon(), closeMs);
      super.close(code, reason);
    }

    #closed(code: number, reason: string): void {
      clearTimeout(this.#opening);
      clearTimeout(this.#closing);
      if (this.#isClosed) return;
      this.#isClosed = true;
      watcher.closed(this, code, reason);
    }

    #abandon(): void {
      const { terminate } = this as { terminate?: () => void };
      if (terminate !== undefined) terminate.call(this);
      else this.dispatchEvent(new CloseEvent('close', { code: 1006 }));
    }
  };
}
