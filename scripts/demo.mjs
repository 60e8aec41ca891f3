import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from './schema.mjs';

const source = path.join(root, 'examples/demo');
const output = path.join(root, 'server/demo');
const skipped = new Set(['node_modules', 'dist', 'generated']);

/** Builds the demo page into server/demo, from where the server package ships it; does nothing when nothing it is made of changed. */
export async function buildDemo() {
  if (!existsSync(path.join(source, 'index.html'))) return false;
  const hash = await hashOf([
    source,
    path.join(root, 'client'),
    path.join(root, 'shared'),
    path.join(root, 'package-lock.json'),
  ]);
  const stamp = path.join(output, '.hash');
  if ((await readFile(stamp, 'utf8').catch(() => '')) === hash) return false;
  const { build } = await import('vite');
  await build({ root: source, logLevel: 'warn', build: { outDir: output, emptyOutDir: true } });
  await writeFile(stamp, hash);
  return true;
}

async function hashOf(places) {
  const hash = createHash('sha256');
  for (const file of (await Promise.all(places.map(filesIn))).flat().sort()) {
    hash.update(`${path.relative(root, file)}\n`).update(await readFile(file));
  }
  return hash.digest('hex');
}

async function filesIn(place) {
  const entries = await readdir(place, { withFileTypes: true }).catch(() => null);
  if (entries === null) return [place];
  const kept = entries.filter((entry) => !skipped.has(entry.name) && !entry.name.startsWith('.'));
  const nested = kept.map((entry) => {
    const full = path.join(place, entry.name);
    return entry.isDirectory() ? filesIn(full) : [full];
  });
  return (await Promise.all(nested)).flat();
}
