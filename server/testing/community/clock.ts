import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '../../ports.js';
import { systemClock } from '../../system.js';

/** A clock by which each call is made at a time of its own, so that months are told in seconds. */
export interface StoryClock extends Clock {
  /** Does something as of that moment. */
  at<Result>(moment: Date, work: () => Promise<Result>): Promise<Result>;
}

/** Timers are the machine's own. Outside of `at` it is now. */
export function createStoryClock(): StoryClock {
  const moments = new AsyncLocalStorage<Date>();
  return {
    ...systemClock,
    now: () => moments.getStore() ?? systemClock.now(),
    at: (moment, work) => moments.run(moment, work),
  };
}
