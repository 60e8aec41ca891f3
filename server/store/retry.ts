import type { Clock, Random } from '../ports.js';
import { pause } from './deadline.js';
import { faultOf } from './errors.js';

/** How often a transaction that lost to another one is done again. */
const conflictRetries = 3;

/** How long SQLite's write lock is waited for. */
const busyMs = 2_000;

/** Runs `work` again after a deadlock or serialisation failure, or whatever else `isPassing` calls one, with jitter. */
export async function retryConflicts<Result>(
  ports: { readonly clock: Clock; readonly random: Random },
  work: () => Promise<Result>,
  isPassing: (error: unknown) => boolean = () => false,
): Promise<Result> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === conflictRetries || (faultOf(error) !== 'conflict' && !isPassing(error))) throw error;
      await pause(ports.clock, (1 + ports.random.next()) * 10 * 2 ** attempt);
    }
  }
}

/**
 * Runs `work` again while another connection holds SQLite's lock, up to 2 s. The driver is synchronous, so waiting
 * inside it (its own busy timeout) would freeze the event loop; here every attempt is a short one.
 */
export async function retryBusy<Result>(
  ports: { readonly clock: Clock; readonly random: Random },
  work: () => Promise<Result>,
): Promise<Result> {
  const since = ports.clock.now().getTime();
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (faultOf(error) !== 'busy' || ports.clock.now().getTime() - since >= busyMs) throw error;
      await pause(ports.clock, 1 + ports.random.next() * 19);
    }
  }
}
