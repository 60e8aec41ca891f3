import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What a page with a client and all hooks loads. */
const page = `
  export { createChatClient, isChatError } from '@confab/client';
  export * from '@confab/client/react';
`;

interface Bundle {
  /** What is loaded before anything runs, in KiB, minified and gzipped. */
  readonly size: number;
  readonly code: string;
  readonly modules: readonly string[];
}

async function bundle(code: string, external: RegExp[]): Promise<Bundle> {
  const folder = await mkdtemp(path.join(root, 'client/dist/bundle-'));
  try {
    const entry = path.join(folder, 'page.js');
    await writeFile(entry, code);
    const { output } = await bundled(entry, external);
    const chunks = new Map(output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file] as const] : [])));
    const first = [...chunks.values()].find(({ isEntry }) => isEntry);
    const wanted = new Set(first === undefined ? [] : [first.fileName]);
    for (const name of wanted) for (const next of chunks.get(name)?.imports ?? []) wanted.add(next);
    const loaded = [...wanted].flatMap((name) => chunks.get(name) ?? []);
    const bytes = loaded.reduce((sum, chunk) => sum + gzipSync(chunk.code, { level: 9 }).length, 0);
    return {
      size: bytes / 1_024,
      code: [...chunks.values()].map((chunk) => chunk.code).join('\n'),
      modules: [...chunks.values()].flatMap((chunk) => Object.keys(chunk.modules)),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function bundled(input: string, external: RegExp[]) {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    root: path.dirname(input),
    resolve: {
      alias: [
        { find: /^@confab\/(shared|client)$/, replacement: path.join(root, '$1/index.ts') },
        { find: /^@confab\/client\/react$/, replacement: path.join(root, 'client/react/index.ts') },
      ],
    },
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      rollupOptions: { input, external, preserveEntrySignatures: 'strict' },
    },
  });
  const [only] = Array.isArray(result) ? result : [result];
  if (only === undefined || !('output' in only)) throw new Error('Vite built nothing.');
  return only;
}

const react = [/^react(-dom)?($|\/)/];

describe('what a page loads of the client with its hooks', () => {
  it('is at most 25 KiB, minified and gzipped, beside React and the tRPC client the page has', async () => {
    const own = await bundle(page, [...react, /^@trpc\//]);
    const all = await bundle(page, react);
    console.log(`${own.size.toFixed(1)} KiB, with the tRPC client ${all.size.toFixed(1)} KiB`);
    expect(own.size).toBeLessThan(25);
    expect(all.size).toBeLessThan(36);
  });

  it('holds nothing of Node.js and no zod', async () => {
    const { code, modules } = await bundle(page, react);
    const builtin = new RegExp(String.raw`from\s*["'](node:|(${builtinModules.join('|')})["'])`);
    expect(code).not.toMatch(builtin);
    expect(modules.filter((id) => /node_modules\/(zod|ws|react|react-dom|@prisma)\//.test(id))).toEqual([]);
  });
});
