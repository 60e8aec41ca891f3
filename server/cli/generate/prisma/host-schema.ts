import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { readIfThere } from '../output-files.js';

/** The Prisma schema of a project. */
export interface HostSchema {
  /** The file or the folder, as an absolute path. */
  readonly path: string;
  readonly isFolder: boolean;
  /** `undefined`: none that Confab works with. */
  readonly provider: 'sqlite' | 'postgresql' | undefined;
  /** The module of the generated client, as an absolute path; `undefined`: `@prisma/client`. */
  readonly client: string | undefined;
}

const configs = ['prisma.config', '.config/prisma'].flatMap((name) =>
  ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'].map((extension) => `${name}.${extension}`),
);

/** Finds the Prisma schema of a project: where its config or manifest says, else where Prisma looks. */
export async function findHostSchema(cwd: string): Promise<HostSchema | undefined> {
  const candidates = [
    await fromConfig(cwd),
    await fromManifest(cwd),
    'prisma/schema.prisma',
    'prisma/schema',
    'schema.prisma',
  ];
  for (const candidate of candidates) {
    if (candidate === undefined) continue;
    const found = await look(path.resolve(cwd, candidate));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether the project's config of Prisma says a word anywhere. */
export async function isInConfig(cwd: string, word: string): Promise<boolean> {
  const texts = await Promise.all(configs.map((name) => readIfThere(path.join(cwd, name))));
  return texts.some((text) => text?.includes(word) === true);
}

/** Read, not run: a config asks for environment variables that need not be there now. */
async function fromConfig(cwd: string): Promise<string | undefined> {
  for (const name of configs) {
    const text = await readIfThere(path.join(cwd, name));
    const said =
      /^[^/\n]*\bschema\s*:\s*(?:['"`](?<plain>[^'"`]+)['"`]|(?:path\.)?(?:join|resolve)\((?<parts>[^)]*)\))/m.exec(
        text ?? '',
      );
    const { plain, parts } = said?.groups ?? {};
    if (plain !== undefined) return plain;
    if (parts !== undefined)
      return path.join(...[...parts.matchAll(/['"`]([^'"`]+)['"`]/g)].map(([, part = '']) => part));
  }
  return undefined;
}

async function fromManifest(cwd: string): Promise<string | undefined> {
  const text = await readIfThere(path.join(cwd, 'package.json'));
  try {
    const { prisma } = JSON.parse(text ?? '{}') as { readonly prisma?: { readonly schema?: unknown } };
    return typeof prisma?.schema === 'string' ? prisma.schema : undefined;
  } catch {
    return undefined;
  }
}

/** The texts of the schemas that Prisma reads together with a file of models, that file left out. */
export async function schemasBeside(file: string, host: HostSchema | undefined): Promise<readonly string[]> {
  const folder = path.dirname(file);
  const isInside = host?.isFolder === true && !path.relative(host.path, file).startsWith('..');
  if (host !== undefined && !isInside) return [];
  const others = isInside
    ? await schemaFiles(host.path)
    : (await readdir(folder).catch(() => [])).map((name) => path.join(folder, name));
  const files = others.filter((other) => other.endsWith('.prisma') && other !== file);
  return (await Promise.all(files.sort().map(readIfThere))).map((text) => text ?? '');
}

/** The text of a whole schema. */
export async function schemaText({ path: full, isFolder }: HostSchema): Promise<string> {
  const files = isFolder ? await schemaFiles(full) : [full];
  return (await Promise.all(files.sort().map(readIfThere))).join('\n');
}

async function schemaFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names
    .filter((name) => name.endsWith('.prisma') && !name.split(path.sep).includes('node_modules'))
    .map((name) => path.join(folder, name));
}

async function look(full: string): Promise<HostSchema | undefined> {
  const found = await stat(full).catch(() => null);
  if (found === null) return undefined;
  const files = found.isDirectory() ? await schemaFiles(full) : [full];
  if (files.length === 0) return undefined;
  const schemas = await Promise.all(files.map(async (file) => ({ file, text: (await readIfThere(file)) ?? '' })));
  const said = schemas.map(({ text }) => /^\s*datasource\s+\w+\s*\{[^}]*?\bprovider\s*=\s*"(\w+)"/m.exec(text)?.[1]);
  const provider = said.find((name) => name !== undefined)?.replace(/^postgres$/, 'postgresql');
  return {
    path: full,
    isFolder: found.isDirectory(),
    provider: provider === 'sqlite' || provider === 'postgresql' ? provider : undefined,
    client: schemas.map(({ file, text }) => clientOf(file, text)).find((module) => module !== undefined),
  };
}

function clientOf(file: string, schema: string): string | undefined {
  for (const [, body = ''] of schema.matchAll(/^\s*generator\s+\w+\s*\{([^}]*)\}/gm)) {
    const value = (key: string) => new RegExp(String.raw`\b${key}\s*=\s*"([^"]+)"`).exec(body)?.[1];
    const [provider, output] = [value('provider'), value('output')];
    if (output === undefined || provider?.startsWith('prisma-client') !== true) continue;
    return path.resolve(path.dirname(file), output, provider === 'prisma-client' ? 'client.ts' : 'index.js');
  }
  return undefined;
}
