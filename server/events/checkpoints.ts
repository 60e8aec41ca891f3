import type { Clock, Timer } from '../ports.js';
import type { Subscriber } from './subscriber.js';

/** Gives every stream its turn to be told that the cursor moved. */
export interface Checkpoints {
  add(subscriber: Subscriber): void;
  remove(subscriber: Subscriber): void;
  start(): void;
  stop(): void;
}

/** Streams are spread over as many turns, so that a node with many of them does not write to all at once. */
const slots = 30;

export function createCheckpoints(clock: Clock, everyMs: number, tell: (subscriber: Subscriber) => void): Checkpoints {
  const wheel = Array.from({ length: slots }, () => new Set<Subscriber>());
  let timer: Timer | undefined;
  let current = 0;
  let added = 0;
  return {
    add(subscriber) {
      added += 1;
      wheel[added % slots]?.add(subscriber);
    },
    remove(subscriber) {
      for (const slot of wheel) slot.delete(subscriber);
    },
    start() {
      timer = clock.every(everyMs / slots, () => {
        current = (current + 1) % slots;
        for (const subscriber of wheel[current] ?? []) tell(subscriber);
      });
    },
    stop() {
      timer?.clear();
    },
  };
}
