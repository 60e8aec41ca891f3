import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { ChatPlugin } from '../../extend/plugins/plugin.js';
import { readHistory } from '../../store/migrate/history.js';
import type { Migration } from '../../store/migrate/history.js';
import type { Provider } from '../../store/transaction.js';

/** Everything that has to be applied to an empty database, in order. */
export async function readMigrations(
  provider: Provider,
  folder: URL | undefined,
  plugins: readonly ChatPlugin[],
): Promise<readonly Migration[]> {
  if (folder !== undefined) return readFolder(folder);
  const own = plugins.flatMap(({ migrations }) =>
    migrations === undefined ? [] : [readFolder(new URL(`${provider}/`, asFolder(migrations)))],
  );
  const all = [await readHistory(provider), ...(await Promise.all(own))];
  return all.flat().sort((one, other) => (one.name < other.name ? -1 : 1));
}

async function readFolder(folder: URL): Promise<Migration[]> {
  const entries = await readdir(asFolder(folder), { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(new URL(`${name}/migration.sql`, asFolder(folder)), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

function asFolder(url: URL): URL {
  return url.href.endsWith('/') ? url : new URL(`${url.href}/`);
}
