import { systemClock, systemRandom } from '../system.js';
import { retryBusy } from './retry.js';

interface Operation {
  readonly args: unknown;
  readonly query: (args: unknown) => Promise<unknown>;
}

/**
 * A Prisma extension for the host's own client on SQLite: `client.$extends(sqliteRetry)`. SQLite has one writer at a time,
 * so an operation may find the database locked for as long as a chat transaction lasts. Such an operation is tried again
 * for up to 2 s while the process goes on with other work, which needs a driver opened with `timeout: 0`. Inside an
 * interactive transaction that has read before, nothing helps but doing all of it again.
 */
export const sqliteRetry = Object.freeze({
  name: 'confab-sqlite-retry',
  query: {
    $allOperations: ({ args, query }: Operation): Promise<unknown> =>
      retryBusy({ clock: systemClock, random: systemRandom }, () => query(args)),
  },
});
