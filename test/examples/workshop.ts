import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root, run } from './commands.js';

/** A folder far from this repository, that goes at the end. */
export interface Workshop extends AsyncDisposable {
  readonly folder: string;
}

/** Makes an empty one. */
export async function makeFolder(name: string): Promise<Workshop> {
  const folder = await mkdtemp(path.join(tmpdir(), `confab-${name}-`));
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

const madeHere = new Set(['node_modules', 'dist', 'generated', '.next', '.confab', 'next-env.d.ts']);

/** Says how long a step took. */
export async function step(name: string, what: string, work: () => Promise<unknown>): Promise<void> {
  const start = performance.now();
  await work();
  console.log(`${name}: ${what} in ${((performance.now() - start) / 1_000).toFixed(1)} s`);
}

/** Copies, installs, generates, type-checks and builds an example as its README says. */
export async function prepare(name: string): Promise<Workshop> {
  const place = await makeFolder(name);
  const folder = path.join(place.folder, 'examples', name);
  try {
    await symlink(path.join(root, 'dist-packages'), path.join(place.folder, 'dist-packages'));
    await cp(path.join(root, 'examples', name), folder, {
      recursive: true,
      filter: (source) => !madeHere.has(path.basename(source)) && !/\.db(-\w+)?$/.test(source),
    });
    await install(name, folder);
    await step(name, 'built', () => run('npm', ['run', 'build'], { cwd: folder, env: buildEnvironment }));
    return { ...place, folder };
  } catch (error) {
    await place[Symbol.asyncDispose]();
    throw error;
  }
}

/** Installs what a project's lockfile says or, where packages are named, these beside it. */
export async function install(name: string, folder: string, ...named: readonly string[]): Promise<void> {
  const args = named.length === 0 ? ['ci'] : ['install', ...named];
  await step(name, `ran npm ${args[0] ?? ''}`, () =>
    run('npm', [...args, '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: folder }),
  );
  if (existsSync(path.join(folder, 'node_modules/better-sqlite3'))) await giveDriver(folder);
}

/** The tarball of one of the packages, as a file to be installed. */
export function tarball(name: 'shared' | 'server' | 'client'): string {
  return path.join(root, 'dist-packages', `confab-${name}.tgz`);
}

export const buildEnvironment = {
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
