import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string): string => `${fileURLToPath(new URL('.', import.meta.url))}${path}`;

/** The tests of every change; with `--mode battery` those that take their time, with `--mode model` the model's. */
export default defineConfig(({ mode }) => ({
  resolve: {
    // Tests run on the sources; only what they start as a process of its own is the built one.
    alias: [
      { find: /^@confab\/(shared|server|client)$/, replacement: source('$1/index.ts') },
      { find: /^@confab\/shared\/plugins\/(.+)$/, replacement: source('shared/plugins/$1.ts') },
      { find: /^@confab\/(shared|server|client)\/(.+)$/, replacement: source('$1/$2/index.ts') },
    ],
  },
  test: {
    include: [`test/**/*.${mode === 'battery' || mode === 'model' ? mode : 'test'}.ts`],
    globalSetup: ['test/support/shared-servers.ts'],
    setupFiles: ['test/support/leaks.ts'],
    pool: 'forks',
    // A process for each file would spend a fifth of the time on starting.
    isolate: false,
    // For two cores: much of the time a test waits for a database or a socket.
    maxWorkers: 3,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
}));
