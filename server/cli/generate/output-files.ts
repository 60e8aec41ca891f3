import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** A file as it should be. */
export interface OutputFile {
  /** An absolute path. */
  readonly path: string;
  readonly text: string;
}

/** What a file holds; `null`: there is none. */
export async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** The files that are not as they should be. */
export async function staleFiles(files: readonly OutputFile[]): Promise<readonly OutputFile[]> {
  const present = await Promise.all(files.map(({ path: file }) => readIfThere(file)));
  return files.filter(({ text }, index) => present[index] !== text);
}

/** Writes the files that are not as they should be, and returns these. */
export async function writeFiles(files: readonly OutputFile[]): Promise<readonly OutputFile[]> {
  const stale = await staleFiles(files);
  for (const { path: file, text } of stale) {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return stale;
}
