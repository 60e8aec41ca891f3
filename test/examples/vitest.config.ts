import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** npm run examples [-- express fastify …] */
export default defineConfig({
  root: at('../..'),
  resolve: { alias: { '@confab/shared': at('../../shared/index.ts') } },
  test: {
    include: ['test/{examples,stranger}/*.example.ts'],
    setupFiles: ['test/support/leaks.ts'],
    globalSetup: ['test/examples/tarballs.ts'],
    reporters: [['verbose', { summary: false }]],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 600_000,
  },
});
