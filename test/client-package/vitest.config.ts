import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** npm run generated */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/client-package/*.check.ts'],
    reporters: [['verbose', { summary: false }]],
    pool: 'forks',
    testTimeout: 120_000,
    hookTimeout: 600_000,
  },
});
