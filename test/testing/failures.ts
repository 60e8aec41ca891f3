import type { SuiteRunner } from '../../server/testing/suite/runner.js';

export interface FailureOptions {
  /** @default all of them */
  readonly isWanted?: (name: string) => boolean;
  /** Told of each test before it runs. */
  readonly onStart?: (name: string) => void;
  /** Tests run from the lowest on. @default in the order they were registered in */
  readonly rankOf?: (name: string) => number;
  /** How many may fail before no more are run. @default all of them */
  readonly most?: number;
}

/** Runs a suite's tests by themselves, one after the other; resolves to the names of those that failed. */
export async function failuresOf(
  register: (runner: SuiteRunner) => void,
  { isWanted = () => true, rankOf = () => 0, onStart, most = Infinity }: FailureOptions = {},
): Promise<string[]> {
  const tests: { readonly name: string; readonly body: () => Promise<void> }[] = [];
  register({
    describe: (_name, body) => body(),
    it: (name, body) => void tests.push({ name, body }),
  });
  const failed: string[] = [];
  const wanted = tests.filter((test) => isWanted(test.name)).toSorted((a, b) => rankOf(a.name) - rankOf(b.name));
  for (const { name, body } of wanted) {
    onStart?.(name);
    await body().catch(() => failed.push(name));
    if (failed.length >= most) break;
  }
  return failed;
}
