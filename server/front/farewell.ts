import type { Clock, Timer } from '../ports.js';

/** A socket that will not be kept may still be sending its first calls: it is listened to for so long. */
const quietMs = 250;
/** And closed after so long, answered or not. */
const latestMs = 800;

/** The parting from a socket that is not kept. */
export interface Farewell {
  /** To be called when no call is left to answer. */
  idle(): void;
  stop(): void;
}

/** Closes once the calls that came were answered, within a second. `isIdle` says whether any is left. */
export function bidFarewell(clock: Clock, isIdle: () => boolean, close: () => void): Farewell {
  let isHeardOut = false;
  let timer: Timer = clock.after(quietMs, () => {
    isHeardOut = true;
    timer = clock.after(latestMs - quietMs, close);
    if (isIdle()) close();
  });
  return {
    idle() {
      if (isHeardOut) close();
    },
    stop: () => timer.clear(),
  };
}
