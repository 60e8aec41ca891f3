// Builds the site of the guide and of the reference into docs/.vitepress/dist. A code block that does not compile, a page
// that can't run, a doc comment that refers to nothing or a dead link fails it.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { root } from './schema.mjs';

const require = createRequire(import.meta.url);
const bin = (name, file) => path.join(path.dirname(require.resolve(`${name}/package.json`)), file);

const steps = [
  [path.join(root, 'scripts/docs-code.mjs')],
  [bin('typedoc', 'bin/typedoc'), '--options', 'docs/typedoc.json'],
  [bin('vitepress', 'bin/vitepress.js'), 'build', 'docs'],
];

for (const args of steps) {
  const code = await new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', (status) => resolve(status ?? 1));
  });
  if (code !== 0) {
    process.exitCode = code;
    break;
  }
}
