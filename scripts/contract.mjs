// Writes client/contract.ts, the types of the standalone server's router without the server, or with --check says
// whether it is up to date. The work is done by the compiler itself: it prints the flattened type of the router.
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import * as prettier from 'prettier';
import { root } from './schema.mjs';

const require = createRequire(import.meta.url);
const target = path.join(root, 'client/contract.ts');

/** Whatever of the server's inside must not reach a user's types. */
const leaks = [
  ['the context', /\bctx\b(?!: object)|Context\b/],
  ['Prisma', /prisma/i],
  ['zod', /\bzod\b|\bZod[A-Z]|core\.\$/],
  ['Node', /['"]node:|NodeJS\.|\bBuffer\b/],
  [
    'a path outside the package',
    /import\(['"](?!@trpc\/server['"]|@confab\/shared['"])|from ['"](?!@trpc\/server['"]|@confab\/shared['"]|\.\/flatten\.js['"])/,
  ],
  ['an unresolved type', /\bany\b|\bFlat(Router)?</],
];

const entry = `
import type { ChatRouter } from '../../server/router/index.js';
import type { FlatRouter } from '../../client/flatten.js';

declare function flatten(): FlatRouter<ChatRouter>;

export const procedures = flatten();
`;

const head = `// Made by scripts/contract.mjs from the server's router; changes by hand are lost.
/* eslint-disable max-lines, @typescript-eslint/no-empty-object-type -- as the compiler prints it */
import type { TRPCBuiltRouter, TRPCMutationProcedure, TRPCQueryProcedure, TRPCSubscriptionProcedure } from '@trpc/server';
import type { IMPORTS } from '@confab/shared';
import type { ChatErrorShape } from './flatten.js';

/** The procedures of a chat router. */
export type ChatProcedures = `;

const tail = `

/** The router of the standalone server. */
export type ChatContract = TRPCBuiltRouter<
  { ctx: object; meta: object; errorShape: ChatErrorShape; transformer: true },
  { chat: ChatProcedures }
>;
`;

const made = await make();
const found = leaks.filter(([, pattern]) => pattern.test(made)).map(([name]) => name);
if (found.length > 0) {
  console.error(`The contract mentions ${found.join(', ')}.`);
  await writeFile(path.join(root, 'client/dist/contract.leaking.ts'), made);
  process.exitCode = 1;
} else if (process.argv.includes('--check')) {
  if ((await readFile(target, 'utf8').catch(() => '')) !== made) {
    console.error('client/contract.ts is not up to date: run node scripts/contract.mjs');
    process.exitCode = 1;
  }
} else await writeFile(target, made);

async function make() {
  await mkdir(path.join(root, 'scripts/dist'), { recursive: true });
  const folder = await mkdtemp(path.join(root, 'scripts/dist/contract-'));
  try {
    await writeFile(path.join(folder, 'procedures.ts'), entry.replaceAll('../../', path.relative(folder, root) + '/'));
    await writeFile(path.join(folder, 'tsconfig.json'), JSON.stringify(config(folder)));
    await compile(folder);
    return await contractOf(
      await readFile(path.join(folder, 'out', path.relative(root, folder), 'procedures.d.ts'), 'utf8'),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

function config(folder) {
  return {
    extends: path.join(root, 'tsconfig.base.json'),
    compilerOptions: {
      composite: false,
      declaration: true,
      emitDeclarationOnly: true,
      noErrorTruncation: true,
      noCheck: true,
      rootDir: root,
      outDir: path.join(folder, 'out'),
      sourceMap: false,
      types: ['node'],
    },
    files: ['procedures.ts'],
  };
}

function compile(folder) {
  return new Promise((resolve, reject) => {
    const compiler = spawn(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', folder], {
      stdio: 'inherit',
    });
    compiler.once('error', reject);
    compiler.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`tsc exited with ${code}.`))));
  });
}

async function contractOf(declaration) {
  const type = /export declare const procedures: ([\s\S]*?);\s*(?:export|$)/.exec(declaration)?.[1];
  if (type === undefined) throw new Error(`Not what the compiler used to print:\n${declaration}`);
  const names = new Set();
  const body = type.replaceAll(/import\("@confab\/shared"\)\.(\w+)/g, (_, name) => {
    names.add(name);
    return name;
  });
  const text =
    head.replace('IMPORTS', [...names].sort().join(', ')) + body.replaceAll('import("@trpc/server").', '') + ';' + tail;
  const options = await prettier.resolveConfig(target);
  return prettier.format(text, { ...options, filepath: target });
}
