import { parseDatabaseUrl } from '../database-url.js';
import type { MigratedPlugin } from './history.js';
import { createMigrator } from './migrator.js';

export interface MigrateDatabaseOptions {
  /** `file:…` or `postgresql://…`, as Prisma writes it. */
  readonly url: string;
  /** Plugins whose tables are wanted too. @default none */
  readonly plugins?: readonly MigratedPlugin[];
  /** How long to wait for another process that migrates or for a lock, in milliseconds. @default 30_000 */
  readonly waitMs?: number;
}

/**
 * Brings a database to what this version and the plugins need: all of it or nothing. Returns the names applied. Safe to
 * run from several processes at once; what can't be migrated is a `MigrationError` that says why.
 */
export function migrateDatabase({ url, ...options }: MigrateDatabaseOptions): Promise<readonly string[]> {
  return createMigrator({ provider: parseDatabaseUrl(url).provider, url, ...options }).apply();
}
