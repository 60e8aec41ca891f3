// How much work the types are for the compiler: a host's router with 0, 50 and 200 procedures of its own around an
// extended chat, and the client that is made from it. Prints a table; with --check it fails past the budget.
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { root } from './schema.mjs';

const require = createRequire(import.meta.url);
const sizes = [0, 50, 200];

/**
 * Instantiations, which are the same on every machine: what was seen when this was written, and a quarter more. The time
 * is printed for whoever looks, and judges nothing.
 */
const budget = { fixed: 165_000, perProcedure: 1_250 };

const config = {
  extends: path.join(root, 'tsconfig.base.json'),
  compilerOptions: {
    ...{ composite: false, declaration: false, noEmit: true, skipLibCheck: true, noUnusedLocals: false },
    ...{ rootDir: root, types: ['node'], lib: ['ES2023', 'ESNext.Disposable', 'DOM'] },
  },
  files: ['host.ts'],
};

const rows = [];
for (const size of sizes) rows.push({ size, ...(await measure(size)) });
console.table(rows);
if (process.argv.includes('--check')) {
  const over = rows.filter(({ size, instantiations }) => instantiations > budget.fixed + size * budget.perProcedure);
  for (const { size, instantiations } of over) {
    console.error(`${instantiations} instantiations with ${size} procedures are past the budget.`);
    process.exitCode = 1;
  }
}

async function measure(size) {
  await mkdir(path.join(root, 'scripts/dist'), { recursive: true });
  const folder = await mkdtemp(path.join(root, 'scripts/dist/types-'));
  try {
    await writeFile(path.join(folder, 'host.ts'), host(size));
    await writeFile(path.join(folder, 'tsconfig.json'), JSON.stringify(config));
    const { stdout, status } = spawnSync(
      process.execPath,
      [require.resolve('typescript/bin/tsc'), '-p', folder, '--extendedDiagnostics'],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(stdout);
    const read = (name) => Number(new RegExp(`^${name}:\\s+([\\d.]+)`, 'm').exec(stdout)?.[1]);
    return {
      instantiations: read('Instantiations'),
      checkSeconds: read('Check time'),
      memoryMb: read('Memory used') / 1024,
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function host(size) {
  const procedures = Array.from(
    { length: size },
    (_, index) => `
    p${index}: t.procedure
      .concat(chat.procedures.member)
      .input(z.object({ n${index}: z.number(), tags: z.array(z.string()).optional() }))
      .mutation(({ ctx, input }) => ({ room: ctx.room.id, n: input.n${index}, at: new Date() })),`,
  );
  const uses = Array.from(
    { length: size },
    (_, index) => `void client.api.p${index}.mutate({ roomId: 'r', n${index}: ${index} });`,
  );
  return `
import { createChatClient } from '@confab/client';
import { transformer } from '@confab/shared';
import { initTRPC } from '@trpc/server';
import { z } from 'zod';
import { extendedChat } from '../../../test/types/extended-chat.js';

const chat = extendedChat();
const t = initTRPC.context<{ readonly session: { readonly userId: string; readonly name: string } | null }>().create({ transformer });
const appRouter = t.router({ chat: chat.router,${procedures.join('')} });
const client = createChatClient<typeof appRouter>({ url: 'ws://127.0.0.1/trpc' });
void client.api.chat.message.send.mutate({ roomId: 'r', content: 'x', custom: { priority: 'high' } });
client.on('dice.rolled', ({ data }) => console.log(data.sides));
${uses.join('\n')}
`;
}
