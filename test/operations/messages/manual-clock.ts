import type { Clock } from '../../../server/ports.js';

/** A clock that moves only when told to; it starts at the machine's time. */
export interface ManualClock extends Clock {
  /** Lets time pass; due timers run in order, each at its own time. */
  advance(ms: number): void;
  /** How many timers wait. */
  readonly timers: number;
}

interface Alarm {
  readonly at: number;
  readonly run: () => void;
}

export function createManualClock(): ManualClock {
  let now = Date.now();
  const alarms = new Set<Alarm>();
  const after: Clock['after'] = (ms, task) => {
    const alarm: Alarm = {
      at: now + ms,
      run: () => {
        alarms.delete(alarm);
        task();
      },
    };
    alarms.add(alarm);
    return { clear: () => void alarms.delete(alarm) };
  };
  return {
    now: () => new Date(now),
    after,
    every(ms, task) {
      let timer = after(ms, function again() {
        timer = after(ms, again);
        task();
      });
      return { clear: () => timer.clear() };
    },
    turn: () => new Promise((resolve) => setImmediate(resolve)),
    advance(ms) {
      const end = now + ms;
      for (;;) {
        const [next] = [...alarms].filter((alarm) => alarm.at <= end).toSorted((a, b) => a.at - b.at);
        if (next === undefined) break;
        now = next.at;
        next.run();
      }
      now = end;
    },
    get timers() {
      return alarms.size;
    },
  };
}
