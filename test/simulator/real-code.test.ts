import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Every file below a folder, without what was built or installed. */
function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'node_modules' || entry.name === 'dist') return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.(ts|js|mjs)$/.test(entry.name) ? [path] : [];
  });
}

/** The lines that say something, without their indentation. */
function lines(path: string): string[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.length > 3 && !/^(import|export \{|\/?\*|\/\/)/.test(line));
}

/** Lines in a row that make a copy; prettier breaks the same code the same way. */
const run = 6;

function runs(path: string): string[] {
  const all = lines(path);
  return all.slice(0, Math.max(0, all.length - run + 1)).map((_, index) => all.slice(index, index + run).join('\n'));
}

it('is given the product itself: nothing of engine and reducer is copied into the simulator', () => {
  const product = ['server/events', 'client/store'].flatMap((folder) => sources(join(root, folder)));
  const known = new Set(product.flatMap(runs));
  const simulator = ['test', 'server/testing'].flatMap((folder) => sources(join(root, folder)));
  const copies = simulator.filter((path) => runs(path).some((piece) => known.has(piece)));
  expect(copies).toEqual([]);
});

it.each([
  ['server/testing/simulator/node.ts', '../../events/create-streams.js'],
  ['test/simulator/reducer-client.ts', '../../client/store/reduce.js'],
])('%s drives %s', (file, path) => {
  const text = readFileSync(join(root, file), 'utf8');
  expect(text).toContain(`from '${path}'`);
});
