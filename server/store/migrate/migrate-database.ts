import { parseDatabaseUrl } from '../database-url.js';
import type { MigratedPlugin } from './history.js';
import { createDriver, createMigrator } from './migrator.js';
import { MigrationError } from './migration-error.js';
import { ensureSearch } from './session.js';

export interface MigrateDatabaseOptions {
  /** `file:…` or `postgresql://…`, as Prisma writes it. */
  readonly url: string;
  /** Plugins whose tables are wanted too. @default none */
  readonly plugins?: readonly MigratedPlugin[];
  /** How long to wait for another process that migrates or for a lock, in milliseconds. @default 30_000 */
  readonly waitMs?: number;
}

/**
 * Makes what searching messages takes in a database whose tables Prisma's own tools have made, and makes it anew where it is
 * not as it should be. `false`: it was all there. A database without the tables is a `MigrationError`.
 */
export async function migrateSearch({
  url,
  waitMs = 30_000,
}: Omit<MigrateDatabaseOptions, 'plugins'>): Promise<boolean> {
  const driver = createDriver(url, waitMs);
  const { isSearchMade, hasOtherTables } = await driver.look();
  if (!hasOtherTables) throw new MigrationError('The database is empty. Run your own migrations first.');
  return !isSearchMade && driver.change(ensureSearch);
}

/**
 * Brings a database to what this version and the plugins need: all of it or nothing. Returns the names applied. Safe to
 * run from several processes at once; what can't be migrated is a `MigrationError` that says why.
 */
export function migrateDatabase({ url, ...options }: MigrateDatabaseOptions): Promise<readonly string[]> {
  return createMigrator({ provider: parseDatabaseUrl(url).provider, url, ...options }).apply();
}
