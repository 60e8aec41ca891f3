// Builds everything `npm start` and `npm test` need: the Prisma clients, the packages, the demo page.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { buildDemo } from './demo.mjs';
import { generateClient } from './generate.mjs';
import { alone } from './lock.mjs';
import { ensureSqliteDriver } from './native.mjs';
import { providers, root } from './schema.mjs';

const require = createRequire(import.meta.url);

process.exitCode = await alone(async () => {
  ensureSqliteDriver();
  await Promise.all(providers.map(generateClient));
  const code = await compile();
  if (code !== 0) return code;
  await buildDemo();
  return 0;
});

function compile() {
  return new Promise((resolve, reject) => {
    const compiler = spawn(process.execPath, [require.resolve('typescript/bin/tsc'), '-b'], {
      cwd: root,
      stdio: 'inherit',
    });
    compiler.once('error', reject);
    compiler.once('exit', (code) => resolve(code ?? 1));
  });
}
