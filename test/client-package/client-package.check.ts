import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const fixtures = path.join(root, 'test/client-package');

/** The compilers the project is checked with, by the name each is installed under. */
const compilers = ['typescript', 'typescript7'] as const;

describe('the client package of an extended router', () => {
  let place = '';
  const consumer = () => path.join(place, 'consumer');
  const made = () => path.join(place, 'chat-client');

  beforeAll(async () => {
    place = await mkdtemp(path.join(tmpdir(), 'confab-client-package-'));
    await cp(path.join(fixtures, 'consumer'), consumer(), { recursive: true });
    await generate(path.join(fixtures, 'host'), made());
    const folders = [path.join(root, 'client'), path.join(root, 'shared'), made()];
    const tarballs = await Promise.all(folders.map((folder) => pack(folder, place)));
    await writeFile(path.join(consumer(), 'package.json'), JSON.stringify(manifest(tarballs)));
    await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline'], {
      cwd: consumer(),
    });
  });
  afterAll(async () => {
    await rm(place, { recursive: true, force: true });
  });

  it.each(compilers)('type-checks in an empty project with %s, libraries included', async (compiler) => {
    expect(await check(consumer(), compiler)).toBe('');
  });

  it('runs there', async () => {
    const script = `import { createClient } from '@acme/chat-client';
      const client = createClient({ url: 'http://127.0.0.1:1/trpc', transport: 'http', EventSource: class {} });
      console.log(typeof client.api.orders.place.mutate, client.connection.state);
      await client.close();`;
    await writeFile(path.join(consumer(), 'run.mjs'), script);
    expect((await run(process.execPath, ['run.mjs'], { cwd: consumer() })).stdout).toBe('function idle\n');
  });

  it('is the same when it is made again', async () => {
    const again = path.join(place, 'again/chat-client');
    await generate(path.join(fixtures, 'host'), again);
    for (const file of await readdir(again)) {
      expect(await readFile(path.join(again, file), 'utf8')).toBe(await readFile(path.join(made(), file), 'utf8'));
    }
  });

  it('can be made with TypeScript 7 as well', async () => {
    const host = path.join(place, 'host');
    await cp(path.join(fixtures, 'host'), host, { recursive: true });
    await mkdir(path.join(host, 'node_modules'));
    for (const name of await readdir(path.join(root, 'node_modules'))) {
      const target =
        name === 'typescript'
          ? path.join(consumer(), 'node_modules/typescript7')
          : path.join(root, 'node_modules', name);
      if (!name.startsWith('.')) await symlink(target, path.join(host, 'node_modules', name));
    }
    const folder = path.join(consumer(), 'node_modules/@acme/chat-client');
    await rm(folder, { recursive: true });
    await generate(host, folder);
    for (const compiler of compilers) expect(await check(consumer(), compiler)).toBe('');
  });
});

async function generate(host: string, out: string): Promise<void> {
  const cli = path.join(root, 'server/bin/confab.js');
  const options = ['--router', 'src/router.ts#appRouter', '--out', out];
  await run(process.execPath, [cli, 'generate', 'client', ...options], { cwd: host });
}

async function pack(folder: string, into: string): Promise<string> {
  const options = ['--json', '--ignore-scripts', '--pack-destination', into];
  const { stdout } = await run('npm', ['pack', ...options], { cwd: folder });
  // npm 10 prints an array, npm 11 an object by name.
  const [packed] = Object.values(JSON.parse(stdout) as Record<string, { filename: string }>);
  return path.join(into, path.basename(packed?.filename ?? ''));
}

function manifest([client = '', shared = '', generated = '']: readonly string[]): object {
  return {
    private: true,
    type: 'module',
    dependencies: {
      '@acme/chat-client': `file:${generated}`,
      '@confab/client': `file:${client}`,
      '@confab/shared': `file:${shared}`,
      '@trpc/client': '^11.25.0',
      '@trpc/server': '^11.25.0',
      '@types/react': '^19.0.0',
      react: '^19.0.0',
      typescript: '~5.9.0',
      typescript7: 'npm:typescript@7',
    },
  };
}

/** What a compiler has to say about the project; nothing, when all is well. */
async function check(folder: string, compiler: (typeof compilers)[number]): Promise<string> {
  const tsc = path.join(folder, 'node_modules', compiler, 'bin/tsc');
  const failed = (error: { stdout: string; stderr: string }) => error;
  const { stdout, stderr } = await run(process.execPath, [tsc, '-p', folder], { cwd: folder }).catch(failed);
  return stdout + stderr;
}
