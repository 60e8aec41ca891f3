// Runs the simulator from the sources, without a build: node test/simulator/main.js --seed 42 --steps 500
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const { module } = await runnerImport(at('./cli.ts'), {
  configFile: false,
  logLevel: 'error',
  resolve: { alias: { '@confab/shared': at('../../shared/index.ts') } },
});
process.exitCode = await module.main(process.argv.slice(2));
