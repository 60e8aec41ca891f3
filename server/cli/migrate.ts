import type { MigratedPlugin } from '../store/migrate/history.js';
import { migrateDatabase } from '../store/migrate/migrate-database.js';
import { migrateProject } from '../store/migrate/project.js';
import type { Config } from './config.js';

export interface MigrateOptions {
  readonly plugins?: readonly MigratedPlugin[];
  /** A project's own Prisma migrations, applied instead of Confab's. */
  readonly folder?: string | undefined;
}

/** Brings the configured database up to date; returns the names of the migrations applied. */
export function migrate(
  { databaseUrl }: Pick<Config, 'databaseUrl'>,
  { plugins = [], folder }: MigrateOptions = {},
): Promise<readonly string[]> {
  return folder === undefined
    ? migrateDatabase({ url: databaseUrl, plugins })
    : migrateProject({ url: databaseUrl, folder });
}
