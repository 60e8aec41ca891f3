import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string): string => `${fileURLToPath(new URL('.', import.meta.url))}${path}`;

export default defineConfig({
  resolve: {
    // Tests run on the sources; only what they start as a process of its own is the built one.
    alias: [
      { find: /^@confab\/(shared|server|client)$/, replacement: source('$1/index.ts') },
      { find: /^@confab\/shared\/plugins\/(.+)$/, replacement: source('shared/plugins/$1.ts') },
      { find: /^@confab\/(shared|server|client)\/(.+)$/, replacement: source('$1/$2/index.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/leaks.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
