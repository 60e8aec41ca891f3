/** A seeded source of choices: the same seed makes the same run. */
export interface Prng {
  /** At least 0, less than 1. */
  next(): number;
  chance(probability: number): boolean;
  /** An integer, at least 0 and less than `bound`. */
  below(bound: number): number;
  between(least: number, most: number): number;
  pick<Item>(items: readonly Item[]): Item | undefined;
}

/** SplitMix32-style mixing of a counter: short, fast, and good enough to choose faults with. */
export function createPrng(seed: number): Prng {
  let counter = Math.imul(seed + 1, 0x9e3779b9);
  function next(): number {
    counter = (counter + 0x9e3779b9) | 0;
    let mixed = Math.imul(counter ^ (counter >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 0x1_0000_0000;
  }
  const below = (bound: number): number => Math.floor(next() * bound);
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    between: (least, most) => least + below(most - least + 1),
    pick: (items) => items[below(items.length)],
  };
}
