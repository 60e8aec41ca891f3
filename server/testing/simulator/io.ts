import type { Clock, Timer } from '../../ports.js';
import type { Prng } from './prng.js';
import type { Tally } from './tally.js';

/** Whoever waits for something; when it dies, nothing it waited for ever comes. */
export interface Owner {
  isAlive: boolean;
}

interface Operation {
  readonly owner: Owner;
  readonly compute: () => unknown;
  readonly mayFail: boolean;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  /** What was read, once it was. */
  result: { readonly value: unknown } | undefined;
}

/**
 * Everything asynchronous of a run. Nothing completes by itself: the run picks what goes on next. Something is read
 * at one moment and arrives at a later one, as with a real database.
 */
export class Io {
  faultChance = 0;
  /** What went wrong where nobody waits for it. */
  failure: unknown;
  readonly #operations: Operation[] = [];
  readonly #prng: Prng;
  readonly #tally: Tally;

  constructor(prng: Prng, tally: Tally) {
    this.#prng = prng;
    this.#tally = tally;
  }

  get size(): number {
    return this.#operations.length;
  }

  call<Result>(owner: Owner, compute: () => Result, mayFail = true): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      const give = resolve as (value: unknown) => void;
      this.#operations.push({ owner, compute, mayFail, resolve: give, reject, result: undefined });
    });
  }

  /** Takes one operation further; `false` when there is none. */
  step(): boolean {
    const index = this.#prng.below(this.#operations.length);
    const operation = this.#operations[index];
    if (operation === undefined) return false;
    if (!operation.owner.isAlive) {
      this.#remove(index);
      return true;
    }
    if (operation.result === undefined) {
      if (operation.mayFail && this.#prng.chance(this.faultChance)) {
        this.#tally.faults.databaseFault += 1;
        this.#remove(index);
        operation.reject(new Error('A passing fault.'));
        return true;
      }
      operation.result = { value: operation.compute() };
      if (this.#prng.chance(0.3)) return true;
    }
    this.#remove(index);
    operation.resolve(operation.result.value);
    return true;
  }

  fail(error: unknown): void {
    this.failure ??= error;
  }

  #remove(index: number): void {
    const last = this.#operations.pop();
    if (last !== undefined && index < this.#operations.length) this.#operations[index] = last;
  }
}

/** Lets what was resolved go on. Longer chains go on at the next step, the same way in every run. */
export async function settle(): Promise<void> {
  for (let hop = 0; hop < 10; hop += 1) await Promise.resolve();
}

interface SimulatedTimer {
  readonly ms: number;
  readonly task: () => void;
  readonly isRepeating: boolean;
}

/** One node's clock: time passes when the run says so. */
export class SimulatedClock implements Clock {
  readonly timers = new Set<SimulatedTimer>();
  readonly #owner: Owner;
  readonly #io: Io;
  #ms: number;

  constructor(owner: Owner, io: Io, startMs: number) {
    this.#owner = owner;
    this.#io = io;
    this.#ms = startMs;
  }

  now(): Date {
    return new Date(this.#ms);
  }

  after(ms: number, task: () => void): Timer {
    return this.#set({ ms, task, isRepeating: false });
  }

  every(ms: number, task: () => void): Timer {
    return this.#set({ ms, task, isRepeating: true });
  }

  turn(): Promise<void> {
    return this.#io.call(this.#owner, () => undefined, false);
  }

  /** Fires what waits once, or what repeats. */
  fire(isRepeating: boolean): void {
    for (const timer of [...this.timers]) {
      if (timer.isRepeating !== isRepeating) continue;
      this.#ms += timer.ms;
      if (!isRepeating) this.timers.delete(timer);
      timer.task();
    }
  }

  #set(timer: SimulatedTimer): Timer {
    this.timers.add(timer);
    return { clear: () => void this.timers.delete(timer) };
  }
}
