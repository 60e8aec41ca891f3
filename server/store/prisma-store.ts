import type { LogIdentity } from '../events/log.js';
import type { Clock, Random } from '../ports.js';
import { systemClock, systemRandom } from '../system.js';
import { resolveClients } from './client.js';
import type { HostClient, HostClients } from './client.js';
import { within } from './deadline.js';
import { openLog } from './meta.js';
import { resolveMethods } from './methods-override.js';
import type { StoreOverrides } from './methods-override.js';
import { createNestedStore } from './nested-store.js';
import { createPlainSends } from './plain-sends.js';
import { createPostgresqlPlainWriter } from './plain-sends-postgresql.js';
import { createSqlitePlainWriter } from './plain-sends-sqlite.js';
import type { ChatStore, CommitListener } from './port.js';
import { createPrismaLog } from './prisma-log.js';
import { retryBusy } from './retry.js';
import { createSqliteQueue } from './sqlite-queue.js';
import type { ReadTx } from './transaction.js';
import { createTransactions, transactionLimits } from './transactions.js';

export interface PrismaStoreOptions {
  /** Single methods, replaced: `{ sendMessage: (base) => async (tx, input) => … }`. */
  readonly override?: StoreOverrides;
  /**
   * The client's connections are Confab's alone and were opened with its timeouts, so they need not be set in each
   * transaction. @default false
   */
  readonly ownPool?: boolean;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Told of what a listener or an after-commit task threw. @default warns on the process */
  readonly onError?: (error: unknown) => void;
}

/**
 * Keeps everything in the database behind a Prisma client whose schema contains Confab's models. On SQLite it takes
 * two clients of its own, `prismaStore({ writer, reader })`, and throws at once when it is given one.
 * It never disconnects a client it was given.
 */
export function prismaStore(client: HostClient | HostClients, options: PrismaStoreOptions = {}): ChatStore {
  const clients = resolveClients(client);
  const ports = { clock: options.clock ?? systemClock, random: options.random ?? systemRandom };
  const onError = options.onError ?? warn;
  const listeners = new Set<CommitListener>();
  const queue = createSqliteQueue(ports);
  let opening: Promise<LogIdentity> | undefined;
  let identity: LogIdentity | undefined;

  const identify = (): LogIdentity => {
    if (identity === undefined) throw new Error('The store is used before `open()` has resolved.');
    return identity;
  };
  const shardCount = (): number => identify().shardCount;
  const publish: CommitListener = (rows, events) => {
    for (const listener of listeners) {
      try {
        listener(rows, events);
      } catch (error) {
        onError(error);
      }
    }
  };

  const readTx: ReadTx = { db: clients.reader, provider: clients.provider };
  const read = <Result>(work: (tx: ReadTx) => Promise<Result>): Promise<Result> =>
    within(
      ports.clock,
      retryBusy(ports, () => work(readTx)),
    );

  const transactions = createTransactions({
    ...ports,
    clients,
    queue,
    shardCount,
    ownPool: options.ownPool ?? false,
    onCommit: publish,
    onError,
  });
  const plainSends = createPlainSends({
    ...ports,
    shardCount,
    onCommit: publish,
    write:
      clients.provider === 'sqlite'
        ? createSqlitePlainWriter(clients.writer, queue, transactionLimits)
        : createPostgresqlPlainWriter(clients.writer),
  });

  const store: ChatStore = {
    async open() {
      opening ??= queue.run(() => openLog(clients, ports.clock));
      try {
        identity = await opening;
      } catch (error) {
        opening = undefined;
        throw error;
      }
    },
    log: createPrismaLog(identify, read),
    methods: resolveMethods(options.override),
    read,
    write: (work) => transactions.run((unit) => work(unit.tx)),
    sendPlain: (send) => plainSends.send(send),
    onCommit(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    transaction: (work) => transactions.run((unit) => work({ tx: unit.tx.db, store: createNestedStore(store, unit) })),
    async close() {
      await Promise.all([plainSends.idle(), transactions.idle()]);
      await queue.idle();
      listeners.clear();
    },
  };
  return store;
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error), 'ConfabWarning');
}
