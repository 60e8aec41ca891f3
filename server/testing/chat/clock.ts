import { setImmediate as turn } from 'node:timers/promises';
import type { Clock, Timer } from '../../ports.js';

/** A clock that goes on by itself, like any other, and can be moved ahead. */
export interface TestClock extends Clock {
  /**
   * Moves time ahead. Everything that comes due on the way happens, in order, with some turns of the event loop in
   * between: each at its time, or, when it is moved by more than a hundred seconds, up to a hundredth of that late, and
   * then what repeats may skip a beat; so a month takes no longer than an hour. What is set going on the way (a
   * transaction, say) may still be under way when this resolves, so wait for what should come of it.
   *
   * @throws RangeError for a time that is not finite or would go back.
   */
  advance(ms: number): Promise<void>;
}

interface Task {
  due: number;
  readonly everyMs: number | undefined;
  readonly holdsProcess: boolean;
  readonly run: () => void;
}

/** Node's timers overflow after this and fire at once. */
const longestMs = 2_147_483_647;

/** Enough for a ping to be answered over a socket of this process before its peer is taken for dead. */
const turnsBetween = 8;

/** Leaps up to this are exact; in longer ones time goes in so many steps. */
const exactMs = 100_000;
const steps = 100;

/** @param startsAt - The time it is now. `@default` the machine's */
export function createTestClock(startsAt: Date = new Date()): TestClock {
  const tasks = new Set<Task>();
  let ahead = startsAt.getTime() - Date.now();
  /** The time it is during a leap, which does not go on by itself. */
  let leap: number | undefined;
  let leaping: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  const time = (): number => leap ?? Date.now() + ahead;

  function earliest(): Task | undefined {
    let found: Task | undefined;
    for (const task of tasks) if (found === undefined || task.due < found.due) found = task;
    return found;
  }

  /** Real timers are only ever set for what comes next. */
  function arm(): void {
    clearTimeout(timer);
    timer = undefined;
    const next = leap === undefined ? earliest() : undefined;
    if (next === undefined) return;
    timer = setTimeout(ring, Math.min(longestMs, Math.max(0, next.due - time())));
    if (![...tasks].some(({ holdsProcess }) => holdsProcess)) timer.unref();
  }

  function ring(): void {
    const now = time();
    const due = [...tasks].filter((task) => task.due <= now).sort((one, other) => one.due - other.due);
    try {
      for (const task of due) if (tasks.has(task)) run(task, now);
    } finally {
      arm();
    }
  }

  function run(task: Task, now: number): void {
    if (task.everyMs === undefined) tasks.delete(task);
    else {
      // Beats that were missed are not made up for.
      const next = task.due + task.everyMs;
      task.due = next > now ? next : now + task.everyMs;
    }
    task.run();
  }

  function set(ms: number, run: () => void, everyMs: number | undefined, holdsProcess: boolean): Timer {
    // As with Node's own timers, nothing comes due at the very moment it was set; a leap would never end.
    const task: Task = { due: time() + Math.max(1, ms), everyMs, holdsProcess, run };
    tasks.add(task);
    arm();
    return {
      clear: () => {
        if (tasks.delete(task)) arm();
      },
    };
  }

  async function leapTo(target: number): Promise<void> {
    const whole = target - time();
    const step = whole > exactMs ? whole / steps : 0;
    try {
      for (let next = earliest(); next !== undefined && next.due <= target; next = earliest()) {
        leap = Math.min(target, Math.max(time() + step, next.due));
        ring();
        for (let left = turnsBetween; left > 0; left -= 1) await turn();
      }
    } finally {
      ahead = target - Date.now();
      leap = undefined;
      arm();
    }
    await turn();
  }

  return {
    now: () => new Date(time()),
    after: (ms, task, { holdsProcess = false } = {}) => set(ms, task, undefined, holdsProcess),
    every: (ms, task) => set(ms, task, Math.max(1, ms), false),
    turn: () => turn(),
    advance(ms) {
      if (!(ms >= 0 && Number.isFinite(ms))) throw new RangeError(`A clock can't be moved ahead by ${ms} ms.`);
      const leapt = leaping.then(async () => {
        leap = time();
        await leapTo(leap + ms);
      });
      leaping = leapt.catch(() => undefined);
      return leapt;
    },
  };
}
