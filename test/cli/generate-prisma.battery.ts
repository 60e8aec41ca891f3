import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngine } from '../../scripts/engine.mjs';
import { providers } from '../../scripts/schema.mjs';
import { searchTables } from '../../server/store/search/objects.js';
import { createProject } from './project.js';
import type { Project } from './project.js';

const run = promisify(execFile);
const prismaCli = createRequire(import.meta.url).resolve('prisma/build/index.js');

const backRelations = [
  'chatMembers ChatMember[]',
  'chatNotifications ChatNotification[]',
  'chatSessions ChatSession[]',
];
const schema = (provider: string) => `datasource db {
  provider = "${provider}"
}

model User {
  id   String @id
  name String
${backRelations.map((line) => `  ${line}\n`).join('')}}
`;
const withoutUser = schema('sqlite').replace(/model User[^]*/, '');

/** What is told on SQLite until the config of Prisma says it. */
const external = `experimental: { externalTables: true }, tables: { external: ${JSON.stringify(searchTables)} }`;
const note = `Add to prisma.config.ts: ${external}\n`;

/** A config with a plugin that has one model. */
const stars = (fields: string) =>
  `const schema = 'model ChatStar {\\n${fields.replaceAll('\n', String.raw`\n`)}\\n\\n  @@map("chat_stars")\\n}';
export const plugins = [{ id: 'stars', schema }];
`;

