import type { RequestId } from './frame-check.js';

/** A call or stop that waits for its turn. */
export interface Queued {
  readonly id: RequestId;
  /** Stops take no place: they free one. */
  readonly takesPlace: boolean;
}

/** Lets a bounded number of calls run at once; the rest waits in order. */
export interface CallsInFlight<Entry extends Queued> {
  push(entry: Entry): void;
  /** The call with this id was answered, or its stream has started. */
  settle(id: RequestId): void;
  /** Looks again whether something may run. */
  pump(): void;
  clear(): void;
  /** Running and waiting together. */
  readonly size: number;
}

export interface CallsInFlightOptions<Entry extends Queued> {
  readonly limit: number;
  /** Whether anything may run at all now. */
  readonly isOpen: () => boolean;
  readonly run: (entry: Entry) => void;
  /** Whether something waits although as many run as may; told when it changes. */
  readonly onFull: (isFull: boolean) => void;
}

export function createCallsInFlight<Entry extends Queued>(options: CallsInFlightOptions<Entry>): CallsInFlight<Entry> {
  const running = new Map<RequestId, number>();
  let waiting: Entry[] = [];
  let count = 0;
  let isFull = false;
  let isPumping = false;

  function take(): Entry | undefined {
    const [head] = waiting;
    if (head === undefined || !options.isOpen()) return undefined;
    return head.takesPlace && count >= options.limit ? undefined : waiting.shift();
  }
  function pump(): void {
    // An answer given at once settles its call from within `run`.
    if (isPumping) return;
    isPumping = true;
    for (let entry = take(); entry !== undefined; entry = take()) {
      if (entry.takesPlace) {
        count += 1;
        running.set(entry.id, (running.get(entry.id) ?? 0) + 1);
      }
      options.run(entry);
    }
    isPumping = false;
    const isNowFull = options.isOpen() ? waiting.length > 0 : waiting.length >= options.limit;
    if (isNowFull === isFull) return;
    isFull = isNowFull;
    options.onFull(isFull);
  }

  return {
    push(entry) {
      waiting.push(entry);
      pump();
    },
    settle(id) {
      const times = running.get(id);
      if (times === undefined) return;
      count -= 1;
      if (times === 1) running.delete(id);
      else running.set(id, times - 1);
      pump();
    },
    pump,
    clear() {
      waiting = [];
    },
    get size() {
      return count + waiting.length;
    },
  };
}
