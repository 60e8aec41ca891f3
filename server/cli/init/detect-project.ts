import { existsSync } from 'node:fs';
import path from 'node:path';
import { CommandError } from '../generate/command-error.js';
import { readIfThere } from '../generate/output-files.js';
import { findHostSchema, schemaText } from '../generate/prisma/host-schema.js';
import type { HostSchema } from '../generate/prisma/host-schema.js';
import { findContextMaker } from './context-maker.js';
import type { ContextMaker } from './context-maker.js';
import { importEnding } from './imports.js';
import type { ImportEnding } from './imports.js';
import { readSources } from './source-files.js';
import type { SourceFile } from './source-files.js';

export type Framework = 'express' | 'fastify' | 'hono' | 'next' | 'node-http';
export type PackageManager = 'npm' | 'pnpm' | 'yarn' | 'bun';

/** What is known of the project a chat is put into. */
export interface Project {
  readonly framework: Framework;
  readonly packageManager: PackageManager;
  /** Its client's module relative to the project, with `/`. */
  readonly schema: HostSchema & { readonly provider: 'sqlite' | 'postgresql' };
  /** The text of the whole schema. */
  readonly models: string;
  /** Its dependencies of every kind, by name. */
  readonly dependencies: ReadonlySet<string>;
  readonly sources: readonly SourceFile[];
  /** How its relative imports end. */
  readonly ending: ImportEnding;
  /** Where the root router is; `undefined`: not found. */
  readonly router: SourceFile | undefined;
  /** What the root router is called. */
  readonly routerName: string;
  /** Where tRPC is initialised; `undefined`: not found. */
  readonly trpc: SourceFile | undefined;
  /** What makes the context; `undefined`: not found. */
  readonly context: ContextMaker | undefined;
  /** Where the server is started; `undefined`: not found. */
  readonly server: SourceFile | undefined;
  /** Where tRPC is mounted. */
  readonly path: string;
}

/** Looks at a project. Throws `CommandError` where a chat can't be put into it. */
export async function detectProject(cwd: string): Promise<Project> {
  const manifest = await readIfThere(path.join(cwd, 'package.json'));
  if (manifest === null)
    throw new CommandError('There is no package.json here: run this in the folder of your project.');
  const tsconfig = await readIfThere(path.join(cwd, 'tsconfig.json'));
  if (tsconfig === null) {
    throw new CommandError('There is no tsconfig.json here, and the file to be written is TypeScript.');
  }
  const { dependencies, packageManager } = readManifest(manifest);
  const schema = await findHostSchema(cwd);
  if (schema === undefined) {
    throw new CommandError(
      'There is no Prisma schema here, where the tables of the chat belong. Begin with: npx prisma init',
    );
  }
  const { provider } = schema;
  if (provider === undefined)
    throw new CommandError('The database of the Prisma schema is neither SQLite nor PostgreSQL.');
  const sources = await readSources(cwd);
  const router = findRouter(sources);
  const framework = frameworkOf(dependencies);
  const trpc = sources.find(({ text }) => /\binitTRPC\b/.test(text));
  const server = sources.find(({ text }) => serverMarks[framework].test(text) && !/\bcreateChat\(/.test(text));
  return {
    framework,
    packageManager: managerOf(cwd, packageManager),
    schema: {
      ...schema,
      provider,
      client: schema.client && path.relative(cwd, schema.client).split(path.sep).join('/'),
    },
    models: await schemaText(schema),
    dependencies,
    sources,
    router: router?.source,
    routerName: router?.name ?? 'appRouter',
    trpc,
    context: findContextMaker(sources, trpc),
    ending: importEnding(sources, tsconfig),
    server,
    path: mountPath(sources, framework),
  };
}

function readManifest(text: string): { dependencies: ReadonlySet<string>; packageManager: string } {
  try {
    const { packageManager, ...manifest } = JSON.parse(text) as Record<string, unknown>;
    const names = [manifest['dependencies'], manifest['devDependencies']].flatMap((list) => Object.keys(list ?? {}));
    return { dependencies: new Set(names), packageManager: typeof packageManager === 'string' ? packageManager : '' };
  } catch {
    throw new CommandError('The package.json here is not valid JSON.');
  }
}

function frameworkOf(dependencies: ReadonlySet<string>): Framework {
  const known = ['next', 'fastify', 'hono', 'express'] as const;
  return known.find((name) => dependencies.has(name)) ?? 'node-http';
}

/** What the file that starts a server has in it. */
const serverMarks: Readonly<Record<Framework, RegExp>> = {
  express: /\.listen\(|createServer\(/,
  fastify: /\.listen\(/,
  hono: /\bserve\(/,
  next: /createServer\(/,
  'node-http': /createServer\(|createHTTPServer\(/,
};

const lockFiles: readonly (readonly [string, PackageManager])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['package-lock.json', 'npm'],
];

/** By the manifest, else by the nearest lock file: in a workspace it lies further up. */
function managerOf(cwd: string, declared: string): PackageManager {
  const named = lockFiles.find(([, manager]) => declared.startsWith(`${manager}@`));
  const found = named ?? lockFiles.find(([file]) => existsSync(path.join(cwd, file)));
  if (found !== undefined) return found[1];
  const parent = path.dirname(cwd);
  return parent === cwd ? 'npm' : managerOf(parent, '');
}

/** The router that the client's types are taken of, else the only one called so. */
function findRouter(
  sources: readonly SourceFile[],
): { readonly source: SourceFile; readonly name: string } | undefined {
  for (const source of sources) {
    const name = /export\s+type\s+\w+\s*=\s*typeof\s+(\w*[rR]outer)\b/.exec(source.text)?.[1];
    if (name !== undefined) return { source, name };
  }
  const source = sources.find(({ text }) => /\bexport\s+const\s+appRouter\b/.test(text));
  return source && { source, name: 'appRouter' };
}

function mountPath(sources: readonly SourceFile[], framework: Framework): string {
  if (framework === 'next') {
    const route = sources.find((source) => /(?:^|\/)trpc\/\[trpc\](?:\/route)?\.tsx?$/.test(source.path));
    const found = /(?:^|\/)(?:app|pages)\/(.*)\/\[trpc\]/.exec(route?.path ?? '')?.[1];
    return found === undefined ? '/api/trpc' : `/${found}`;
  }
  const said = sources.map(({ text }) => /['"`](\/(?:[\w-]+\/)*trpc)\/?(?:\*)?['"`]/.exec(text)?.[1]);
  return said.find((found) => found !== undefined) ?? '/trpc';
}
