// Writes client/contract.ts, the types of the standalone server's router without the server, or with --check says
// whether it is up to date. It is made as `confab generate client` makes a host's.
import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import * as prettier from 'prettier';
import { root } from './schema.mjs';

const require = createRequire(import.meta.url);
const target = path.join(root, 'client/contract.ts');
const generator = path.join(root, 'server/dist/cli/generate/client');

// The server knows nothing of the client, so it can be built before the contract is there.
spawnSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-b', 'server'], { cwd: root, stdio: 'inherit' });
const { compileRouter } = await import(path.join(generator, 'compile-router.js'));
const { writeContract } = await import(path.join(generator, 'write-contract.js'));

const made = await make().catch((error) => {
  if (error.name !== 'CommandError') throw error;
  console.error(error.message);
  process.exit(1);
});
if (!process.argv.includes('--check')) await writeFile(target, made);
else if ((await readFile(target, 'utf8').catch(() => '')) !== made) {
  console.error('client/contract.ts is not up to date: run npm run contract');
  process.exitCode = 1;
}

async function make() {
  const { type, errors } = await compileRouter({
    file: path.join(root, 'server/cli/app.ts'),
    exported: 'AppRouter',
    tsconfig: path.join(root, 'server/tsconfig.json'),
  });
  if (errors.length > 0) throw Object.assign(new Error(errors.join('\n')), { name: 'CommandError' });
  const { text } = writeContract(type, {
    head: [
      "// Made by scripts/contract.mjs from the server's router; changes by hand are lost.",
      '/* eslint-disable max-lines, @typescript-eslint/no-empty-object-type -- as the compiler prints it */',
    ].join('\n'),
    names: { procedures: 'ChatProcedures', router: 'ChatContract' },
    errorShapeFrom: './error-shape.js',
  });
  return prettier.format(text, { ...(await prettier.resolveConfig(target)), filepath: target });
}
