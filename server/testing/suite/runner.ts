/** The runner that a suite registers its tests with: vitest, jest and `node:test` all fit as they are. */
export interface SuiteRunner {
  describe(name: string, body: () => void): unknown;
  it(name: string, body: () => Promise<void>, timeoutMs?: number): unknown;
}

/** One thing an adapter has to do, tried on a fixture of its own. */
export interface SuiteCase<Fixture> {
  /** A sentence. */
  readonly name: string;
  /** @default 30_000 */
  readonly timeoutMs?: number;
  run(fixture: Fixture): Promise<void>;
}

/** Cases that belong together. */
export interface SuiteGroup<Fixture> {
  readonly name: string;
  readonly cases: readonly SuiteCase<Fixture>[];
}

const presetTimeoutMs = 30_000;

/** Registers the groups; every case gets a fixture of its own, which `close` ends however the case went. */
export function registerGroups<Fixture>(
  { describe, it }: SuiteRunner,
  groups: readonly SuiteGroup<Fixture>[],
  open: () => Promise<{ readonly fixture: Fixture; close(): Promise<void> }>,
): void {
  for (const group of groups) {
    describe(group.name, () => {
      for (const { name, timeoutMs = presetTimeoutMs, run } of group.cases) {
        it(
          name,
          async () => {
            const { fixture, close } = await open();
            try {
              await run(fixture);
            } finally {
              await close();
            }
          },
          timeoutMs,
        );
      }
    });
  }
}
