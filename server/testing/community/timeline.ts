import type { Prng } from '../simulator/prng.js';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** A conversation: when it begins, and how many messages it has. */
export interface Burst {
  readonly at: Date;
  readonly messages: number;
}

/** Splits a room's messages into conversations between two moments, by day rather than by night, oldest first. */
export function planBursts(prng: Prng, messages: number, from: Date, until: Date): readonly Burst[] {
  const sizes: number[] = [];
  for (let left = messages; left > 0;) {
    const size = Math.min(left, prng.between(1, prng.chance(0.3) ? 80 : 20));
    sizes.push(size);
    left -= size;
  }
  const span = until.getTime() - from.getTime();
  const moments = sizes.map(() => from.getTime() + awake(prng, span)).toSorted((one, other) => one - other);
  return sizes.map((size, index) => ({ at: new Date(moments[index] ?? 0), messages: size }));
}

/** Some time within so many milliseconds, between seven and eleven in the evening nine times out of ten. */
function awake(prng: Prng, span: number): number {
  const day = Math.floor((prng.next() * span) / dayMs) * dayMs;
  const hour = prng.chance(0.9) ? prng.between(7, 22) : prng.between(0, 23);
  return Math.min(span, day + (hour * 60 + prng.between(0, 59)) * minuteMs);
}
