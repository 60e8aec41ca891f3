import { createPacing } from '../pacing.js';
import type { PacingOptions } from '../pacing.js';
import type { Connection } from '../status.js';
import { isRefusal, retryAfterMs } from './refusals.js';

export interface Persistence {
  /** Asked before each attempt. */
  isWanted(): boolean;
  /** Attempts nothing unless the connection is live. @default false */
  readonly needsLive?: boolean;
  /** What ends the attempts. @default a refusal */
  isFinal?(error: unknown): boolean;
  /** Hears of every failure, the last included. */
  failed?(error: unknown): void;
}

/** Calls until there is an answer. */
export interface Patience {
  /** Rejects with what is final; resolves to `undefined` when it is not wanted any more. */
  persist<Value>(call: () => Promise<Value>, how: Persistence): Promise<Value | undefined>;
  /** Gives everything up. */
  stop(): void;
}

/** Waits between attempts with a jittered back-off; the return of the connection cuts it short. */
export function createPatience(connection: Connection, options: PacingOptions | undefined): Patience {
  const waiting = new Set<() => void>();
  let isStopped = false;
  const stopListening = connection.subscribe(({ state }) => {
    if (state === 'live') wake();
  });

  function wake(): void {
    for (const resolve of [...waiting]) resolve();
  }

  /** @param ms - `null`: until the connection is live again. */
  function pause(ms: number | null): Promise<void> {
    return new Promise((resolve) => {
      const timer = ms === null ? undefined : setTimeout(done, ms);
      function done(): void {
        clearTimeout(timer);
        waiting.delete(done);
        resolve();
      }
      waiting.add(done);
    });
  }

  return {
    async persist(call, { isWanted, needsLive = false, isFinal = isRefusal, failed }) {
      const pacing = createPacing(options);
      for (;;) {
        while (needsLive && !isStopped && connection.state !== 'live') await pause(null);
        if (isStopped || !isWanted()) return undefined;
        try {
          return await call();
        } catch (error) {
          if (isStopped) return undefined;
          failed?.(error);
          if (isFinal(error)) throw error;
          pacing.failed(0, retryAfterMs(error));
        }
        await pause(connection.state === 'closed' ? null : pacing.delay());
      }
    },
    stop() {
      isStopped = true;
      stopListening();
      wake();
    },
  };
}
