import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import { PrismaPg } from '@prisma/adapter-pg';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

const filters = { externalTables: [], externalEnums: [] };
let loaded;

/**
 * Prisma's schema engine as WebAssembly: its command line would download a native one, which not every machine can.
 * The package is made for a bundler that turns its `.wasm` import into an instance, so here it is made by hand; its
 * exports are internal to Prisma, hence the exact version in package.json. Nothing that runs at a user's needs it.
 */
async function bindEngine() {
  const require = createRequire(import.meta.url);
  const folder = path.dirname(require.resolve('@prisma/schema-engine-wasm'));
  const wasm = await WebAssembly.compile(await readFile(path.join(folder, 'schema_engine_bg.wasm')));
  const instance = new WebAssembly.Instance(wasm, { './schema_engine_bg.js': bindings });
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return bindings.SchemaEngine;
}

/** A database the engine can be made with and never asks anything: comparing schemas needs none. */
function noDatabase(provider) {
  const adapterName = 'none';
  const connection = {
    provider,
    adapterName,
    queryRaw: () => Promise.resolve({ columnNames: [], columnTypes: [], rows: [] }),
    executeRaw: () => Promise.resolve(0),
    executeScript: () => Promise.resolve(),
    getConnectionInfo: () => ({ schemaName: 'public', supportsRelationJoins: false }),
    dispose: () => Promise.resolve(),
  };
  const connect = () => Promise.resolve(connection);
  return { provider, adapterName, connect, connectToShadowDb: connect };
}

function adapterFor(provider, url) {
  if (url === undefined) return noDatabase(provider === 'sqlite' ? 'sqlite' : 'postgres');
  return provider === 'sqlite' ? new PrismaBetterSqlite3({ url }) : new PrismaPg({ connectionString: url });
}

/** An engine for one schema; `url` is only needed to look at a database. */
export async function createEngine({ provider, schema, url }) {
  loaded ??= bindEngine();
  const adapter = adapterFor(provider, url);
  const SchemaEngine = await loaded;
  const engine = await SchemaEngine.new(
    { datamodels: [['schema.prisma', schema]] },
    () => {},
    bindMigrationAwareSqlAdapterFactory(adapter),
  );
  const target = (text) =>
    text === null ? { tag: 'empty' } : { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content: text }] };
  return {
    /** The SQL that leads from one schema to another (`null`: from nothing); empty when there is nothing to do. */
    async diff(from, to) {
      const { stdout } = await engine.diff({
        from: target(from),
        to: target(to),
        script: true,
        exitCode: null,
        filters,
      });
      if (stdout.includes('This is an empty migration')) return '';
      // Naming the schema would need rights that making tables in it does not, and pins it to "public".
      return stdout.replace(/^-- CreateSchema\nCREATE SCHEMA .*;\n\n/, '');
    },
    /** What the engine thinks of a database and a list of `{ name, sql }`, in Prisma's own words. */
    diagnose(migrations) {
      const migrationDirectories = migrations.map(({ name, sql }) => ({
        path: name,
        migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
      }));
      const lockfile = { path: 'migration_lock.toml', content: `provider = "${provider}"\n` };
      const migrationsList = { baseDir: 'migrations', lockfile, shadowDbInitScript: '', migrationDirectories };
      return engine.diagnoseMigrationHistory({ migrationsList, optInToShadowDatabase: false, filters });
    },
  };
}