describe('confab generate prisma', () => {
  let project: Project;
  const generate = (...options: string[]) => project.run(['generate', 'prisma', ...options]);
  beforeEach(async () => {
    project = await createProject({ 'package.json': '{ "type": "module" }', 'prisma/schema.prisma': withoutUser });
  });
  afterEach(async () => {
    await project[Symbol.asyncDispose]();
  });

  /** What Prisma's own command line says of the schema. */
  async function prisma(command: 'validate' | 'format'): Promise<string> {
    const env = {
      ...process.env,
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    };
    const { stdout } = await run(process.execPath, [prismaCli, command], { cwd: project.cwd, env });
    return stdout;
  }

  it('writes the models to the end of a schema in one file, and changes nothing else of it', async () => {
    expect(await generate()).toEqual({ code: 0, stdout: `wrote prisma/schema.prisma\n${note}`, stderr: '' });
    const text = await project.read('prisma/schema.prisma');
    expect(text.startsWith(`${withoutUser.trimEnd()}\n\n// confab:begin\n// Made by`)).toBe(true);
    expect(text).toMatch(/^model ChatRoom \{[^]*\n\/\/ confab:end\n$/m);
  });

  it('writes a file of its own into a schema folder', async () => {
    await project.write('prisma/schema/app.prisma', withoutUser);
    await project.write('prisma.config.ts', "export default { schema: 'prisma/schema' };");
    expect((await generate()).stdout).toBe(`wrote prisma/schema/chat.prisma\n${note}`);
    expect(await project.read('prisma/schema/app.prisma')).toBe(withoutUser);
  });

  it('writes where it is told', async () => {
    expect((await generate('--out', 'models/talk.prisma')).stdout).toBe(`wrote models/talk.prisma\n${note}`);
    expect(await project.read('prisma/schema.prisma')).toBe(withoutUser);
    expect((await generate('--out', 'a.prisma', '--into', 'b.prisma')).stderr).toMatch(/--out or --into, not both/);
    expect((await generate('--into', 'b.prisma')).stderr).toMatch(/there is no file b\.prisma/);
  });

  it('changes only what is between the markers, wherever they are', async () => {
    const before = '// mine, above\n';
    const after = '// mine, below\nmodel Order {\n  id String @id\n}\n';
    await project.write('prisma/schema.prisma', `${before}// confab:begin\n// confab:end\n${after}`);
    expect((await generate('--into', 'prisma/schema.prisma')).code).toBe(0);
    const text = await project.read('prisma/schema.prisma');
    expect(text.startsWith(`${before}// confab:begin\n`)).toBe(true);
    expect(text.endsWith(`// confab:end\n${after}`)).toBe(true);
    expect((await generate('--into', 'prisma/schema.prisma', '--check')).code).toBe(0);
  });

  it('leaves a schema with half a pair of markers alone', async () => {
    await project.write('prisma/schema.prisma', '// confab:end\n');
    expect((await generate()).stderr).toMatch(/one line \/\/ confab:begin and, after it, one line \/\/ confab:end/);
    expect(await project.read('prisma/schema.prisma')).toBe('// confab:end\n');
  });

  it.each(providers)('writes a schema that makes all tables and relations on %s', async (provider) => {
    await project.write('prisma/schema.prisma', schema(provider));
    expect(await generate('--user-model', 'User')).toMatchObject({ code: 0, stderr: '' });
    const text = await project.read('prisma/schema.prisma');
    const sql = await (await createEngine({ provider, schema: text })).diff(null, text);
    expect(sql.match(/CREATE TABLE "chat_/g)?.length).toBeGreaterThan(10);
    expect(sql.match(/FOREIGN KEY \("userId"\) REFERENCES "User"\s?\("id"\) ON DELETE CASCADE/g)).toHaveLength(3);
  });

  it('says what to add to the model of users, until it is there', async () => {
    await project.write('prisma/schema.prisma', schema('sqlite').replace('  chatSessions ChatSession[]\n', ''));
    expect((await generate('--user-model', 'User')).stdout).toMatch(
      /Add to model User:\n {2}chatSessions ChatSession\[\]\n/,
    );
    await project.replace('prisma/schema.prisma', '  name String\n', '  name String\n  chatSessions ChatSession[]\n');
    expect((await generate()).stdout).toBe(`prisma/schema.prisma is up to date.\n${note}`);
  });

  it('keeps the model of users until it is told there is none', async () => {
    await project.write('prisma/schema.prisma', schema('sqlite'));
    await generate('--user-model', 'User');
    expect((await generate('--check')).code).toBe(0);
    await project.write('prisma.config.ts', `export default { ${external} };`);
    expect((await generate('--no-user-model')).stdout).toBe('wrote prisma/schema.prisma\n');
    expect(await project.read('prisma/schema.prisma')).not.toContain('@relation');
  });

  it.each([
    ['id Int @id', /User\.id is of type Int, but a chat knows users by text/],
    ['id String @id @db.Uuid', /User\.id is a native uuid/],
    ['name String', /User has no field with @id/],
  ])('refuses a model of users with %s', async (field, sentence) => {
    await project.write('prisma/schema.prisma', `model User {\n  ${field}\n}\n`);
    expect((await generate('--user-model', 'User')).stderr).toMatch(sentence);
  });

  it('is content with what Prisma makes of it', async () => {
    await project.write('prisma/schema.prisma', schema('sqlite'));
    await generate('--user-model', 'User');
    expect(await prisma('validate')).toMatch(/is valid/);
    await prisma('format');
    expect(await generate('--check')).toMatchObject({ code: 0, stdout: 'prisma/schema.prisma is up to date.\n' });
  });

  it('ends a check with 1 and says what is missing, and writes nothing', async () => {
    await generate('--out', 'chat.prisma');
    await project.write('confab.config.ts', stars('  id String @id'));
    const before = await project.read('chat.prisma');
    const { code, stderr } = await generate('--out', 'chat.prisma', '--check');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^confab: chat\.prisma is not up to date\.\n {2}\+ model ChatStar\n/);
    expect(await project.read('chat.prisma')).toBe(before);
    expect((await generate('--out', 'other.prisma', '--check')).stderr).toMatch(/other\.prisma is not up to date/);
  });

  it('takes the models of plugins from the config, and from another one it is told of', async () => {
    await project.write('confab.config.ts', 'export const plugins = [];');
    await project.write(
      'config/plugins.mts',
      `import { definePlugin } from '@confab/server';
${stars('  id String @id').replace('{ id', 'definePlugin({ id').replace('}]', '})]')}`,
    );
    await generate('--out', 'chat.prisma');
    expect(await project.read('chat.prisma')).not.toContain('ChatStar');
    await generate('--out', 'chat.prisma', '--config', 'config/plugins.mts');
    expect(await project.read('chat.prisma')).toMatch(/\/\/ The plugin "stars"\.\n\nmodel ChatStar \{/);
  });

  it('takes the models of the plugins that ship', async () => {
    await project.write(
      'confab.config.ts',
      `import { linkPreviews } from '@confab/server/plugins/link-previews';
import { moderation } from '@confab/server/plugins/moderation';
import { polls } from '@confab/server/plugins/polls';

export const plugins: readonly object[] = [polls(), moderation(), linkPreviews()];
`,
    );
    expect(await generate()).toMatchObject({ code: 0, stderr: '' });
    const text = await project.read('prisma/schema.prisma');
    expect([...text.matchAll(/^\/\/ The plugin "(\w+)"/gm)].map(([, id]) => id)).toEqual([
      'linkPreviews',
      'moderation',
      'polls',
    ]);
    const engine = await createEngine({ provider: 'sqlite', schema: text });
    expect(await engine.diff(null, text)).toMatch(/CREATE TABLE "chat_polls_vote"/);
  });

  it.each([
    ['', /confab\.config\.ts must export `plugins`/],
    ['export const plugins = [{ id: "Stars" }];', /Plugin 1 needs an id of letters and digits/],
    ['export const plugins = [() => ({ id: "stars" })];', /Plugin 1 is a function: call it/],
    ['export const plugins = [{ id: "a" }, { id: "a" }];', /Two plugins have the id "a"/],
    ['export const plugins = [{ id: "a", schema: "" }];', /the plugin "a": it has no models/],
    ['export const plugins = [{ id: "a", schema: "model Star {\\n}\\n" }];', /Star must be called ChatStar/],
    ['export const plugins = [{ id: "a", schema: "model ChatA {\\n}\\n" }];', /ChatA needs @@map\("chat_a_…"\)/],
    ['throw new Error("no key");', /confab\.config\.ts can't be loaded: no key/],
  ])('says what is wrong with the config %j', async (config, sentence) => {
    await project.write('confab.config.ts', config);
    const { code, stderr } = await generate();
    expect(code).toBe(1);
    expect(stderr).toMatch(sentence);
  });

  it('keeps a project’s own columns and indexes below a line "// own"', async () => {
    await generate('--out', 'chat.prisma');
    const own = '\n  // own\n  vip Boolean @default(false)\n\n  @@index([vip])\n}';
    await project.replace(
      'chat.prisma',
      '\n}\n\n/// The head of each log shard.',
      `${own}\n\n/// The head of each log shard.`,
    );
    expect((await generate('--out', 'chat.prisma', '--check')).code).toBe(0);
    await project.write('confab.config.ts', stars('  id String @id'));
    expect((await generate('--out', 'chat.prisma')).code).toBe(0);
    expect(await project.read('chat.prisma')).toMatch(
      /ChatMeta \{[^}]*\n {2}\/\/ own\n {2}vip Boolean @default\(false\)\n\n {2}@@index\(\[vip\]\)\n\}/,
    );
  });

  it('does not overwrite what was changed by hand, and says what to do', async () => {
    await generate('--out', 'chat.prisma');
    await project.replace('chat.prisma', '  maxMembers      Int\n', '  maxMembers      Int?\n');
    const before = await project.read('chat.prisma');
    for (const options of [[], ['--check']]) {
      const { code, stderr } = await generate('--out', 'chat.prisma', ...options);
      expect(code).toBe(1);
      expect(stderr).toMatch(/- model ChatRoom: maxMembers Int\?\n {2}\+ model ChatRoom: maxMembers Int\n/);
    }
    expect((await generate('--out', 'chat.prisma')).stderr).toMatch(
      /changed by hand\. Move columns of your own below a line "\/\/ own"/,
    );
    expect(await project.read('chat.prisma')).toBe(before);
    expect((await generate('--out', 'chat.prisma', '--force')).code).toBe(0);
    expect((await generate('--out', 'chat.prisma', '--check')).code).toBe(0);
  });

  it('does not overwrite a file it has not made', async () => {
    expect((await generate('--out', 'prisma/schema.prisma')).stderr).toMatch(/was not made by this command/);
    expect(await project.read('prisma/schema.prisma')).toBe(withoutUser);
  });

  it('refuses models that the schema has already', async () => {
    await project.write('prisma/schema.prisma', `${withoutUser}model ChatRoom {\n  id String @id\n}\n`);
    expect((await generate()).stderr).toMatch(/The schema has a model ChatRoom of its own/);
  });

  it('does not write what would cost rows, and says what', async () => {
    const kept = '  id String @id';
    await project.write('confab.config.ts', stars(`${kept}\n  a Int\n  b Int\n  c Int?\n  d Int\n  e Int`));
    await generate('--out', 'chat.prisma');
    const before = await project.read('chat.prisma');
    const costly = `${kept}\n  b DateTime\n  c Int\n  d Int @unique\n  e Int @map("f")`;
    await project.write('confab.config.ts', stars(costly));
    expect(await generate('--out', 'chat.prisma')).toEqual({
      code: 1,
      stdout: '',
      stderr: `confab: chat.prisma is left as it is: a migration to the new models would cost rows. --force to write it.
  ChatStar.a would be dropped.
  ChatStar.b would change from Int to DateTime.
  ChatStar.c would not be optional any more.
  ChatStar.d would become unique, which rows may go against.
  ChatStar.e would be dropped: its column is called f now.
`,
    });
    expect(await project.read('chat.prisma')).toBe(before);
  });

  it('writes what costs no rows', async () => {
    await project.write('confab.config.ts', stars('  id String @id\n  a Int\n  b Int'));
    await generate('--out', 'chat.prisma');
    await project.write('confab.config.ts', stars('  id String @id\n  a BigInt\n  b Int?\n  c Int?'));
    expect((await generate('--out', 'chat.prisma')).code).toBe(0);
  });

  it('tells of a plugin that is gone with its rows, and drops it only by force', async () => {
    await project.write('confab.config.ts', stars('  id String @id'));
    await generate('--out', 'chat.prisma');
    await project.write('confab.config.ts', 'export const plugins = [];');
    expect((await generate('--out', 'chat.prisma')).stderr).toMatch(
      /model ChatStar and all rows of chat_stars would be dropped/,
    );
    await generate('--out', 'chat.prisma', '--force');
    expect(await project.read('chat.prisma')).not.toContain('ChatStar');
  });

  it('keeps the line breaks of a schema', async () => {
    await project.write('prisma/schema.prisma', schema('sqlite').replaceAll('\n', '\r\n'));
    await generate();
    expect(await project.read('prisma/schema.prisma')).not.toMatch(/[^\r]\n/);
    expect((await generate('--check')).code).toBe(0);
  });
});
