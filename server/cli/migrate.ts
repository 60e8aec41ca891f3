import { createMigrator } from '../store/migrate/migrator.js';
import type { Config } from './config.js';

/** Brings the configured database up to date; returns the names of the migrations applied. */
export function migrate({
  database,
  databaseUrl,
}: Pick<Config, 'database' | 'databaseUrl'>): Promise<readonly string[]> {
  return createMigrator({ provider: database.provider, url: databaseUrl }).apply();
}
