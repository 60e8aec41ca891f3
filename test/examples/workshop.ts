import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root, run } from './commands.js';

/** An example, installed and built in a folder far from this repository. */
export interface Workshop extends AsyncDisposable {
  readonly folder: string;
}

const madeHere = new Set(['node_modules', 'dist', 'generated', '.next', '.confab', 'next-env.d.ts']);

/** Says how long each step took. */
async function step(name: string, what: string, work: () => Promise<unknown>): Promise<void> {
  const start = performance.now();
  await work();
  console.log(`${name}: ${what} in ${((performance.now() - start) / 1_000).toFixed(1)} s`);
}

/** Copies, installs, generates, type-checks and builds an example as its README says. */
export async function prepare(name: string): Promise<Workshop> {
  const place = await mkdtemp(path.join(tmpdir(), `confab-${name}-`));
  const folder = path.join(place, 'examples', name);
  const remove = () => rm(place, { recursive: true, force: true });
  try {
    await symlink(path.join(root, 'dist-packages'), path.join(place, 'dist-packages'));
    await cp(path.join(root, 'examples', name), folder, {
      recursive: true,
      filter: (source) => !madeHere.has(path.basename(source)) && !/\.db(-\w+)?$/.test(source),
    });
    await step(name, 'installed', () => run('npm', ['ci', '--ignore-scripts', '--prefer-offline'], { cwd: folder }));
    await step(name, 'got its driver', () => giveDriver(folder));
    await step(name, 'built', () => run('npm', ['run', 'build'], { cwd: folder, env: buildEnvironment }));
    return { folder, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

const buildEnvironment = {
  // Generating needs no schema engine, but Prisma's command line downloads one unless told where it is.
  PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
  PRISMA_HIDE_UPDATE_MESSAGE: '1',
  CHECKPOINT_DISABLE: '1',
  NEXT_TELEMETRY_DISABLED: '1',
};

/** Compiling SQLite takes more than a minute; the same version, compiled for this Node.js, is in this repository. */
async function giveDriver(folder: string): Promise<void> {
  const driver = 'node_modules/better-sqlite3';
  const build = path.join(root, driver, 'build');
  const [own, built] = await Promise.all([folder, root].map((place) => versionOf(path.join(place, driver))));
  if (own === built && existsSync(build)) {
    await cp(
      path.join(build, 'Release/better_sqlite3.node'),
      path.join(folder, driver, 'build/Release/better_sqlite3.node'),
    );
    return;
  }
  const nodeFolder = path.resolve(path.dirname(process.execPath), '..');
  // With Node's own headers nothing has to be fetched from anywhere but the npm registry.
  const hasHeaders = existsSync(path.join(nodeFolder, 'include/node/node.h'));
  await run('npm', ['rebuild', 'better-sqlite3', '--ignore-scripts=false'], {
    cwd: folder,
    env: hasHeaders ? { npm_config_nodedir: nodeFolder } : {},
  });
}

async function versionOf(folder: string): Promise<string> {
  const manifest = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as { version: string };
  return manifest.version;
}
