import { setImmediate as turn } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import type { Clock, Ids, Random, Timer } from './ports.js';

function owned(handle: NodeJS.Timeout, holdsProcess = false): Timer {
  if (!holdsProcess) handle.unref();
  return { clear: () => clearTimeout(handle) };
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => new Date(),
  after: (ms, task, { holdsProcess = false } = {}) => owned(setTimeout(task, ms), holdsProcess),
  every: (ms, task) => owned(setInterval(task, ms)),
  turn: () => turn(),
};

export const systemRandom: Random = { next: () => Math.random() };

export const systemIds: Ids = { next: () => uuidv7() };
