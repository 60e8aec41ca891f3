import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, readdir, rename, rm } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { root } from './schema.mjs';

const run = promisify(execFile);

/** Where the tarballs lie. Their names have no version, so that whoever installs from here needs no new path for one. */
export const tarballFolder = path.join(root, 'dist-packages');

/**
 * What is published, and what each package holds beside its manifest, README.md, LICENSE and everything its sources
 * compile to but the `omitted`: patterns, each of which has to match at least one file. `copied` is what lies elsewhere in
 * this repository and is packed with it; `entries` are the sources that have to be exported.
 */
export const packages = [
  { folder: 'shared', entries: /^(index|plugins\/[\w-]+)\.ts$/, copied: [], extras: [], omitted: [] },
  {
    folder: 'server',
    entries: /^((testing|plugins\/[\w-]+)\/)?index\.ts$/,
    copied: ['prisma'],
    // Prisma generates them for pages; they import what is no dependency here.
    omitted: [/^dist\/store\/generated\/\w+\/(internal\/prismaNamespaceB|b)rowser\./],
    extras: [
      /^bin\/confab\.js$/,
      /^prisma\/(plugins\/)?[a-z-]+\.prisma$/,
      /^migrations\/(chat|plugins\/([a-z-]+)\/\2)\.prisma$/,
      /^migrations\/(plugins\/[a-z-]+\/)?(sqlite|postgresql)\/(migration_lock\.toml|\d{14}_(confab|chat)_\w+\/migration\.sql)$/,
      /^demo\/(index\.html|favicon\.svg|assets\/[\w-]+\.(js|css|woff2))$/,
    ],
  },
  {
    folder: 'client',
    entries: /^(react\/index|plugins\/[\w-]+|plugins\/[\w-]+\/index|index)\.ts$/,
    copied: [],
    extras: [],
    omitted: [],
  },
];

/** Removes what was compiled from a source that is gone; the compiler leaves it there. */
export async function prune({ folder }) {
  const dist = path.join(root, folder, 'dist');
  const compiled = new Set(compiledFrom(await sourcesIn(path.join(root, folder))));
  const entries = await readdir(dist, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => path.join(parentPath, name));
  const isStale = (file) =>
    /\.(js|d\.ts|js\.map)$/.test(file) &&
    !compiled.has(path.relative(path.dirname(dist), file).replaceAll(path.sep, '/'));
  await Promise.all(files.filter(isStale).map((file) => rm(file)));
}

/** Packs a built package; resolves to its tarball, its manifest and the paths of its files. */
export async function pack({ folder, copied }) {
  const cwd = path.join(root, folder);
  // What a package ships has to lie in its folder.
  for (const name of ['LICENSE', ...copied]) {
    await rm(path.join(cwd, name), { recursive: true, force: true });
    await cp(path.join(root, name), path.join(cwd, name), { recursive: true });
  }
  await mkdir(tarballFolder, { recursive: true });
  const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', tarballFolder], {
    cwd,
    maxBuffer: 64 * 1_024 * 1_024,
  });
  // npm 10 prints an array, npm 11 an object by name.
  const [{ filename, size, files }] = Object.values(JSON.parse(stdout));
  const manifest = JSON.parse(await readFile(path.join(cwd, 'package.json'), 'utf8'));
  const tarball = path.join(tarballFolder, `${manifest.name.replace('@', '').replace('/', '-')}.tgz`);
  await rename(path.join(tarballFolder, path.basename(filename)), tarball);
  return { tarball, size, manifest, files: files.map((file) => file.path).sort() };
}

/** What is wrong with a package's files, as sentences: too many, too few, or leading to something that is not there. */
export async function inspect({ folder, entries, extras, omitted }, { manifest, files }) {
  const isOmitted = (file) => omitted.some((pattern) => pattern.test(file));
  const sources = await sourcesIn(path.join(root, folder));
  const compiled = compiledFrom(sources).filter((file) => !isOmitted(file));
  const exported = Object.values(manifest.exports).map(({ default: file }) => file);
  const required = ['package.json', 'README.md', 'LICENSE', ...compiled.filter((file) => !file.endsWith('.map'))];
  const allowed = new Set([...required, ...compiled]);
  const isExtra = (file) => extras.some((pattern) => pattern.test(file));
  const sentences = [
    ...compiledFrom(sources.filter((file) => entries.test(file)))
      .filter((file) => file.endsWith('.js') && !exported.includes(`./${file}`))
      .map((file) => `${file} is not exported.`),
    ...required.filter((file) => !files.includes(file)).map((file) => `${file} is missing.`),
    ...extras.filter((pattern) => !files.some((file) => pattern.test(file))).map((pattern) => `No file is ${pattern}.`),
    ...files.filter((file) => !allowed.has(file) && !isExtra(file)).map((file) => `${file} does not belong there.`),
  ];
  const imported = new Set();
  for (const file of files) {
    if (file.startsWith('demo/')) continue;
    const text = await readFile(path.join(root, folder, file), 'utf8');
    if (file.endsWith('.map')) sentences.push(...missingSources(file, JSON.parse(text), files));
    else if (/\.(js|d\.ts)$/.test(file)) for (const name of packagesIn(text)) imported.add(name);
  }
  return [...sentences, ...missingDependencies(manifest, imported)];
}

async function sourcesIn(folder, below = '') {
  const entries = await readdir(path.join(folder, below), { withFileTypes: true });
  const nested = entries.map((entry) => {
    const file = path.posix.join(below, entry.name);
    if (!entry.isDirectory()) return /(?<!\.d)\.tsx?$/.test(file) ? [file] : [];
    return ['dist', 'node_modules'].includes(entry.name) || entry.name.startsWith('.') ? [] : sourcesIn(folder, file);
  });
  return (await Promise.all(nested)).flat();
}

function compiledFrom(sources) {
  const stems = sources.map((file) => `dist/${file.replace(/\.tsx?$/, '')}`);
  return stems.flatMap((stem) => [`${stem}.js`, `${stem}.d.ts`, `${stem}.js.map`]);
}

/** A map is of use where its sources are: in the map itself or beside it. */
function missingSources(file, { sources, sourcesContent = [] }, files) {
  return sources
    .filter((source, index) => {
      const beside = path.posix.join(path.posix.dirname(file), source);
      return typeof sourcesContent[index] !== 'string' && !files.includes(beside);
    })
    .map((source) => `${file} leads to ${source}, which is not there.`);
}

/** The packages a file imports from, as the compiler reads it: what stands in comments and strings is none. */
function packagesIn(text) {
  return ts
    .preProcessFile(text, true, true)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => !name.startsWith('.') && !isBuiltin(name))
    .map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name);
}

function missingDependencies({ name, dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} }, imported) {
  const declared = Object.keys({ ...dependencies, ...peerDependencies });
  return [
    ...[...imported]
      .filter((other) => other !== name && !declared.includes(other))
      .map((other) => `${other} is imported, but no dependency.`),
    // What is started as a program is an optional peer, and imported nowhere.
    ...declared
      .filter((other) => !imported.has(other) && peerDependenciesMeta[other]?.optional !== true)
      .map((other) => `${other} is a dependency, but never imported.`),
  ];
}
