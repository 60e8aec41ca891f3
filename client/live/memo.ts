/** Hands out the object it gave before for as long as a new one would say the same. */
export interface Memo {
  <Value extends object>(key: string, next: Value): Value;
  /** Lets go of what was handed out. */
  forget(key: string): void;
}

/** Several for each of more rooms than a user may be in: were they fewer than are shown, none would stay the same. */
const most = 100_000;

export function createMemo(): Memo {
  const known = new Map<string, object>();
  const memo = <Value extends object>(key: string, next: Value): Value => {
    const before = known.get(key);
    if (before !== undefined && isSame(before, next)) return before as Value;
    if (known.size >= most) known.clear();
    known.set(key, next);
    return next;
  };
  return Object.assign(memo, { forget: (key: string) => void known.delete(key) });
}

/** Whether two objects or arrays hold the very same values. */
export function isSame(one: object, other: object): boolean {
  const keys = Object.keys(one) as (keyof typeof one)[];
  if (keys.length !== Object.keys(other).length) return false;
  return keys.every((key) => Object.is(one[key], other[key]));
}
