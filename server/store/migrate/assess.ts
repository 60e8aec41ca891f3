import { confabMigration, pluginMigration, pluginPrefix, type Migration } from './history.js';

/**
 * How a database stands to the migrations that ship here.
 *
 * `empty` and `pending` can be migrated; `newer`, `half` and `foreign` are refused and left as they are.
 */
export type MigrationState = 'current' | 'pending' | 'newer' | 'half' | 'foreign' | 'empty';

/** A row of `_prisma_migrations` that was not rolled back. */
export interface AppliedMigration {
  readonly name: string;
  readonly checksum: string;
  readonly isFinished: boolean;
}

/** What was found in a database. `applied` is `null` when there is no `_prisma_migrations` table. */
export interface DatabaseFacts {
  readonly applied: readonly AppliedMigration[] | null;
  readonly hasOtherTables: boolean;
  /** Messages can be searched, or there is no table of messages yet. */
  readonly isSearchMade: boolean;
}

export interface Assessment {
  readonly state: MigrationState;
  /** What still has to be applied; empty unless the state is `empty` or `pending`. */
  readonly pending: readonly Migration[];
  /** For people: how it stands and, where it is refused, what to do. */
  readonly sentence: string;
}

/** Tells the state of a database from what was found in it. */
export function assess(
  history: readonly Migration[],
  { applied, hasOtherTables }: Omit<DatabaseFacts, 'isSearchMade'>,
): Assessment {
  if (applied === null || applied.length === 0) {
    if (!hasOtherTables) return { state: 'empty', pending: history, sentence: 'The database is empty.' };
    return refused(
      'foreign',
      'The database has tables but no record of Confab migrations. Give Confab a database of its own, or put its models into your Prisma schema and migrate with Prisma.',
    );
  }
  const unfinished = applied.find((row) => !row.isFinished);
  if (unfinished !== undefined) {
    return refused(
      'half',
      `Migration ${unfinished.name} was begun and never finished. Restore a backup, or repair the tables and settle it with "prisma migrate resolve".`,
    );
  }
  return assessFinished(history, applied);
}

function assessFinished(history: readonly Migration[], applied: readonly AppliedMigration[]): Assessment {
  const known = new Map(history.map((migration) => [migration.name, migration.checksum]));
  const plugins = new Set(history.flatMap(({ plugin }) => plugin ?? []));
  for (const { name } of applied) {
    if (known.has(name)) continue;
    if (confabMigration.test(name)) {
      return refused('newer', `The database was migrated by a newer Confab (${name}). Update this one.`);
    }
    const newer = [...plugins].find((id) => pluginPrefix(id).test(name));
    if (newer === undefined) continue;
    return refused(
      'newer',
      `The database was migrated by a newer version of the plugin "${newer}" (${name}). Update it.`,
    );
  }
  const changed = applied.find((row) => known.has(row.name) && known.get(row.name) !== row.checksum);
  if (changed !== undefined) {
    return refused(
      'foreign',
      `Migration ${changed.name} was applied from a file that differs from the one that ships here.`,
    );
  }
  const names = new Set(applied.map((row) => row.name));
  const pending = history.filter((migration) => !names.has(migration.name));
  if (pending.length === 0) return { state: 'current', pending, sentence: 'The database is up to date.' };
  const alien = applied.find(({ name }) => !known.has(name) && !pluginMigration.test(name));
  if (alien !== undefined) {
    return refused(
      'foreign',
      `The database is migrated by another application (${alien.name}). Put Confab's models into its schema ("confab generate prisma") and migrate with its own "prisma migrate", or with "confab migrate --migrations".`,
    );
  }
  const late = pending.find((migration) => newestOf(migration.plugin, history, names) > migration.name);
  if (late !== undefined) {
    const newest = newestOf(late.plugin, history, names);
    return refused('foreign', `The database lacks a migration older than its newest (${newest}). Restore a backup.`);
  }
  return { state: 'pending', pending, sentence: `${String(pending.length)} migration(s) are to be applied.` };
}

/** The newest that was applied of those the core has, or a plugin: each has a history of its own. */
function newestOf(plugin: string | undefined, history: readonly Migration[], applied: ReadonlySet<string>): string {
  const own = history.filter((migration) => migration.plugin === plugin && applied.has(migration.name));
  return (
    own
      .map(({ name }) => name)
      .sort()
      .at(-1) ?? ''
  );
}

function refused(state: MigrationState, sentence: string): Assessment {
  return { state, pending: [], sentence };
}
