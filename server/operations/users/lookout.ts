import type { Clock, Timer } from '../../ports.js';

const pollMs = 5_000;
/** A row may be seen so much later than it is dated: it took that long to commit, or clocks differ. */
const overlapMs = 30_000;
const page = 500;

export interface LookoutOptions<Row> {
  readonly clock: Clock;
  /** Reads the rows dated `since` and later, oldest first. */
  readonly read: (input: { readonly since: Date; readonly limit: number }) => Promise<readonly Row[]>;
  readonly dateOf: (row: Row) => Date;
  /** Hears of every row, of most of them several times. */
  readonly hear: (row: Row) => void;
}

/** Looks in the database for what other nodes did and no bus told of. */
export interface Lookout {
  /** Begins to look, every 5 s, for what is dated after this moment or at most 30 s before it. */
  start(): void;
  /** Resolves once it no longer reads. */
  stop(): Promise<void>;
}

export function createLookout<Row>({ clock, read, dateOf, hear }: LookoutOptions<Row>): Lookout {
  let since = clock.now();
  let timer: Timer | undefined;
  let looking: Promise<void> | undefined;

  async function look(): Promise<void> {
    const began = clock.now();
    let from = new Date(since.getTime() - overlapMs);
    for (;;) {
      const rows = await read({ since: from, limit: page });
      for (const row of rows) hear(row);
      const last = rows.at(-1);
      if (last === undefined || rows.length < page || dateOf(last).getTime() === from.getTime()) break;
      from = dateOf(last);
    }
    since = began;
  }

  return {
    start() {
      since = clock.now();
      timer ??= clock.every(pollMs, () => {
        looking ??= look()
          // The database is away; the next time makes up for it.
          .catch(() => undefined)
          .finally(() => {
            looking = undefined;
          });
      });
    },
    async stop() {
      timer?.clear();
      await looking;
    },
  };
}
