import { rethrowLater } from '../rethrow.js';
import { reduce } from '../store/reduce.js';
import { emptyState } from '../store/state.js';
import type { Input, StoreState } from '../store/state.js';

/** Hears of each change, before anybody outside does. */
export type Watcher = (before: StoreState, after: StoreState, input: Input) => void;

/** What is known, and the one way to change it. */
export interface Core {
  readonly state: StoreState;
  /** Takes an input after those that were given before it, also while a watcher is called. Never throws. */
  take(input: Input): void;
  watch(watcher: Watcher): void;
}

export function createCore(): Core {
  const queue: Input[] = [];
  const watchers: Watcher[] = [];
  let state = emptyState;
  let isTaking = false;

  function takeOne(input: Input): void {
    const before = state;
    state = reduce(before, [input]);
    for (const watcher of watchers) watcher(before, state, input);
  }

  return {
    get state() {
      return state;
    },
    take(input) {
      queue.push(input);
      if (isTaking) return;
      isTaking = true;
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        try {
          takeOne(next);
        } catch (error) {
          // One event that can't be understood must not keep the others from being seen.
          rethrowLater(error);
        }
      }
      isTaking = false;
    },
    watch: (watcher) => void watchers.push(watcher),
  };
}
