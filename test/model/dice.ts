/** The numbers that a program's step was generated with, drawn one after the other. Zero is the plainest choice. */
export class Dice {
  readonly #values: readonly number[];
  #drawn = 0;

  constructor(values: readonly number[]) {
    this.#values = values;
  }

  /** Less than `sides`. */
  roll(sides: number): number {
    const value = this.#values[this.#drawn % this.#values.length] ?? 0;
    this.#drawn += 1;
    return value % sides;
  }

  /** One time in `odds`. */
  rarely(odds: number): boolean {
    return this.roll(odds) === odds - 1;
  }

  pick<Item>(items: readonly Item[]): Item | undefined {
    return items.length === 0 ? undefined : items[this.roll(items.length)];
  }

  /** Of a list that is not empty. */
  one<Item>(items: readonly [Item, ...Item[]]): Item {
    return items[this.roll(items.length)] ?? items[0];
  }
}
