import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Provider } from '../transaction.js';

/** A committed migration. Its name begins with a time, so names sort in the order they are applied. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
  /** As Prisma records it: SHA-256 of the file, in hexadecimal. */
  readonly checksum: string;
}

/** Tells Confab's migrations from a host's own in a table both may be recorded in. */
export const confabMigration = /^\d{14}_confab_/;

/** The migrations that ship in this package, oldest first. */
export async function readHistory(provider: Provider): Promise<readonly Migration[]> {
  const folder = path.join(packageFolder(), 'migrations', provider);
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(path.join(folder, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
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
