// Compiles every TypeScript block of the README and of docs/, and runs the pages that say so.
//
// A page is a little project of its own. A block with a title (```ts [src/chat.ts]) is that file; several with one title
// are one file. A block without a title goes on where the last such block of its page ended, so what was declared before
// is known. What a reader can take for granted stands in a comment ahead of it: <!-- given … -->, or
// <!-- given [src/database.ts] … --> for a file of theirs. A page with the comment
// <!-- run --> is also run, in a folder of its own, and has to end by itself with 0.
import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { root } from './schema.mjs';

const require = createRequire(import.meta.url);
const workshop = path.join(root, 'scripts/dist/docs');
const runMs = 60_000;

/** Of a block: the file it is. */
const title = /^\s*\[([^\]]+)\]/;

await rm(workshop, { recursive: true, force: true });
const pages = await Promise.all([path.join(root, 'README.md'), ...(await pagesOf('docs'))].map(readPage));
await Promise.all(pages.map(writePage));
await writeFile(path.join(workshop, 'tsconfig.json'), JSON.stringify(config(), null, 2));
let failed = await run([require.resolve('typescript/bin/tsc'), '-p', workshop], root);
if (failed === 0) {
  for (const page of pages.filter(({ runs }) => runs)) {
    const folder = path.join(workshop, 'out', page.name);
    const code = await run([path.join(folder, 'page.js')], folder, runMs);
    console.log(`${code === 0 ? 'ran' : 'FAILED'} ${path.relative(root, page.file)}`);
    failed ||= code;
  }
}
console.log(`${pages.reduce((sum, { files }) => sum + files.size, 0)} modules from ${pages.length} pages.`);
process.exitCode = failed;

async function pagesOf(folder) {
  const names = await readdir(path.join(root, folder), { recursive: true });
  return names
    .filter((name) => name.endsWith('.md') && !name.startsWith('reference') && !name.includes('node_modules'))
    .map((name) => path.join(root, folder, name));
}

async function readPage(file) {
  const text = await readFile(file, 'utf8');
  const files = new Map();
  let runs = false;
  for (const found of text.matchAll(/<!--\s*(given|run)\b([\s\S]*?)-->|^```(tsx?)([^\n]*)\n([\s\S]*?)^```/gm)) {
    const [, word, given, language, rest, code] = found;
    if (word === 'run') runs = true;
    else if (word === 'given') add(files, titleOf(given) ?? 'page.ts', given.replace(title, ''));
    else add(files, titleOf(rest) ?? `page.${language}`, code);
  }
  const name = path.relative(root, file).replace(/\.md$/, '').replaceAll(path.sep, '-');
  return { file, name, files, runs };
}

function titleOf(text) {
  return title.exec(text)?.[1];
}

function add(files, name, code) {
  files.set(name, `${files.get(name) ?? ''}${code}\n`);
}

async function writePage({ name, files }) {
  for (const [file, code] of files) {
    const target = path.join(workshop, name, file);
    await mkdir(path.dirname(target), { recursive: true });
    // Nothing declared on one page is known on another.
    await writeFile(target, `${code}\nexport {};\n`);
  }
}

function config() {
  return {
    extends: path.join(root, 'tsconfig.base.json'),
    compilerOptions: {
      ...{ composite: false, declaration: false, sourceMap: false, noUnusedLocals: false, noUnusedParameters: false },
      ...{ rootDir: workshop, outDir: path.join(workshop, 'out'), jsx: 'react-jsx', types: ['node'] },
      ...{ lib: ['ES2023', 'ESNext.Disposable', 'DOM', 'DOM.Iterable'], noEmitOnError: true },
    },
    include: ['**/*.ts', '**/*.tsx'],
    exclude: ['out'],
  };
}

function run(args, cwd, timeout) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, stdio: 'inherit', ...(timeout && { timeout }) });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
