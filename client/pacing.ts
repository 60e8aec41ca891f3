export interface PacingOptions {
  /** @default 500 */
  readonly baseMs?: number;
  /** @default 30_000 */
  readonly maxMs?: number;
  /** A connection that held this long was a good one. @default 10_000 */
  readonly stableMs?: number;
}

/** Says how long to wait before the next attempt, and waits. */
export interface Pacing {
  /** An attempt failed, or what it made was lost after `heldMs`. */
  failed(heldMs: number, floorMs?: number): void;
  /** Forgets all failures. */
  reset(): void;
  /** The delay before the next attempt: none before the first. `isReplacing`: what there is still works. */
  delay(isReplacing?: boolean): number;
  /** Resolves after `ms`, or as soon as somebody is in a hurry; rejects when cancelled. */
  wait(ms: number): Promise<void>;
  hurry(): void;
  cancel(): void;
}

/**
 * Full-jitter exponential back-off: the nth delay is evenly spread from 0 to `baseMs · 2ⁿ⁻¹`, at most `maxMs`, so that
 * clients which lost the same server do not come back together.
 *
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function createPacing(options: PacingOptions = {}): Pacing {
  const { baseMs = 500, maxMs = 30_000, stableMs = 10_000 } = options;
  const waiting = new Set<{ settle(isCancelled: boolean): void }>();
  let failures = 0;
  let floor = 0;
  return {
    failed(heldMs, floorMs = 0) {
      // A server that accepts and closes at once would be hammered if every opened connection counted as success.
      if (heldMs >= stableMs) failures = 0;
      failures += 1;
      floor = floorMs;
    },
    reset() {
      failures = 0;
      floor = 0;
    },
    delay(isReplacing = false) {
      if (failures === 0) return isReplacing ? Math.random() * baseMs : 0;
      return floor + Math.random() * Math.min(maxMs, baseMs * 2 ** Math.min(failures - 1, 30));
    },
    wait(ms) {
      return new Promise((resolve, reject) => {
        const entry = {
          settle(isCancelled: boolean) {
            clearTimeout(timer);
            waiting.delete(entry);
            if (isCancelled) reject(new Error('Cancelled.'));
            else resolve();
          },
        };
        const timer = setTimeout(() => entry.settle(false), ms);
        waiting.add(entry);
      });
    },
    hurry() {
      for (const entry of [...waiting]) entry.settle(false);
    },
    cancel() {
      for (const entry of [...waiting]) entry.settle(true);
    },
  };
}
