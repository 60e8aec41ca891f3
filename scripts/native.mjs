import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { root } from './schema.mjs';

const require = createRequire(import.meta.url);

/** Builds the SQLite driver when the installation left it unbuilt, as npm does where install scripts are switched off. */
export function ensureSqliteDriver() {
  if (canLoad()) return;
  const nodeFolder = path.resolve(path.dirname(process.execPath), '..');
  // With Node's own headers nothing has to be fetched from anywhere but the npm registry.
  const hasHeaders = existsSync(path.join(nodeFolder, 'include/node/node.h'));
  spawnSync('npm', ['rebuild', 'better-sqlite3', '--ignore-scripts=false', '--foreground-scripts'], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...(hasHeaders && { npm_config_nodedir: nodeFolder }) },
  });
}

function canLoad() {
  const Database = require('better-sqlite3');
  try {
    new Database(':memory:').close();
    return true;
  } catch {
    return false;
  }
}
