import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandError } from '../command-error.js';
import { orderUnions } from './order-unions.js';
import { readConstant } from './read-type.js';
import type { TypeNode } from './type-node.js';
import { findCompiler } from './typescript.js';

/** Where a router is declared. */
export interface RouterSource {
  /** An absolute path. */
  readonly file: string;
  /** What it is exported as: the router itself or its type. */
  readonly exported: string;
  /** The settings it is compiled with, as an absolute path. @default the nearest `tsconfig.json` above the file */
  readonly tsconfig?: string | undefined;
}

/** The type of a router, and what is wrong with the files it is made of. */
export interface CompiledRouter {
  readonly type: TypeNode;
  /** The compiler's own words, a line each: with errors, what it takes the router to be may lack something. */
  readonly errors: readonly string[];
}

/** Has the project's own compiler print the flattened type of a router, and reads it. */
export async function compileRouter(source: RouterSource): Promise<CompiledRouter> {
  if (!existsSync(source.file)) throw new CommandError(`There is no file ${source.file}.`);
  const tsconfig = source.tsconfig ?? nearest('tsconfig.json', path.dirname(source.file));
  if (source.tsconfig !== undefined && !existsSync(source.tsconfig)) {
    throw new CommandError(`There is no file ${source.tsconfig}.`);
  }
  const { tsc } = await findCompiler(path.dirname(source.file));
  const folder = await makeFolder(tsconfig ?? source.file);
  try {
    await writeFile(path.join(folder, 'entry.mts'), entry(source, folder));
    await writeFile(path.join(folder, 'tsconfig.json'), JSON.stringify(settings(folder, tsconfig), null, 2));
    const said = await run(tsc, ['-p', folder]);
    const errors = errorsIn(said, folder);
    const emitted = path.join(folder, 'out', path.relative(path.parse(folder).root, folder), 'entry.d.mts');
    const declarations = await readFile(emitted, 'utf8').catch(() => null);
    if (declarations === null) throw new CommandError(`The compiler printed no types of the router:\n${said}`);
    const router = ['value', 'type'].map((name) => readConstant(declarations, name)).find(isRouter);
    if (router === undefined) throw new CommandError(sentence(source, errors));
    return { type: orderUnions(router), errors };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const types = fileURLToPath(new URL('./flatten.js', import.meta.url));

function entry({ file, exported }: RouterSource, folder: string): string {
  return `import type { FlatRouter } from '${specifier(folder, types)}';
import type * as host from '${specifier(folder, file)}';
declare function flatten<Router>(): FlatRouter<Router>;
export const value = flatten<typeof host.${exported}>();
export const type = flatten<host.${exported}>();
`;
}

function specifier(folder: string, file: string): string {
  const compiled = file
    .replace(/\.(?:ts|tsx|jsx)$/, '.js')
    .replace(/\.mts$/, '.mjs')
    .replace(/\.cts$/, '.cjs');
  const relative = path.relative(folder, compiled).split(path.sep).join('/');
  return relative.startsWith('.') ? relative : `./${relative}`;
}

/** The project's own settings as far as they say how types are read, and nothing of how it is built. */
function settings(folder: string, tsconfig: string | undefined): object {
  return {
    ...(tsconfig === undefined ? {} : { extends: tsconfig }),
    compilerOptions: {
      ...(tsconfig === undefined ? { module: 'NodeNext', target: 'ES2022' } : {}),
      strict: true,
      skipLibCheck: true,
      noEmitOnError: false,
      noErrorTruncation: true,
      declaration: true,
      emitDeclarationOnly: true,
      noEmit: false,
      declarationMap: false,
      isolatedDeclarations: false,
      composite: false,
      incremental: false,
      tsBuildInfoFile: null,
      declarationDir: null,
      outFile: null,
      rootDir: path.parse(folder).root,
      outDir: path.join(folder, 'out'),
    },
    files: ['entry.mts'],
    include: [],
  };
}

/** A folder inside the project, where the compiler finds what the project's files find. */
async function makeFolder(file: string): Promise<string> {
  const modules = nearest('node_modules', path.dirname(file));
  const parent = modules === undefined ? path.dirname(file) : path.join(modules, '.cache/confab');
  await mkdir(parent, { recursive: true });
  return mkdtemp(path.join(parent, '.contract-'));
}

function nearest(name: string, from: string): string | undefined {
  const candidate = path.join(from, name);
  if (existsSync(candidate)) return candidate;
  const parent = path.dirname(from);
  return parent === from ? undefined : nearest(name, parent);
}

function run(tsc: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const compiler = spawn(process.execPath, [tsc, ...args, '--pretty', 'false'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    compiler.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    compiler.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    compiler.once('error', reject);
    // Its exit code says whether the whole project is free of errors, which is not asked.
    compiler.once('close', () => resolve(said));
  });
}

function isRouter(node: TypeNode | undefined): node is TypeNode {
  return node !== undefined && node.kind === 'object';
}

/** Errors that come of printing declarations of files that are not meant to have any. */
const ofDeclarations = /error TS(?:2742|2883|4\d{3}|7056|9\d{3}):/;

/** What the compiler said of the project's own files. */
function errorsIn(said: string, folder: string): readonly string[] {
  return said
    .split(/\r?\n/)
    .filter((line) => /^\S.*: error TS\d+/.test(line) && !ofDeclarations.test(line))
    .filter((line) => !line.includes(path.basename(folder)) && !line.includes('node_modules'));
}

function sentence({ file, exported }: RouterSource, errors: readonly string[]): string {
  const first = `${file} exports no tRPC router called ${exported}, or the compiler can't read its type.`;
  return errors.length === 0 ? first : [first, ...tellErrors(errors)].join('\n  ');
}

/** So many errors are told. */
const maxErrors = 5;

/** The first of some errors, below a line that says what they are. */
export function tellErrors(errors: readonly string[]): readonly string[] {
  const more = errors.length > maxErrors ? [`… and ${String(errors.length - maxErrors)} more.`] : [];
  return ['The compiler finds errors in the files it is made of:', ...errors.slice(0, maxErrors), ...more];
}
