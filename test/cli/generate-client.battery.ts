import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createProject } from './project.js';
import type { Project } from './project.js';

const compilerOptions = { module: 'NodeNext', strict: true, lib: ['ES2022'], types: [] };
const trpc = `import { transformer } from '@confab/shared';
import { initTRPC } from '@trpc/server';

export interface Context {
  readonly database: { query(sql: string): Promise<object[]> };
}

export const { router, procedure } = initTRPC.context<Context>().create({ transformer });
`;
const router = `import { procedure, router } from './trpc.js';

export const appRouter = router({
  orders: router({
    get: procedure.input((value) => ({ id: String(value) })).query(({ input }) => ({ ...input, placedAt: new Date() })),
  }),
});
`;
const leaky = `import type { Stats } from 'node:fs';
import { z } from 'zod';
import type { PrismaClient } from '${new URL('../../server/store/generated/sqlite/client.js', import.meta.url).pathname}';
import type { Missing } from './missing.js';
import { procedure, router } from './trpc.js';

declare const prisma: PrismaClient;
declare const stats: Stats;
declare const missing: Missing;

export const appRouter = router({
  context: procedure.query(({ ctx }) => ctx),
  prisma: procedure.query(() => ({ prisma })),
  schema: procedure.query(() => [z.string()]),
  stats: procedure.query(() => stats),
  bytes: procedure.query(() => Buffer.from('')),
  missing: procedure.query(() => missing),
  any: procedure.query((): { deep: { any: any } } => ({ deep: { any: 1 } })),
  method: procedure.query(() => () => 1),
  symbol: procedure.query(() => Symbol('')),
  input: procedure.input(z.object({ raw: z.any() })).query(() => 1),
  fine: procedure.query(() => ({ id: 'a', at: new Date(), of: new Map<string, Set<bigint>>() })),
});
`;

