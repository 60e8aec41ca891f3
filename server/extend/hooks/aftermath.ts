import type { FrontLog } from '../../front/options.js';
import type { Clock } from '../../ports.js';

/** What follows a commit and nobody waits for: it can't veto, and what it throws is logged. */
export interface Aftermath {
  /** Begins at the end of this turn. */
  run(what: string, task: () => unknown): void;
  /** Resolves when all of it has ended; what takes longer than a few seconds is not waited for. */
  settled(): Promise<void>;
}

const patienceMs = 5_000;

export function createAftermath({ log, clock }: { readonly log: FrontLog; readonly clock: Clock }): Aftermath {
  const running = new Set<Promise<void>>();
  return {
    run(what, task) {
      const work = Promise.resolve()
        .then(task)
        .then(
          () => undefined,
          (error: unknown) => log.error({ error }, `${what} failed`),
        )
        .finally(() => running.delete(work));
      running.add(work);
    },
    async settled() {
      if (running.size === 0) return;
      await new Promise<void>((resolve) => {
        const timer = clock.after(patienceMs, resolve);
        void Promise.all(running).then(() => {
          timer.clear();
          resolve();
        });
      });
    },
  };
}
