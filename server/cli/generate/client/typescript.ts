import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { CommandError } from '../command-error.js';

/** A compiler to be started as a process of its own, as TypeScript 7 has no other interface. */
export interface Compiler {
  /** The script that starts it. */
  readonly tsc: string;
  readonly version: string;
}

const oldest = [5, 9] as const;

/** The TypeScript of a project, or the one beside this package. Throws `CommandError` when there is none from 5.9 on. */
export async function findCompiler(folder: string): Promise<Compiler> {
  const found = [await compilerFrom(path.join(folder, 'package.json')), await compilerFrom(import.meta.url)];
  const there = found.filter((compiler) => compiler !== undefined);
  const fit = there.find(({ version }) => isFit(version));
  if (fit !== undefined) return fit;
  const [tooOld] = there;
  throw new CommandError(
    tooOld === undefined
      ? 'TypeScript is not installed here: add typescript 5.9 or newer to the devDependencies.'
      : `TypeScript ${tooOld.version} is too old: 5.9 or newer is needed.`,
  );
}

async function compilerFrom(file: string): Promise<Compiler | undefined> {
  try {
    const manifestFile = createRequire(file).resolve('typescript/package.json');
    const manifest = JSON.parse(await readFile(manifestFile, 'utf8')) as {
      readonly version: string;
      readonly bin: { readonly tsc: string };
    };
    return { tsc: path.join(path.dirname(manifestFile), manifest.bin.tsc), version: manifest.version };
  } catch {
    return undefined;
  }
}

function isFit(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}
