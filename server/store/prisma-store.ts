import type { LogIdentity } from '../events/log.js';
import type { Clock, Random } from '../ports.js';
import { systemClock, systemRandom } from '../system.js';
import { missingColumns, resolveClients } from './client.js';
import type { HostClient, HostClients, TxOf } from './client.js';
import { within } from './deadline.js';
import { openLog } from './meta.js';
import { resolveMethods } from './methods-override.js';
import type { StoreOverrides } from './methods-override.js';
import { createNestedStore } from './nested-store.js';
import { createPlainSends } from './plain-sends.js';
import { createPostgresqlPlainWriter } from './plain-sends-postgresql.js';
import { createSqlitePlainWriter } from './plain-sends-sqlite.js';
import type { ChatStore, CommitListener } from './port.js';
import { createStorePresentation, plainStorePresentation } from './present/presentation.js';
import type { Report } from './present/presentation.js';
import { createPrismaLog } from './prisma-log.js';
import { retryBusy } from './retry.js';
import { createSqliteQueue } from './sqlite-queue.js';
import type { ReadTx } from './transaction.js';
import { createTransactions, transactionLimits } from './transactions.js';
import type { OwnEvents } from './extension.js';

export interface PrismaStoreOptions<Tx = unknown> {
  /** Single methods, replaced: `{ sendMessage: (base) => async (tx, input) => … }`. */
  readonly override?: StoreOverrides<Tx>;
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
export function prismaStore<Given extends HostClient | HostClients>(
  client: Given,
  options: PrismaStoreOptions<TxOf<Given>> = {},
): ChatStore<TxOf<Given>> {
  const clients = resolveClients(client);
  const ports = { clock: options.clock ?? systemClock, random: options.random ?? systemRandom };
  const onError = options.onError ?? warn;
  const listeners = new Set<CommitListener>();
  const queue = createSqliteQueue(ports);
  let opening: Promise<LogIdentity> | undefined;
  let identity: LogIdentity | undefined;
  let ownEvents: OwnEvents | undefined;
  let report: Report = onError;

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

  const { provider, reader } = clients;
  let readTx: ReadTx = { db: reader, host: reader, provider, present: plainStorePresentation };
  const reads = new Set<Promise<unknown>>();
  const read = <Result>(work: (tx: ReadTx) => Promise<Result>): Promise<Result> => {
    const reading = within(
      ports.clock,
      retryBusy(ports, () => work(readTx)),
    );
    reads.add(reading);
    const ended = (): void => void reads.delete(reading);
    reading.then(ended, ended);
    return reading;
  };

  const transactions = createTransactions({
    ...ports,
    clients,
    queue,
    shardCount,
    ownPool: options.ownPool ?? false,
    onCommit: publish,
    present: () => readTx.present,
    onError,
  });
  const plainSends = createPlainSends({
    ...ports,
    shardCount,
    onCommit: publish,
    present: () => readTx.present,
    write:
      clients.provider === 'sqlite'
        ? createSqlitePlainWriter(clients.writer, queue, transactionLimits)
        : createPostgresqlPlainWriter(clients.writer),
  });

  const methods = resolveMethods(options.override as StoreOverrides | undefined);
  const isSendReplaced = options.override?.sendMessage !== undefined;

  const store: ChatStore<TxOf<Given>> = {
    async open(extension) {
      if (extension !== undefined) {
        report = extension.onError ?? report;
        ownEvents = extension.ownEvents;
        readTx = { ...readTx, present: createStorePresentation(extension.present, report) };
      }
      opening ??= queue.run(() => openLog(clients, ports.clock));
      try {
        identity = await opening;
      } catch (error) {
        opening = undefined;
        throw error;
      }
    },
    log: createPrismaLog(identify, read, () => ({ ownEvents, report })),
    methods,
    read,
    write: (work) => transactions.run((unit) => work(unit.tx)),
    get hasPlainSends() {
      return !isSendReplaced && readTx.present.columns.message.length === 0;
    },
    sendPlain: (send) => plainSends.send(send),
    afterCommit: (task) => task(),
    missingModels: (names) => names.filter((name) => !(name in clients.writer)),
    missingColumns: (columns) => missingColumns(clients.writer, columns),
    onCommit(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    transaction: (work) =>
      transactions.run((unit) => work({ tx: unit.tx.host as TxOf<Given>, store: createNestedStore(store, unit) })),
    async close() {
      await Promise.all([plainSends.idle(), transactions.idle()]);
      await queue.idle();
      // One that took another step after the host has disconnected its client would connect it again.
      while (reads.size > 0) await Promise.allSettled(reads);
      listeners.clear();
    },
  };
  return store;
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error), 'ConfabWarning');
}
