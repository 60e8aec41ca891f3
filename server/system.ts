import { setImmediate as turn } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import type { Clock, Ids, Random, Timer } from './ports.js';

function owned(handle: NodeJS.Timeout): Timer {
  handle.unref();
  return { clear: () => clearTimeout(handle) };
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => new Date(),
  after: (ms, task) => owned(setTimeout(task, ms)),
  every: (ms, task) => owned(setInterval(task, ms)),
  turn: () => turn(),
};

export const systemRandom: Random = { next: () => Math.random() };

export const systemIds: Ids = { next: () => uuidv7() };
