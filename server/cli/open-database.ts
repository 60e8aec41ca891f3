import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import { PrismaPg } from '@prisma/adapter-pg';
import type { DatabaseTarget } from '../store/database-url.js';
import { PrismaClient as PostgresqlClient } from '../store/generated/postgresql/client.js';
import { PrismaClient as SqliteClient } from '../store/generated/sqlite/client.js';
import type { ChatStore } from '../store/port.js';
import { createStatementNames } from '../store/statement-names.js';
import { prismaStore } from '../store/prisma-store.js';
import type { PrismaStoreOptions } from '../store/prisma-store.js';

/** A migrated database, opened. */
export interface OpenDatabase {
  readonly store: ChatStore;
  /** One round trip; rejects when the database is away. */
  ping(): Promise<void>;
  /** Closes the connections; the store is closed before. */
  close(): Promise<void>;
}

/** How a store is set up. `onError` is told of faults that no caller can be told of. */
type StoreSetup = Pick<PrismaStoreOptions, 'override'> & { readonly onError: (error: unknown) => void };

/** Connects to a database that was migrated before. */
export function openDatabase(
  target: DatabaseTarget,
  onError: (error: unknown) => void,
  more: Pick<PrismaStoreOptions, 'override'> = {},
): Promise<OpenDatabase> {
  const setup = { onError, ...more };
  return target.provider === 'sqlite' ? openSqlite(target.file, setup) : Promise.resolve(openPostgresql(target, setup));
}

async function openSqlite(file: string, setup: StoreSetup): Promise<OpenDatabase> {
  // Without a busy timeout, because the driver would hold up the event loop while it waits; the store retries.
  const open = async () => {
    const client = new SqliteClient({ adapter: new PrismaBetterSqlite3({ url: `file:${file}`, timeout: 0 }) });
    // The driver is built with NORMAL, which in WAL mode may lose what was acknowledged when the machine dies.
    await client.$executeRawUnsafe('PRAGMA synchronous = FULL');
    return client;
  };
  const [writer, reader] = await Promise.all([open(), open()]);
  return {
    store: prismaStore({ writer, reader }, setup),
    ping: async () => void (await reader.$queryRaw`SELECT 1`),
    close: async () => void (await Promise.all([writer.$disconnect(), reader.$disconnect()])),
  };
}

function openPostgresql({ url, schema }: { url: string; schema: string }, setup: StoreSetup): OpenDatabase {
  const adapter = new PrismaPg(
    {
      connectionString: url,
      application_name: 'confab',
      connectionTimeoutMillis: 2_000,
      lock_timeout: 2_000,
      statement_timeout: 5_000,
      idle_in_transaction_session_timeout: 2_000,
      // Hand-written SQL names its tables without a schema.
      ...(schema !== 'public' && { options: `-c search_path=${schema}` }),
    },
    {
      schema,
      onPoolError: setup.onError,
      onConnectionError: setup.onError,
      statementNameGenerator: createStatementNames(),
    },
  );
  const client = new PostgresqlClient({ adapter });
  return {
    store: prismaStore(client, { ownPool: true, ...setup }),
    ping: async () => void (await client.$queryRaw`SELECT 1`),
    close: () => client.$disconnect(),
  };
}
