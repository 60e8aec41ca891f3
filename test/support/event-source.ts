type Listener = (event: { readonly data?: string; readonly lastEventId?: string; readonly type: string }) => void;

const retryMs = 100;

/**
 * A small EventSource on `fetch`, which Node 20 lacks: sends headers, comes back after a lost connection with
 * `Last-Event-ID`, and can be cut and held offline. What a browser does besides is left out.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function createEventSource(headers: Readonly<Record<string, string>>) {
  const open = new Set<FetchEventSource>();
  let isOffline = false;

  class FetchEventSource {
    readonly CONNECTING = 0;
    readonly OPEN = 1;
    readonly CLOSED = 2;
    readyState = 0;
    readonly #url: string;
    readonly #listeners = new Map<string, Set<Listener>>();
    #connection = new AbortController();
    #retry: NodeJS.Timeout | undefined;
    #lastEventId = '';

    constructor(url: string) {
      this.#url = url;
      open.add(this);
      void this.#run();
    }

    addEventListener(type: string, listener: Listener): void {
      const listeners = this.#listeners.get(type) ?? new Set();
      this.#listeners.set(type, listeners.add(listener));
    }

    removeEventListener(type: string, listener: Listener): void {
      this.#listeners.get(type)?.delete(listener);
    }

    close(): void {
      this.readyState = this.CLOSED;
      clearTimeout(this.#retry);
      this.#connection.abort();
      open.delete(this);
    }

    cut(): void {
      this.#connection.abort();
    }

    #emit(type: string, fields: { data?: string; lastEventId?: string } = {}): void {
      for (const listener of this.#listeners.get(type) ?? []) listener({ type, ...fields });
    }

    async #run(): Promise<void> {
      this.#connection = new AbortController();
      try {
        if (isOffline) throw new Error('offline');
        const resume = this.#lastEventId === '' ? {} : { 'last-event-id': this.#lastEventId };
        const response = await fetch(this.#url, {
          headers: { accept: 'text/event-stream', ...headers, ...resume },
          signal: this.#connection.signal,
        });
        const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
        if (!response.ok || !isStream || response.body === null) {
          await response.body?.cancel();
          // tRPC's producer answers refusals as JSON; a browser gives up on what is no stream.
          this.close();
          this.#emit('error');
          return;
        }
        this.readyState = this.OPEN;
        this.#emit('open');
        await this.#read(response.body);
      } catch {
        // Lost: told below.
      }
      if (this.readyState === this.CLOSED) return;
      this.readyState = this.CONNECTING;
      this.#emit('error');
      this.#retry = setTimeout(() => void this.#run(), retryMs);
    }

    async #read(body: ReadableStream<Uint8Array>): Promise<void> {
      const decoder = new TextDecoder();
      let rest = '';
      const reader = body.getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        rest += decoder.decode(value, { stream: true });
        const blocks = rest.split('\n\n');
        rest = blocks.pop() ?? '';
        for (const block of blocks) this.#dispatch(block);
      }
    }

    #dispatch(block: string): void {
      let type = 'message';
      const data: string[] = [];
      for (const line of block.split('\n')) {
        const [, field, value = ''] = /^([a-z]+): ?(.*)$/.exec(line) ?? [];
        if (field === 'event') type = value;
        else if (field === 'data') data.push(value);
        else if (field === 'id') this.#lastEventId = value;
      }
      if (data.length > 0) this.#emit(type, { data: data.join('\n'), lastEventId: this.#lastEventId });
    }
  }

  return {
    EventSource: FetchEventSource,
    drop() {
      for (const source of open) source.cut();
    },
    offline() {
      isOffline = true;
      for (const source of open) source.cut();
    },
    online() {
      isOffline = false;
    },
    close() {
      for (const source of open) source.close();
    },
  };
}
