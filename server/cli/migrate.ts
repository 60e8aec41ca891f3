import type { MigratedPlugin } from '../store/migrate/history.js';
import { migrateDatabase, migrateSearch } from '../store/migrate/migrate-database.js';
import { migrateProject } from '../store/migrate/project.js';
import type { Config } from './config.js';

export interface MigrateOptions {
  readonly plugins?: readonly MigratedPlugin[];
  /** A project's own Prisma migrations, applied instead of Confab's. */
  readonly folder?: string | undefined;
  /** Only what searching messages takes, in tables that Prisma's own tools have made. */
  readonly onlySearch?: boolean | undefined;
}

/** Brings the configured database up to date; returns the names of the migrations applied. */
export async function migrate(
  { databaseUrl }: Pick<Config, 'databaseUrl'>,
  { plugins = [], folder, onlySearch = false }: MigrateOptions = {},
): Promise<readonly string[]> {
  if (onlySearch) return (await migrateSearch({ url: databaseUrl })) ? ['the search index'] : [];
  return folder === undefined
    ? migrateDatabase({ url: databaseUrl, plugins })
    : migrateProject({ url: databaseUrl, folder });
}
