import type { Clock, Random } from '../ports.js';

/** What can be moved away. */
export interface Drainable {
  drain(): void;
  terminate(): void;
}

export interface DrainOptions<Item extends Drainable> {
  readonly clock: Clock;
  readonly random: Random;
  readonly drainMs: number;
  /** Those that are still there. */
  readonly remaining: () => readonly Item[];
}

/** How often a batch leaves. */
const stepMs = 50;
/** The share of the time over which they are told to go; the rest is for the last calls and closing handshakes. */
const leavingShare = 0.6;
/** How long the closing handshake may take at the least. */
const shortestEndMs = 500;

/**
 * Sends everybody away in random order, in small batches, so that they do not all come back elsewhere at once. Resolves
 * when all have gone; whoever has not by the end is cut off.
 */
export function drainAll<Item extends Drainable>(options: DrainOptions<Item>): Promise<void> {
  const { clock, random, drainMs, remaining } = options;
  const waiting = remaining()
    .map((item) => ({ item, order: random.next() }))
    .sort((one, other) => one.order - other.order);
  const steps = Math.max(1, Math.floor((drainMs * leavingShare) / stepMs));
  const batch = Math.ceil(waiting.length / steps);
  const startedAt = clock.now().getTime();
  const endAt = startedAt + Math.max(drainMs, shortestEndMs);

  return new Promise((resolve) => {
    const step = (): void => {
      for (const { item } of waiting.splice(0, batch)) item.drain();
      const isLate = clock.now().getTime() >= endAt;
      if (isLate) for (const item of remaining()) item.terminate();
      if (!isLate && remaining().length > 0) return;
      timer.clear();
      resolve();
    };
    const timer = clock.every(stepMs, step);
    step();
  });
}
