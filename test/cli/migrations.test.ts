import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngine } from '../../scripts/engine.mjs';
import { root, schemaText } from '../../scripts/schema.mjs';
import { readHistory } from '../../server/store/migrate/history.js';
import { createMigrator } from '../../server/store/migrate/migrator.js';
import type { MigratorOptions } from '../../server/store/migrate/migrator.js';
import { createDatabase, isPostgresThere } from '../support/server.js';
import type { TestDatabase } from '../support/server.js';
import { recordMigration, runOn } from './raw-database.js';

const isTherePostgres = await isPostgresThere();
const later = '29990101000000_confab_later';

describe.each([{ provider: 'sqlite' as const }, { provider: 'postgresql' as const }])(
  'migrations ($provider)',
  ({ provider }) => {
    describe.skipIf(provider === 'postgresql' && !isTherePostgres)('', () => {
      let database: TestDatabase;
      const migrator = (options: Partial<MigratorOptions> = {}) =>
        createMigrator({ provider, url: database.url, ...options });
      const stateOf = async () => (await migrator().state()).state;

      beforeEach(async () => {
        database = await createDatabase(provider);
      });
      afterEach(async () => {
        await database[Symbol.asyncDispose]();
      });

      it('finds a new database empty and leaves it so', async () => {
        expect(await stateOf()).toBe('empty');
        expect(provider === 'sqlite' && existsSync(database.url.slice('file:'.length))).toBe(false);
      });

      it('applies the whole history to an empty database, once', async () => {
        const names = (await readHistory(provider)).map(({ name }) => name);
        expect(await migrator().apply()).toEqual(names);
        expect(await migrator().apply()).toEqual([]);
        expect(await stateOf()).toBe('current');
        expect(await runOn(database, 'SELECT * FROM chat_room')).toEqual([]);
      });

      it('records what it applied so that Prisma finds nothing to do', async () => {
        await migrator().apply();
        const engine = await createEngine({ provider, schema: await schemaText(provider), url: database.url });
        expect(await engine.diagnose(await readHistory(provider))).toMatchObject({
          history: null,
          failedMigrationNames: [],
          editedMigrationNames: [],
          hasMigrationsTable: true,
        });
      });

      it('applies only what is pending', async () => {
        await migrator().apply();
        const added = { name: later, sql: 'CREATE TABLE later (id INTEGER)', checksum: 'y' };
        const history = [...(await readHistory(provider)), added];
        expect(await migrator({ history }).state()).toMatchObject({ state: 'pending', pending: [added] });
        expect(await migrator({ history }).apply()).toEqual([later]);
      });

      it('refuses a database of a newer version', async () => {
        await migrator().apply();
        await runOn(database, recordMigration(later));
        expect(await stateOf()).toBe('newer');
        await expect(migrator().apply()).rejects.toThrow(/newer Confab \(29990101000000_confab_later\)/);
      });

      it('refuses a database with a migration that never finished', async () => {
        await migrator().apply();
        await runOn(database, recordMigration(later, { isFinished: false }));
        expect(await stateOf()).toBe('half');
        await expect(migrator().apply()).rejects.toThrow(/never finished/);
      });

      it("refuses somebody else's tables and leaves them alone", async () => {
        await runOn(database, 'CREATE TABLE orders (id INTEGER)');
        expect(await stateOf()).toBe('foreign');
        await expect(migrator().apply()).rejects.toThrow(/a database of its own/);
        await expect(runOn(database, 'SELECT * FROM "_prisma_migrations"')).rejects.toThrow();
      });

      it('refuses a database that another application migrates', async () => {
        const [first] = await readHistory(provider);
        await migrator().apply();
        await runOn(database, recordMigration('20200101000000_orders'));
        await runOn(database, `DELETE FROM "_prisma_migrations" WHERE "migration_name" = '${first?.name ?? ''}'`);
        expect(await stateOf()).toBe('foreign');
      });

      it("is content with a host's own migrations beside all of ours", async () => {
        await migrator().apply();
        await runOn(database, recordMigration('20200101000000_orders'));
        expect(await stateOf()).toBe('current');
      });

      it('refuses a migration that was applied from another file', async () => {
        await migrator().apply();
        await runOn(database, `UPDATE "_prisma_migrations" SET "checksum" = 'other'`);
        expect(await stateOf()).toBe('foreign');
      });

      it('leaves nothing of a migration that fails', async () => {
        const history = [
          { name: '20260101000000_confab_good', sql: 'CREATE TABLE good (id INTEGER);', checksum: 'a' },
          {
            name: '20260101000001_confab_bad',
            sql: 'CREATE TABLE bad (id INTEGER); CREATE TABLE bad (id INTEGER);',
            checksum: 'b',
          },
        ];
        await expect(migrator({ history }).apply()).rejects.toThrow();
        expect(await stateOf()).toBe('empty');
        await expect(runOn(database, 'SELECT * FROM good')).rejects.toThrow();
      });

      it('lets one of several at once do the work', async () => {
        const applied = await Promise.all(Array.from({ length: 8 }, () => migrator().apply()));
        expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
        expect(await stateOf()).toBe('current');
      });

      it('has a migration for every change of the models', async () => {
        const engine = await createEngine({ provider, schema: await schemaText(provider) });
        const migrated = await schemaText(provider, `${root}/server/migrations/chat.prisma`);
        expect(await engine.diff(migrated, await schemaText(provider))).toBe('');
      });
    });
  },
);
