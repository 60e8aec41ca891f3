import type { Clock, Timer } from '../ports.js';

/** Notices a peer that reads nothing of what waits for it. */
export interface StallWatch {
  readonly isOn: boolean;
  start(): void;
  stop(): void;
}

/** Calls `stuck` when the waiting bytes did not get fewer over `ms`. */
export function createStallWatch(clock: Clock, ms: number, waitingBytes: () => number, stuck: () => void): StallWatch {
  let timer: Timer | undefined;

  function watch(): void {
    const before = waitingBytes();
    timer = clock.after(ms, () => {
      if (waitingBytes() < before) watch();
      else stuck();
    });
  }
  return {
    get isOn() {
      return timer !== undefined;
    },
    start: watch,
    stop() {
      timer?.clear();
      timer = undefined;
    },
  };
}
