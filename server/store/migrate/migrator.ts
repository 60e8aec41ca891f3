import { parseDatabaseUrl } from '../database-url.js';
import type { Provider } from '../transaction.js';
import { assess, type Assessment } from './assess.js';
import { readHistory, type MigratedPlugin, type Migration } from './history.js';
import { createPostgresqlDriver } from './postgresql.js';
import { MigrationError } from './migration-error.js';
import { applyTo, ensureSearch } from './session.js';
import type { MigrationDriver } from './session.js';
import { createSqliteDriver } from './sqlite.js';

export interface MigratorOptions {
  readonly provider: Provider;
  /** `file:…` or `postgresql://…`, as Prisma writes it. */
  readonly url: string;
  /** How long to wait for another process that migrates or for a lock, in milliseconds. @default 30_000 */
  readonly waitMs?: number;
  /** Whose migrations are applied after the core's. @default none */
  readonly plugins?: readonly MigratedPlugin[];
  /** @default the migrations that ship in this package, and those of the plugins */
  readonly history?: readonly Migration[];
}

export interface Migrator {
  /** How the database stands; changes nothing. */
  state(): Promise<Assessment>;
  /**
   * Applies what is pending, all of it or nothing, and returns the names applied. Safe to run from several processes
   * at once: one works, the others wait and find nothing to do. A state that can't be migrated is a `MigrationError`.
   */
  apply(): Promise<readonly string[]>;
}

/** Brings a database to the schema this version needs, recording it the way Prisma's own command line does. */
export function createMigrator({ provider, url, waitMs = 30_000, plugins, history }: MigratorOptions): Migrator {
  const driver = createDriver(url, waitMs, provider);
  const migrations = async () => history ?? (await readHistory(provider, plugins));
  return {
    async state() {
      return assess(await migrations(), await driver.look());
    },
    async apply() {
      const known = await migrations();
      const found = await driver.look();
      if (assess(known, found).state === 'current' && found.isSearchMade) return [];
      return driver.change(async (session) => {
        const { state, pending, sentence } = assess(known, await session.facts());
        if (state === 'newer' || state === 'half' || state === 'foreign') throw new MigrationError(sentence);
        for (const migration of pending) await applyTo(session, migration);
        await ensureSearch(session);
        return pending.map(({ name }) => name);
      });
    },
  };
}

/** Reaches the database at a URL. `provider`: what it has to be. */
export function createDriver(url: string, waitMs: number, provider?: Provider): MigrationDriver {
  const target = parseDatabaseUrl(url);
  if (provider !== undefined && target.provider !== provider) {
    throw new MigrationError(`The database URL is not one of ${provider}.`);
  }
  return target.provider === 'sqlite'
    ? createSqliteDriver(target.file, waitMs)
    : createPostgresqlDriver(target, waitMs);
}
