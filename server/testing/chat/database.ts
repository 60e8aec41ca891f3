import { accessSync, constants, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openDatabase } from '../../cli/open-database.js';
import type { OpenDatabase } from '../../cli/open-database.js';
import type { ChatPlugin } from '../../extend/plugins/plugin.js';
import type { HostClient } from '../../store/client.js';
import { parseDatabaseUrl } from '../../store/database-url.js';
import { createMigrator } from '../../store/migrate/migrator.js';
import { prismaStore } from '../../store/prisma-store.js';
import type { PrismaStoreOptions } from '../../store/prisma-store.js';
import type { Provider } from '../../store/transaction.js';
import { readMigrations } from './migrations.js';
import { createSchema } from './postgresql.js';

/** A Prisma client of a host's or a plugin's own, as far as the kit uses it. */
export type TestClientOfPrisma = HostClient & { $disconnect(): Promise<void> };

/** Which database a chat under test has. */
export interface TestDatabaseOptions {
  /**
   * A PostgreSQL server to use instead of SQLite, as `postgresql://user@host:port/database`. A schema of the test's own
   * is made in that database, and dropped with everything in it at the end.
   */
  readonly postgresql?: string;
  /**
   * Makes a client of your own generated Prisma schema, for plugins with models and for code of yours that writes
   * beside the chat. On SQLite it is called twice for each node: `(url) => new PrismaClient({ adapter: new
   * PrismaBetterSqlite3({ url, timeout: 0 }) })`. @default Confab's own
   */
  readonly client?: (url: string) => TestClientOfPrisma;
  /**
   * A folder of Prisma migrations (`<name>/migration.sql`) that makes all tables, Confab's included, as a host's own
   * `prisma/migrations` does. @default Confab's own and those of the plugins
   */
  readonly migrations?: URL;
  /** Methods of the store, replaced: that of `prismaStore`. */
  readonly override?: PrismaStoreOptions['override'];
}

/** A database that lasts as long as a test. */
export interface TestDatabase {
  readonly url: string;
  /** Makes the tables. */
  migrate(plugins: readonly ChatPlugin[]): Promise<void>;
  /** Opens it once more, with connections of its own. */
  open(onError: (error: unknown) => void): Promise<Pick<OpenDatabase, 'store' | 'close'>>;
  drop(): Promise<void>;
}

interface Place {
  readonly provider: Provider;
  readonly url: string;
  drop(): Promise<void>;
}

export async function createTestDatabase(options: TestDatabaseOptions): Promise<TestDatabase> {
  const { provider, url, drop } = await (options.postgresql === undefined
    ? createFile()
    : createSchema(options.postgresql));
  const { client, migrations } = options;
  const more = options.override === undefined ? {} : { override: options.override };
  return {
    url,
    drop,
    async migrate(plugins) {
      const history = await readMigrations(provider, migrations, plugins);
      await createMigrator({ provider, url, history }).apply();
    },
    async open(onError) {
      if (client === undefined) return openDatabase(parseDatabaseUrl(url), onError, more);
      const clients = provider === 'sqlite' ? [client(url), client(url)] : [client(url)];
      const [writer, reader = writer] = clients as [TestClientOfPrisma, ...TestClientOfPrisma[]];
      return {
        store: prismaStore(provider === 'sqlite' ? { writer, reader } : writer, { onError, ...more }),
        close: async () => void (await Promise.all(clients.map((one) => one.$disconnect()))),
      };
    },
  };
}

/** Folders of this process; whatever is left of them goes with it, because memory is not swept like a disk. */
const folders = new Set<string>();

function sweep(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

async function createFile(): Promise<Place> {
  const folder = await mkdtemp(path.join(fastFolder(), 'confab-test-'));
  if (folders.size === 0) process.once('exit', sweep);
  folders.add(folder);
  return {
    provider: 'sqlite',
    url: `file:${path.join(folder, 'chat.db')}`,
    async drop() {
      await rm(folder, { recursive: true, force: true });
      folders.delete(folder);
      if (folders.size === 0) process.off('exit', sweep);
    },
  };
}

/** In memory where the machine has such a folder: an acknowledged write waits for the disk, and tests write a lot. */
function fastFolder(): string {
  const inMemory = '/dev/shm';
  try {
    accessSync(inMemory, constants.W_OK | constants.X_OK);
    return inMemory;
  } catch {
    return tmpdir();
  }
}
