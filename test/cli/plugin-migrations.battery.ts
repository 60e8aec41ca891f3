import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngine } from '../../scripts/engine.mjs';
import { coreModels, pluginFile, pluginIds, root, schemaText } from '../../scripts/schema.mjs';
import { linkPreviews } from '../../server/plugins/link-previews/index.js';
import { moderation } from '../../server/plugins/moderation/index.js';
import { polls } from '../../server/plugins/polls/index.js';
import { readHistory } from '../../server/store/migrate/history.js';
import { migrateDatabase } from '../../server/store/migrate/migrate-database.js';
import { createMigrator } from '../../server/store/migrate/migrator.js';
import { createDatabase, isPostgresThere } from '../support/server.js';
import type { TestDatabase } from '../support/server.js';
import { createProject } from './project.js';
import { recordMigration, runOn } from './raw-database.js';

const isTherePostgres = await isPostgresThere();
const shipped = await pluginIds();
const first = '20250101000000_chat_gold_stars_start';

describe.each([{ provider: 'sqlite' as const }, { provider: 'postgresql' as const }])(
  'migrations of plugins ($provider)',
  ({ provider }) => {
    describe.skipIf(provider === 'postgresql' && !isTherePostgres)('', () => {
      let database: TestDatabase;
      let folder: string;
      beforeEach(async () => {
        database = await createDatabase(provider);
        folder = await mkdtemp(path.join(tmpdir(), 'confab-plugin-'));
        await writeMigration(first, 'CREATE TABLE chat_gold_stars (id INTEGER PRIMARY KEY);');
      });
      afterEach(async () => {
        await database[Symbol.asyncDispose]();
        await rm(folder, { recursive: true });
      });

      const stars = () => ({ id: 'goldStars', migrations: pathToFileURL(`${folder}/`) });
      const migrate = () => migrateDatabase({ url: database.url, plugins: [stars()] });
      const core = async () => (await readHistory(provider)).map(({ name }) => name);

      async function writeMigration(name: string, sql: string): Promise<void> {
        await mkdir(path.join(folder, provider, name), { recursive: true });
        await writeFile(path.join(folder, provider, name, 'migration.sql'), sql);
      }

      it('are applied after those of the core, however old they are', async () => {
        expect(await migrate()).toEqual([...(await core()), first]);
        expect(await runOn(database, 'SELECT * FROM chat_gold_stars')).toEqual([]);
        expect(await migrate()).toEqual([]);
      });

      it('are applied to a database that had none of them', async () => {
        await migrateDatabase({ url: database.url });
        expect(await migrate()).toEqual([first]);
      });

      it('are applied as they come', async () => {
        await migrate();
        const second = '20250601000000_chat_gold_stars_giver';
        await writeMigration(second, 'ALTER TABLE chat_gold_stars ADD COLUMN giver TEXT;');
        expect(await migrate()).toEqual([second]);
      });

      it('are all applied or none', async () => {
        await writeMigration('20250601000000_chat_gold_stars_bad', 'CREATE TABLE chat_gold_stars (id INTEGER);');
        await expect(migrate()).rejects.toThrow(/Migration 20250601000000_chat_gold_stars_bad failed: /);
        expect((await createMigrator({ provider, url: database.url }).state()).state).toBe('empty');
      });

      it('stay when the plugin is gone', async () => {
        await migrate();
        expect(await migrateDatabase({ url: database.url })).toEqual([]);
        expect(await migrate()).toEqual([]);
      });

      it('of a newer version of the plugin are refused', async () => {
        await migrate();
        await runOn(database, recordMigration('20990101000000_chat_gold_stars_later'));
        await expect(migrate()).rejects.toThrow(
          /a newer version of the plugin "goldStars" \(20990101000000_chat_gold_/,
        );
      });

      it('must be named after the plugin', async () => {
        await writeMigration('20250601000000_giver', 'SELECT 1;');
        await expect(migrate()).rejects.toThrow(
          'The migrations of the plugin "goldStars" must be named <time>_chat_gold_stars_<what>, unlike 20250601000000_giver.',
        );
      });

      it('must be there for the database', async () => {
        await rm(path.join(folder, provider), { recursive: true });
        await expect(migrate()).rejects.toThrow(`The plugin "goldStars" has no migrations for ${provider}: `);
      });

      it('that ship with Confab are applied', async () => {
        const plugins = [linkPreviews(), moderation(), polls()];
        const applied = await migrateDatabase({ url: database.url, plugins });
        expect(
          applied.slice((await core()).length).every((name) => /_chat_(link_previews|moderation|polls)_/.test(name)),
        ).toBe(true);
        const tables = ['chat_link_previews_preview', 'chat_moderation_item', 'chat_polls_vote'];
        for (const table of tables) expect(await runOn(database, `SELECT * FROM ${table}`)).toEqual([]);
      });

      it.each(shipped)('lead to the models of the plugin %s', async (id) => {
        const today = await schemaText(provider, coreModels, pluginFile(id));
        const snapshot = path.join(root, 'server/migrations/plugins', id, `${id}.prisma`);
        const engine = await createEngine({ provider, schema: today });
        expect(await engine.diff(await schemaText(provider, coreModels, snapshot), today)).toBe('');
      });

      it('are found by the command through confab.config.ts', async () => {
        await using project = await createProject({
          'confab.config.ts': `export const plugins = [{ id: 'goldStars', migrations: new URL('${pathToFileURL(folder).href}/') }];`,
        });
        const { code, stdout } = await project.run(['migrate'], { DATABASE_URL: database.url });
        expect(code).toBe(0);
        expect(stdout).toMatch(new RegExp(`applied ${first}\nThe database is up to date\\.\n$`));
      });
    });
  },
);
