import { execFile } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../scripts/schema.mjs';
import { hostProjects } from './init-projects.js';
import type { HostProject } from './init-projects.js';
import { createProject } from './project.js';
import type { Project } from './project.js';

const run = promisify(execFile);
const cases = Object.entries<HostProject>(hostProjects);

describe('confab init', () => {
  let workshop: Project;
  beforeAll(async () => {
    const files = cases.flatMap(([name, { files }]) =>
      Object.entries(files).map(([file, text]) => [`${name}/${file}`, text] as const),
    );
    workshop = await createProject(Object.fromEntries(files));
    // What `prisma generate` would make of the schemas; it is large, and the same for all projects of one database.
    for (const provider of ['sqlite', 'postgresql']) {
      await symlink(path.join(root, 'server/store/generated', provider), path.join(workshop.cwd, provider));
    }
  });
  afterAll(async () => {
    await workshop[Symbol.asyncDispose]();
  });

  const init = (name: string, ...options: string[]) => workshop.run(['init', '--dir', name, ...options]);
  const read = (name: string, file: string) => workshop.read(`${name}/${file}`);

  describe.each(cases)('in a project on %s', (name, { files, summary, writes, mount, lines, notes }) => {
    it('shows what it would write, and writes nothing without an answer', async () => {
      const { code, stdout, stderr } = await init(name);
      expect(code).toBe(1);
      expect(stdout.startsWith(`${summary}\nTo be written:\n`)).toBe(true);
      expect([...stdout.matchAll(/^ {2}(\S+) {3}/gm)].map(([, file]) => file)).toEqual(writes);
      expect(stderr).toMatch(/nobody is there to ask: .* use --yes/);
      const schema = Object.keys(files).find((file) => file.endsWith('.prisma')) ?? '';
      expect(await read(name, schema)).toBe(files[schema]);
      await expect(read(name, mount.file)).rejects.toThrow('ENOENT');
    });

    it('writes the models and the mount file, and says what is left', async () => {
      const { code, stdout } = await init(name, '--yes');
      expect(code).toBe(0);
      expect(await read(name, writes[0] ?? '')).toMatch(/^model ChatRoom \{/m);
      const written = await read(name, mount.file);
      for (const part of mount.has) expect(written).toContain(part);
      expect(stdout).toContain('Two lines are left to you:\n');
      for (const [file, line, from] of lines) {
        const [word] = line.startsWith('chat:') ? ['chat'] : ['attachChat'];
        expect(stdout).toMatch(new RegExp(String.raw`^ {2}${file}, [^\n]*:\n`, 'm'));
        expect(stdout).toContain(`    ${line}   // import { ${word} } from '${from}';\n`);
      }
      for (const note of notes) expect(`${stdout}\n`).toContain(note);
    });

    it('changes nothing when it is run again', async () => {
      const texts = () => Promise.all([...writes, ...Object.keys(files)].map((file) => read(name, file)));
      const before = await texts();
      const { code, stdout } = await init(name, '--yes');
      expect(code).toBe(0);
      expect(stdout).not.toContain('To be written');
      expect(stdout).toContain(`${mount.file} is there already, and stays as it is.`);
      expect(await texts()).toEqual(before);
    });
  });

  it('leaves nothing to do but the two lines: with these, every project type-checks', async () => {
    for (const [name, { lines }] of cases) {
      for (const [file, line, from] of lines) {
        const word = line.startsWith('chat:') ? 'chat' : 'attachChat';
        const place = word === 'attachChat' && file === 'main.ts' ? '/* attach */' : '/* chat */';
        await workshop.replace(`${name}/${file}`, place, line);
        await workshop.write(`${name}/${file}`, `import { ${word} } from '${from}';\n${await read(name, file)}`);
      }
    }
    // Resolved as a bundler does, which takes the imports of all of them.
    const resolution = { module: 'ESNext', moduleResolution: 'Bundler', paths: { '~/*': ['./next/src/*'] } };
    const strict = { strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true, noEmit: true };
    const compilerOptions = { target: 'ES2023', lib: ['ES2023'], types: ['node'], skipLibCheck: true };
    const include = cases.map(([name]) => name);
    await workshop.write(
      'tsconfig.json',
      JSON.stringify({ compilerOptions: { ...compilerOptions, ...strict, ...resolution }, include }),
    );
    const compiler = path.join(root, 'node_modules/typescript/bin/tsc');
    const failed = ({ stdout }: { stdout: string }) => ({ stdout });
    const { stdout } = await run(process.execPath, [compiler, '-p', workshop.cwd], { cwd: workshop.cwd }).catch(failed);
    expect(stdout).toBe('');
  }, 120_000);

  it('says which line is left when the other is there', async () => {
    expect((await init('express', '--yes')).stdout).not.toContain('left to you');
    await workshop.replace('express/src/router.ts', 'chat: chat.router,', '');
    expect((await init('express', '--yes')).stdout).toMatch(
      /One line is left to you:\n {2}src\/router\.ts, in appRouter:\n {4}chat: chat\.router, /,
    );
  });

  it.each([
    [{}, /There is no package\.json here/],
    [{ 'package.json': '{', 'tsconfig.json': '{}' }, /The package\.json here is not valid JSON/],
    [{ 'package.json': '{}' }, /There is no tsconfig\.json here/],
    [{ 'package.json': '{}', 'tsconfig.json': '{}' }, /There is no Prisma schema here/],
    [
      {
        'package.json': '{}',
        'tsconfig.json': '{}',
        'prisma/schema.prisma': 'datasource db {\n  provider = "mysql"\n}\n',
      },
      /neither SQLite nor PostgreSQL/,
    ],
  ])('refuses a folder with %j', async (files, sentence) => {
    await using project = await createProject(files as Record<string, string>);
    const { code, stderr } = await project.run(['init', '--yes']);
    expect(code).toBe(1);
    expect(stderr).toMatch(sentence);
  });
});
