import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createDatabase, isPostgresThere } from '../support/server.js';
import { plainEnvironment, root, run } from './commands.js';
import { connect } from './guest.js';
import { freePort, launch } from './host.js';
import { install, makeFolder, tarball } from './workshop.js';
import type { Workshop } from './workshop.js';

const execute = promisify(execFile);
const confab = 'node_modules/.bin/confab';

describe('the packed packages, in an empty folder', () => {
  let workshop: Workshop;

  beforeAll(async () => {
    workshop = await makeFolder('packages');
    await writeFile(path.join(workshop.folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
    const beside = ['@types/node@20', '@types/react@19', '@types/ws@8', '@trpc/client@11.25.2', 'react@19'];
    await install('packages', workshop.folder, tarball('shared'), tarball('server'), tarball('client'), ...beside);
  });
  afterAll(() => workshop[Symbol.asyncDispose]());

  test('run the standalone server, with its page and nothing to set up', async () => {
    await using place = await makeFolder('served');
    const port = await freePort();
    const server = await launch({
      folder: place.folder,
      command: `${path.join(workshop.folder, confab)} serve`,
      url: `http://127.0.0.1:${String(port)}`,
      env: { PORT: String(port) },
    });
    onTestFinished(() => server.kill());
    const page = await (await fetch(server.url)).text();
    const script = /src="(?:\.\/|\/)([^"]+\.js)"/.exec(page)?.[1] ?? '';
    expect(await (await fetch(`${server.url}/${script}`)).text()).toContain('useSyncExternalStore');

    const ada = connect(server.url, { token: await tokenOf(server.url, 'Ada') });
    onTestFinished(() => ada.close());
    await ada.listen();
    const { id: roomId } = await ada.api.chat.room.create.mutate({ kind: 'group', name: 'Tea' });
    await ada.api.chat.message.send.mutate({ roomId, content: 'Hello' });
    expect((await ada.event('message.created')).data.message.content).toBe('Hello');
    expect(await server.end()).toEqual({ code: 0, signal: null });
  });

  test.each(['sqlite', 'postgresql'] as const)('migrate a database of %s', async (provider) => {
    if (provider === 'postgresql' && !(await isPostgresThere())) return;
    await using database = await createDatabase(provider);
    const migrate = () => run(confab, ['migrate'], { cwd: workshop.folder, env: { DATABASE_URL: database.url } });
    expect(await migrate()).toMatch(/applied \d+_confab_\w+\n(?:.*\n)*The database is up to date/);
    expect(await migrate()).toBe('The database is up to date.\n');
  });

  test('write the models into a schema, and say whether they are up to date', async () => {
    const file = path.join(workshop.folder, 'prisma/chat.prisma');
    const generate = (...args: string[]) =>
      run(confab, ['generate', 'prisma', '--out', 'prisma/chat.prisma', ...args], { cwd: workshop.folder });
    await expect(generate('--check')).rejects.toThrow('not up to date');
    await generate();
    expect(await readFile(file, 'utf8')).toContain('model ChatRoom {');
    await generate('--check');
  });

  test('can be imported at every entry', async () => {
    const entries = await entriesOf(workshop.folder);
    expect(entries).toContain('@confab/server/testing');
    expect(entries).toContain('@confab/client/react');
    expect(entries).toContain('@confab/server/plugins/polls');
    const code = entries.map((entry) => `await import('${entry}');`).join('\n');
    await execute(process.execPath, ['--input-type=module', '--eval', code], {
      cwd: workshop.folder,
      env: plainEnvironment(),
    });
  });

  test('have types that are whole by themselves, at every entry', async () => {
    const entries = await entriesOf(workshop.folder);
    const text = entries.map((entry, index) => `export * as entry${String(index)} from '${entry}';`).join('\n');
    await writeFile(path.join(workshop.folder, 'entries.ts'), text);
    const strict = ['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--noEmit'];
    const lib = ['--target', 'es2023', '--lib', 'es2023,esnext.disposable,dom'];
    const tsc = createRequire(path.join(root, 'package.json')).resolve('typescript/bin/tsc');
    const args = [tsc, 'entries.ts', ...strict, ...lib, '--module', 'nodenext'];
    const said = await execute(process.execPath, args, { cwd: workshop.folder }).catch(
      (error: { stdout: string }) => error,
    );
    // Those of others are not held to it.
    expect(said.stdout.split('\n').filter((line) => /^(entries|node_modules\/@confab)/.test(line))).toEqual([]);
  }, 180_000);
});

async function tokenOf(url: string, name: string): Promise<string> {
  const answer = await fetch(`${url}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
  });
  return ((await answer.json()) as { token: string }).token;
}

/** What can be imported of the installed packages. */
async function entriesOf(folder: string): Promise<readonly string[]> {
  const names = ['shared', 'server', 'client'].map((name) => `@confab/${name}`);
  const lists = names.map(async (name) => {
    const file = path.join(folder, 'node_modules', name, 'package.json');
    expect(existsSync(file)).toBe(true);
    const { exports } = JSON.parse(await readFile(file, 'utf8')) as {
      readonly exports: Readonly<Record<string, unknown>>;
    };
    return Object.keys(exports).map((entry) => path.posix.join(name, entry));
  });
  return (await Promise.all(lists)).flat();
}
