// Builds and packs what is published into dist-packages/, and refuses a package that would not install or type-check
// elsewhere: npm run pack
import { execFile, spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { inspect, pack, packages, prune, tarballFolder } from './packages.mjs';
import { root } from './schema.mjs';

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const attw = path.join(path.dirname(require.resolve('@arethetypeswrong/cli/package.json')), 'dist/index.js');

await build();
await rm(tarballFolder, { recursive: true, force: true });
for (const one of packages) {
  await prune(one);
  const packed = await pack(one);
  const found = (await Promise.all([inspect(one, packed), lint(packed), judgeTypes(packed)])).flat();
  const { manifest, files, size, tarball } = packed;
  console.log(
    `${path.relative(root, tarball)}  ${manifest.version}  ${files.length} files  ${Math.ceil(size / 1_024)} KiB`,
  );
  for (const sentence of found) console.error(`  ${sentence}`);
  if (found.length > 0) process.exitCode = 1;
}

function build() {
  return new Promise((resolve, reject) => {
    const builder = spawn(process.execPath, [path.join(root, 'scripts/build.mjs')], { stdio: 'inherit' });
    builder.once('error', reject);
    builder.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`The build ended with ${code}.`))));
  });
}

async function lint({ tarball, manifest }) {
  const bytes = await readFile(tarball);
  const { messages } = await publint({ pack: { tarball: new Uint8Array(bytes).buffer }, strict: true });
  return messages.map((message) => `publint: ${formatMessage(message, manifest, { color: false })}`);
}

/** Whether the types are found and fit, however an ESM project resolves modules. */
async function judgeTypes({ tarball }) {
  const options = ['--profile', 'esm-only', '--no-definitely-typed', '--format', 'ascii', '--no-emoji', '--no-color'];
  try {
    await run(process.execPath, [attw, tarball, ...options]);
    return [];
  } catch ({ stdout, stderr }) {
    return [`attw: ${stdout}${stderr}`];
  }
}
