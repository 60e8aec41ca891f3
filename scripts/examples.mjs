// Keeps what the examples hold of this repository up to date: the models, their migration and the lockfile.
//   npm run examples:update [-- --check] [express fastify …]
//
// Needs the tarballs of `npm run pack`. A lockfile says nothing of their content, so that it does not change with every
// one; what it says of their dependencies has to be right, though, or `npm ci` would leave some out.
import { execFile } from 'node:child_process';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual, parseArgs, promisify } from 'node:util';
import { createEngine } from './engine.mjs';
import { packages, tarballFolder } from './packages.mjs';
import { root } from './schema.mjs';

const run = promisify(execFile);
const migration = '20260101000000_start';
const { values, positionals } = parseArgs({ options: { check: { type: 'boolean' } }, allowPositionals: true });

const known = await listExamples();
const unknown = positionals.filter((name) => !known.includes(name));
if (unknown.length > 0) throw new Error(`There is no example ${unknown.join(', ')}; there are ${known.join(', ')}.`);

for (const name of positionals.length > 0 ? positionals : known) {
  const folder = path.join(root, 'examples', name);
  await generateModels(folder).catch(({ stderr }) => {
    console.error(`examples/${name}: ${stderr}`);
    process.exitCode = 1;
  });
  for (const [file, text] of await wantedFiles(folder)) {
    if ((await readFile(path.join(folder, file), 'utf8').catch(() => '')) === text) continue;
    if (values.check === true) complain(name, file);
    else await write(path.join(folder, file), text);
  }
  if (await isLockCurrent(folder)) continue;
  if (values.check === true) complain(name, 'package-lock.json');
  else await lock(folder);
}

/** The examples that are projects of their own: those that install the packed packages. */
async function listExamples() {
  const names = await readdir(path.join(root, 'examples'));
  const dependencies = names.map(async (name) => {
    const text = await readFile(path.join(root, 'examples', name, 'package.json'), 'utf8').catch(() => '{}');
    return Object.values(JSON.parse(text).dependencies ?? {});
  });
  const isProject = (values) => values.some((value) => value.startsWith('file:') && value.includes('dist-packages'));
  const found = (await Promise.all(dependencies)).map(isProject);
  return names.filter((_, index) => found[index]);
}

function complain(name, file) {
  console.error(`examples/${name}/${file} is not up to date: run npm run examples:update`);
  process.exitCode = 1;
}

async function write(file, text) {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
  console.log(path.relative(root, file));
}

/** As whoever has such a project does it. */
async function generateModels(folder) {
  const confab = path.join(root, 'server/bin/confab.js');
  const check = values.check === true ? ['--check'] : [];
  await run(process.execPath, [confab, 'generate', 'prisma', '--out', 'prisma/schema/chat.prisma', ...check], {
    cwd: folder,
  });
}

async function wantedFiles(folder) {
  const parts = ['app', 'chat'].map((name) => readFile(path.join(folder, `prisma/schema/${name}.prisma`), 'utf8'));
  const schema = (await Promise.all(parts)).join('\n');
  const provider = /datasource \w+ \{[^}]*provider *= *"(\w+)"/.exec(schema)?.[1];
  const engine = await createEngine({ provider, schema });
  return [
    ['prisma/migrations/migration_lock.toml', `provider = "${provider}"\n`],
    [`prisma/migrations/${migration}/migration.sql`, await engine.diff(null, schema)],
  ];
}

/** What a lockfile repeats of a package's manifest. */
function manifestIn({ version, bin, dependencies, peerDependencies, peerDependenciesMeta, optionalDependencies }) {
  return { version, bin, dependencies, peerDependencies, peerDependenciesMeta, optionalDependencies };
}

async function isLockCurrent(folder) {
  const text = await readFile(path.join(folder, 'package-lock.json'), 'utf8').catch(() => '{}');
  const { packages: locked = {} } = JSON.parse(text);
  const wanted = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  const { '': own = {} } = locked;
  if (!['dependencies', 'devDependencies'].every((kind) => isDeepStrictEqual(own[kind], wanted[kind]))) return false;
  if (/"resolved": "https?:/.test(text)) return false;
  const checks = packages.map(async (one) => {
    const manifest = JSON.parse(await readFile(path.join(root, one.folder, 'package.json'), 'utf8'));
    const entry = locked[`node_modules/${manifest.name}`];
    if (entry === undefined) return wanted.dependencies[manifest.name] === undefined;
    return entry.integrity === undefined && isDeepStrictEqual(manifestIn(entry), manifestIn(normal(manifest)));
  });
  return (await Promise.all(checks)).every(Boolean);
}

/** npm writes the path of a command without `./`. */
function normal(manifest) {
  if (manifest.bin === undefined) return manifest;
  const bin = Object.entries(manifest.bin).map(([name, file]) => [name, path.posix.normalize(file)]);
  return { ...manifest, bin: Object.fromEntries(bin) };
}

async function lock(folder) {
  const file = path.join(folder, 'package-lock.json');
  const tarballs = (await readdir(tarballFolder).catch(() => [])).length;
  if (tarballs === 0) throw new Error('There are no tarballs to lock: run npm run pack first.');
  const present = await readFile(file, 'utf8').catch(() => '{}');
  await writeFile(
    file,
    withoutOurs(present, () => undefined),
  );
  const options = [
    '--package-lock-only',
    '--ignore-scripts',
    '--omit-lockfile-registry-resolved',
    '--no-audit',
    '--no-fund',
  ];
  await run('npm', ['install', ...options], { cwd: folder });
  await write(
    file,
    withoutOurs(await readFile(file, 'utf8'), (entry) => ({ ...entry, integrity: undefined })),
  );
}

/** Replaces what a lockfile says of our tarballs; without an entry npm looks into the tarball again. */
function withoutOurs(text, replace) {
  const { packages: locked = {}, ...rest } = JSON.parse(text);
  const entries = Object.entries(locked).flatMap(([place, entry]) => {
    if (!/^node_modules\/@confab\/[^/]+$/.test(place)) return [[place, entry]];
    const replaced = replace(entry);
    return replaced === undefined ? [] : [[place, replaced]];
  });
  return `${JSON.stringify({ ...rest, packages: Object.fromEntries(entries) }, null, 2)}\n`;
}
