import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DatabaseTarget } from '../store/database-url.js';

/** Where the server's own secret is kept: beside a SQLite file, else under `.confab/` of the working directory. */
export function secretFile(database: DatabaseTarget, cwd: string = process.cwd()): string {
  return database.provider === 'sqlite' ? `${database.file}.secret` : path.join(cwd, '.confab/secret');
}

/** Reads the secret, making it first when there is none. Only its owner may read the file; several processes agree on one. */
export async function keepSecret(file: string): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  const present = await readSecret(file);
  if (present !== undefined) return present;
  try {
    await writeFile(draft, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
    // A link appears with its whole content or not at all, and never replaces another process's secret.
    await link(draft, file).catch((error: unknown) => {
      if (!hasCode(error, 'EEXIST')) throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
  const made = await readSecret(file);
  if (made === undefined) throw new Error(`The secret in ${file} can't be read.`);
  return made;
}

async function readSecret(file: string): Promise<string | undefined> {
  const content = await readFile(file, 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  });
  if (content === undefined) return undefined;
  const secret = content.trim();
  if (secret.length < 32)
    throw new Error(`The secret in ${file} is too short. Delete the file to have another one made.`);
  await chmod(file, 0o600);
  return secret;
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
