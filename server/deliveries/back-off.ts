import type { Random } from '../ports.js';

/** After the first failure, in milliseconds. */
const firstMs = 5_000;
/** Each pause is so many times as long as the one before. */
const factor = 3;
const longestMs = 6 * 60 * 60 * 1_000;
/** So much of a pause is left to chance, on either side of it. */
const jitter = 0.2;

/**
 * How long to wait after the attempt of this number, from 1: 5 s, 15 s, 45 s, … up to 6 h, each give or take a fifth, so that
 * what failed together is not tried again together.
 */
export function backOffMs(attempt: number, random: Random): number {
  const pause = Math.min(longestMs, firstMs * factor ** (attempt - 1));
  return Math.round(pause * (1 - jitter + 2 * jitter * random.next()));
}
