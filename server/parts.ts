/** Failures after which a run ends: the rest would most likely fail as well. */
const most = 10;

/** The parts of one run of a job that nobody waits for: one that fails keeps no other from its turn. */
export interface Parts {
  /** Does one of them; `undefined` when it failed. Throws when too many have. */
  attempt<Result>(work: () => Promise<Result>): Promise<Result | undefined>;
  /** Throws what failed, if anything did. */
  end(): void;
}

/** @param what - The job, for whoever reads the log. */
export function createParts(what: string): Parts {
  const failures: unknown[] = [];

  function end(): void {
    if (failures.length > 0) throw new AggregateError(failures, `${what} failed in ${failures.length} places.`);
  }

  return {
    async attempt(work) {
      try {
        return await work();
      } catch (error) {
        failures.push(error);
        if (failures.length >= most) end();
        return undefined;
      }
    },
    end,
  };
}
