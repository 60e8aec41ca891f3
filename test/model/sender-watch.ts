import { setImmediate as turn } from 'node:timers/promises';
import type { Clock, Timer } from '../../server/ports.js';
import type { ManualClock } from '../operations/messages/manual-clock.js';

/** A clock for a chat, and whether its sender of scheduled messages has done all that it can do at this time. */
export interface SenderWatch {
  readonly clock: Clock;
  /** Resolves when the sender waits for time to go by. */
  rest(): Promise<void>;
}

/** How the sender's task is called. Were it called otherwise, `rest` would never end, and say so. */
const task = 'look';

const patienceMs = 20_000;

/**
 * The sender works by itself whenever a timer of its own ends. What it does takes turns of the event loop; to a program
 * it has to be one moment, so that what comes of it can be told beforehand.
 */
export function watchSender(clock: ManualClock): SenderWatch {
  /** When it looks again; `undefined`: it is at work. */
  let nextAt: number | undefined;

  function after(ms: number, run: () => void): Timer {
    if (run.name !== task) return clock.after(ms, run);
    nextAt = clock.now().getTime() + ms;
    const timer = clock.after(ms, () => {
      nextAt = undefined;
      run();
    });
    return {
      clear() {
        nextAt = undefined;
        timer.clear();
      },
    };
  }

  return {
    clock: { now: clock.now, every: clock.every, turn: clock.turn, after },
    async rest() {
      const deadline = Date.now() + patienceMs;
      while (nextAt === undefined || nextAt <= clock.now().getTime()) {
        if (Date.now() > deadline) throw new Error('The sender of scheduled messages does not come to rest.');
        clock.advance(0);
        await turn();
      }
    },
  };
}
