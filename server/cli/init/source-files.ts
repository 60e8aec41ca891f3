import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';

/** A source of the project. */
export interface SourceFile {
  /** Relative to the project, with `/`. */
  readonly path: string;
  readonly text: string;
}

const skipped = new Set([
  'node_modules',
  'dist',
  'build',
  'out',
  'coverage',
  'generated',
  'test',
  'tests',
  '__tests__',
]);

/** What is looked at: a larger project tells enough with these, a larger file is made by a tool. */
const maxFiles = 3_000;
const maxBytes = 200_000;

/** The TypeScript sources of a project, those nearest to its folder first. */
export async function readSources(cwd: string): Promise<readonly SourceFile[]> {
  const found: SourceFile[] = [];
  let folders = [''];
  while (folders.length > 0 && found.length < maxFiles) {
    const next: string[] = [];
    for (const folder of folders) {
      for (const entry of await entriesIn(path.join(cwd, folder))) {
        const name = path.posix.join(folder, entry.name);
        if (entry.isDirectory() && !skipped.has(entry.name) && !entry.name.startsWith('.')) next.push(name);
        if (entry.isFile() && isSource(entry.name) && found.length < maxFiles) found.push(...(await read(cwd, name)));
      }
    }
    folders = next;
  }
  return found;
}

async function entriesIn(folder: string) {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.sort((left, right) => (left.name < right.name ? -1 : 1));
}

function isSource(name: string): boolean {
  return /\.[mc]?tsx?$/.test(name) && !/\.d\.[mc]?ts$|\.(?:test|spec|config)\./.test(name);
}

async function read(cwd: string, name: string): Promise<readonly SourceFile[]> {
  const file = path.join(cwd, name);
  if ((await stat(file)).size > maxBytes) return [];
  return [{ path: name, text: await readFile(file, 'utf8') }];
}