describe('confab generate client', { timeout: 120_000 }, () => {
  let project: Project;
  const generate = (...options: string[]) =>
    project.run([
      'generate',
      'client',
      '--router',
      'src/router.ts#appRouter',
      '--out',
      'packages/chat-client',
      ...options,
    ]);
  const made = (file: string) => project.read(`packages/chat-client/${file}`);

  beforeEach(async () => {
    project = await createProject({
      'package.json': '{ "name": "@acme/shop", "type": "module" }',
      'tsconfig.json': JSON.stringify({ compilerOptions, include: ['src'] }),
      'src/trpc.ts': trpc,
      'src/router.ts': router,
    });
  });
  afterEach(async () => {
    await project[Symbol.asyncDispose]();
  });

  it('writes a package that refers to nothing of the server', async () => {
    const files = ['contract.d.ts', 'index.js', 'index.d.ts', 'package.json'];
    expect(await generate()).toEqual({
      code: 0,
      stdout: files.map((file) => `wrote packages/chat-client/${file}\n`).join(''),
      stderr: '',
    });
    const contract = await made('contract.d.ts');
    expect(contract).toMatch(/get: TRPCQueryProcedure<\{\n\s+input: \{\n\s+id: string;\n/);
    expect(contract).toMatch(/placedAt: Date;/);
    for (const file of files) {
      const imports = [...(await made(file)).matchAll(/(?:from|import\() ?'([^']+)'/g)].map(([, from]) => from);
      expect(['@confab/client', '@confab/shared', '@trpc/server', './contract.js']).toEqual(
        expect.arrayContaining(imports),
      );
    }
    expect(contract).not.toMatch(/prisma|zod|node:|import\(|Context|query\(/i);
    expect(JSON.parse(await made('package.json'))).toMatchObject({ name: '@acme/chat-client', type: 'module' });
  });

  it('ends a check with 0 while nothing has changed', async () => {
    await generate();
    expect(await generate('--check')).toEqual({ code: 0, stdout: 'packages/chat-client is up to date.\n', stderr: '' });
  });

  it('ends a check with 1 once the router has changed, and writes nothing', async () => {
    await generate();
    const before = await made('contract.d.ts');
    await project.replace('src/router.ts', 'placedAt', 'sentAt');
    expect(await generate('--check')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'confab: Not up to date: packages/chat-client/contract.d.ts. Run the command without --check.\n',
    });
    expect(await made('contract.d.ts')).toBe(before);
  });

  it('keeps what a project wrote into the manifest, but a name it is told', async () => {
    const manifest = { name: '@acme/talk', version: '4.2.0', description: 'Ours', dependencies: { left: '1.0.0' } };
    await project.write('packages/chat-client/package.json', JSON.stringify(manifest));
    await generate('--name', '@acme/chat');
    expect(JSON.parse(await made('package.json'))).toMatchObject({
      ...manifest,
      name: '@acme/chat',
      sideEffects: false,
    });
  });

  it('does not overwrite a file it has not made, unless it is forced', async () => {
    await project.write('packages/chat-client/index.js', 'mine');
    expect((await generate()).stderr).toBe(
      'confab: packages/chat-client/index.js was not made by this command. Choose another folder, or --force.\n',
    );
    expect(await made('index.js')).toBe('mine');
    expect((await generate('--force')).code).toBe(0);
  });

  it('refuses what a client must not know, each by its place, and writes nothing', async () => {
    await project.replace('tsconfig.json', '"types":[]', '"types":["node"]');
    await project.write('src/router.ts', leaky);
    const { code, stderr } = await generate();
    expect(code).toBe(1);
    const whole =
      'is an object with functions, as a class, the context, a Prisma client or a zod schema is: answer with plain data.';
    expect(stderr.trimEnd().split('\n').slice(1)).toEqual([
      '  any: output.deep.any is `any`: give it a type.',
      "  bytes: output is Node's Buffer: answer with a Uint8Array.",
      `  context: output.database ${whole}`,
      '  input: input.raw is `any`: give it a type.',
      '  method: output is a function, which cannot travel.',
      '  missing: output is `any`: give it a type.',
      `  prisma: output.prisma ${whole}`,
      `  schema: output[] ${whole}`,
      `  stats: output ${whole}`,
      '  symbol: output is a symbol, which cannot travel.',
    ]);
    await expect(made('contract.d.ts')).rejects.toThrow('ENOENT');
  });

  it('warns of errors in the files that the router is made of', async () => {
    await project.write('src/router.ts', `${router}const wrong: string = 1;\n`);
    const { code, stderr } = await generate();
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^The contract may lack something\.\n {2}The compiler finds errors [^]*router\.ts\(\d+,\d+\): error TS2322: [^\n]+\n$/,
    );
  });

  it('says what the compiler says when the router can not be read', async () => {
    await project.write('src/router.ts', 'export const appRouter: Missing = 1;\n');
    expect((await generate()).stderr).toMatch(
      /router\.ts exports no tRPC router called appRouter[^]*router\.ts\(1,25\): error TS2304: Cannot find name 'Missing'/,
    );
  });

  it.each([
    [['--router', 'src/router.ts'], /--router: write the file and what it exports, as in src\/router\.ts#appRouter/],
    [['--router', 'src/other.ts#appRouter'], /There is no file .*src\/other\.ts/],
    [['--tsconfig', 'tsconfig.other.json'], /There is no file .*tsconfig\.other\.json/],
  ])('refuses %j', async (options, sentence) => {
    const { code, stderr } = await generate(...options);
    expect(code).toBe(1);
    expect(stderr).toMatch(sentence);
  });

  it('reads a router by its type', async () => {
    await project.write('src/router.ts', `${router.replace('export ', '')}export type AppRouter = typeof appRouter;\n`);
    expect((await generate('--router', 'src/router.ts#AppRouter')).code).toBe(0);
    expect(await made('contract.d.ts')).toMatch(/placedAt: Date;/);
  });
});
