import assert from 'node:assert/strict';

/** Waits until something holds, looking every few milliseconds. Fails with what is there instead. */
export async function eventually(
  holds: () => boolean | Promise<boolean>,
  what: string,
  { timeoutMs = 5_000, seen }: { readonly timeoutMs?: number; readonly seen?: () => unknown } = {},
): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await holds())) {
    const there = seen === undefined ? '' : `; instead: ${JSON.stringify(seen())?.slice(0, 1_000)}`;
    if (performance.now() > end) assert.fail(`waited ${timeoutMs} ms for ${what}${there}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Resolves to what a promise is rejected with; fails if it is not. */
export async function rejection(promise: Promise<unknown>, what: string): Promise<unknown> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('error' in outcome) return outcome.error;
  return assert.fail(`${what} should have been refused, and gave ${JSON.stringify(outcome.value)}`);
}

/** Whether everything that is named is there and the same; what is not named may be anything. */
export function matches(actual: unknown, expected: unknown): boolean {
  if (typeof expected !== 'object' || expected === null || expected instanceof Date) {
    try {
      assert.deepEqual(actual, expected);
      return true;
    } catch {
      return false;
    }
  }
  if (typeof actual !== 'object' || actual === null || Array.isArray(actual) !== Array.isArray(expected)) return false;
  if (Array.isArray(expected) && (actual as readonly unknown[]).length !== expected.length) return false;
  return Object.entries(expected).every(([key, value]) => matches((actual as Record<string, unknown>)[key], value));
}

/** Fails, showing both, unless everything that is named is there and the same. */
export function assertMatch(actual: unknown, expected: unknown, what: string): void {
  if (!matches(actual, expected)) assert.deepEqual(actual, expected, `${what}: not what was expected`);
}

/** The numbers from `first` to `last`. */
export function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}
