import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Provider } from '../transaction.js';
import { MigrationError } from './migration-error.js';

/** A committed migration. Its name begins with a time, so names sort in the order they are applied. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
  /** As Prisma records it: SHA-256 of the file, in hexadecimal. */
  readonly checksum: string;
  /** The plugin whose migration it is; absent for the core's. */
  readonly plugin?: string;
}

/** A plugin, as far as migrating goes. */
export interface MigratedPlugin {
  readonly id: string;
  /** A folder with `sqlite/` and `postgresql/`, each with migrations named `<time>_chat_<id>_<what>`, the id in snake case. */
  readonly migrations?: URL;
}

/** Tells Confab's migrations from a host's own in a table both may be recorded in. */
export const confabMigration = /^\d{14}_confab_/;

/** Tells those of plugins. */
export const pluginMigration = /^\d{14}_chat_/;

/** The migrations that ship in this package, oldest first, and after them those of plugins. */
export async function readHistory(
  provider: Provider,
  plugins: readonly MigratedPlugin[] = [],
): Promise<readonly Migration[]> {
  const core = await readMigrations(path.join(packageFolder(), 'migrations', provider));
  return [...core, ...(await Promise.all(plugins.map((plugin) => readPlugin(provider, plugin)))).flat()];
}

/** The migrations in a folder as Prisma lays it out, oldest first. */
export async function readMigrations(folder: string): Promise<readonly Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(path.join(folder, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

async function readPlugin(provider: Provider, { id, migrations }: MigratedPlugin): Promise<readonly Migration[]> {
  if (migrations === undefined) return [];
  const folder = path.join(fileURLToPath(migrations), provider);
  if (!existsSync(folder)) throw new MigrationError(`The plugin "${id}" has no migrations for ${provider}: ${folder}`);
  const found = await readMigrations(folder);
  const prefix = pluginPrefix(id);
  const stranger = found.find(({ name }) => !prefix.test(name));
  if (stranger === undefined) return found.map((migration) => ({ ...migration, plugin: id }));
  throw new MigrationError(
    `The migrations of the plugin "${id}" must be named <time>_chat_${snakeCase(id)}_<what>, unlike ${stranger.name}.`,
  );
}

/** What the names of a plugin's migrations begin with. */
export function pluginPrefix(id: string): RegExp {
  return new RegExp(`^\\d{14}_chat_${snakeCase(id)}(?:_|$)`);
}

/** A plugin's id as it stands in names of tables and migrations: `linkPreviews` → `link_previews`. */
export function snakeCase(id: string): string {
  return id.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The package's folder, from the sources as from `dist`. */
export function packageFolder(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, 'package.json'))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error('The folder of @confab/server cannot be found.');
    folder = parent;
  }
  return folder;
}
