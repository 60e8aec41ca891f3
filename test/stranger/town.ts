import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildEnvironment, install, makeFolder, step, tarball } from '../examples/workshop.js';
import type { Workshop } from '../examples/workshop.js';
import { run } from '../examples/commands.js';
import { newLines } from './guide.js';
import type { Guide } from './guide.js';

const app = fileURLToPath(new URL('app', import.meta.url));
const madeHere = new Set(['node_modules', 'dist', 'generated']);

/** An application that had no chat, and what it took to give it one. */
export interface Town extends Workshop {
  /** What was written by hand: the numbers of the new lines, by file. */
  readonly written: ReadonlyMap<string, readonly number[]>;
  /** What `confab init` wrote. */
  readonly mount: string;
}

/** Builds an application with Express, Prisma, tRPC and React, far from this repository, and follows the guide in it. */
export async function settle(guide: Guide, databaseUrl: string): Promise<Town> {
  const place = await makeFolder('town');
  const source = (name: string) => path.join(place.folder, 'src', name);
  const env = { ...buildEnvironment, DATABASE_URL: databaseUrl };
  const type = async (lines: readonly string[]) => {
    for (const line of lines) await step('town', line, () => run('sh', ['-c', line], { cwd: place.folder, env }));
  };
  try {
    await cp(app, place.folder, { recursive: true, filter: (file) => !madeHere.has(path.basename(file)) });
    await install('town', place.folder);

    const [installing = '', ...initiating] = guide.commands('confab init');
    await install('town', place.folder, ...packagesOf(installing));
    // There is nobody to ask.
    await type(initiating.map((line) => `${line} --yes`));
    const mount = await readFile(source('chat.ts'), 'utf8');
    const written = new Map<string, readonly number[]>();
    for (const { name, text } of guide.files) {
      if (name === 'chat.ts') continue;
      const before = await readFile(source(name), 'utf8').catch(() => '');
      written.set(name, newLines(before, text));
      await writeFile(source(name), text);
    }
    // The way without Prisma's engine, which not every machine can download.
    await type(guide.commands('confab migrate'));
    await type(['npm run build']);
    return { ...place, written, mount };
  } catch (error) {
    await place[Symbol.asyncDispose]();
    throw error;
  }
}

/** What a line that installs packages installs, ours as they were packed. */
function packagesOf(line: string): readonly string[] {
  const [npm, verb, ...names] = line.split(' ');
  if (npm !== 'npm' || verb !== 'install') throw new Error(`the guide begins with "${line}", which installs nothing`);
  return names.map((name) => {
    const own = /^@confab\/(shared|server|client)$/.exec(name)?.[1];
    return own === 'shared' || own === 'server' || own === 'client' ? tarball(own) : name;
  });
}
