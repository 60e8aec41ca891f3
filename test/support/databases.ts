import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { afterAll, beforeAll, describe } from 'vitest';
import { PrismaClient as PostgresqlClient } from '../../server/store/generated/postgresql/client.js';
import { PrismaClient as SqliteClient } from '../../server/store/generated/sqlite/client.js';
import { createMigrator } from '../../server/store/migrate/migrator.js';
import type { ChatStore } from '../../server/store/port.js';
import { prismaStore } from '../../server/store/prisma-store.js';
import type { PrismaStoreOptions } from '../../server/store/prisma-store.js';
import type { Provider } from '../../server/store/transaction.js';

const postgres = process.env['CONFAB_TEST_POSTGRES'] ?? 'postgresql://postgres@127.0.0.1:5432';

/** A migrated database of a suite's own. */
export interface Database {
  readonly provider: Provider;
  readonly url: string;
  /** A client for arranging and looking, which no store uses. */
  readonly db: SqliteClient;
  /** One more client with connections of its own; disconnected when the suite ends. */
  client(): SqliteClient;
  /** An opened store with clients of its own, as another process would have it; closed when the suite ends. */
  store(options?: PrismaStoreOptions): Promise<ChatStore>;
}

interface Target {
  readonly url: string;
  drop(): Promise<void>;
}

const isTherePostgres = await isReachable();

/** Describes what holds on every database: `body` runs once for each, with a database that is dropped at the end. */
export function eachDatabase(body: (database: Database) => void): void {
  describe('on SQLite', () => body(createDatabase('sqlite')));
  describe.skipIf(!isTherePostgres)('on PostgreSQL', () => body(createDatabase('postgresql')));
}

/** Describes what only PostgreSQL has. */
export function onPostgresql(body: (database: Database) => void): void {
  describe.skipIf(!isTherePostgres)('on PostgreSQL', () => body(createDatabase('postgresql')));
}

/** Describes what only SQLite has. */
export function onSqlite(body: (database: Database) => void): void {
  describe('on SQLite', () => body(createDatabase('sqlite')));
}

function createDatabase(provider: Provider): Database {
  let target: Target | undefined;
  let look: SqliteClient | undefined;
  const clients: SqliteClient[] = [];
  const stores: ChatStore[] = [];

  beforeAll(async () => {
    target = await (provider === 'sqlite' ? createFile() : createPostgresql());
    await createMigrator({ provider, url: target.url }).apply();
    look = database.client();
  });
  afterAll(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await Promise.all(clients.map((client) => client.$disconnect()));
    await target?.drop();
  });

  const database: Database = {
    provider,
    get url() {
      if (target === undefined) throw new Error('the database is there from `beforeAll` on');
      return target.url;
    },
    get db() {
      if (look === undefined) throw new Error('the database is there from `beforeAll` on');
      return look;
    },
    client() {
      const client = openClient(provider, database.url);
      clients.push(client);
      return client;
    },
    async store(options) {
      const given =
        provider === 'sqlite' ? { writer: database.client(), reader: database.client() } : database.client();
      const store = prismaStore(given, options);
      stores.push(store);
      await store.open();
      return store;
    },
  };
  return database;
}

function openClient(provider: Provider, url: string): SqliteClient {
  if (provider === 'sqlite') return new SqliteClient({ adapter: new PrismaBetterSqlite3({ url, timeout: 0 }) });
  const adapter = new PrismaPg({ connectionString: url, max: 8, connectionTimeoutMillis: 4_000 });
  // The two generated classes differ in name only, as far as the tests use them.
  return new PostgresqlClient({ adapter }) as unknown as SqliteClient;
}

async function createFile(): Promise<Target> {
  const folder = await mkdtemp(path.join(tmpdir(), 'confab-store-'));
  return { url: `file:${path.join(folder, 'chat.db')}`, drop: () => rm(folder, { recursive: true, force: true }) };
}

async function createPostgresql(): Promise<Target> {
  const name = `confab_store_${randomBytes(6).toString('hex')}`;
  const url = new URL(postgres);
  url.pathname = `/${name}`;
  await administer(`CREATE DATABASE "${name}"`);
  return { url: url.href, drop: () => administer(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`) };
}

async function administer(statement: string): Promise<void> {
  const url = new URL(postgres);
  if (url.pathname === '' || url.pathname === '/') url.pathname = '/postgres';
  const client = new pg.Client({ connectionString: url.href, connectionTimeoutMillis: 3_000 });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Without PostgreSQL its half is skipped, aloud; where nobody would hear it, it is an error. */
async function isReachable(): Promise<boolean> {
  try {
    await administer('SELECT 1');
    return true;
  } catch (error) {
    if (process.env['CI'] !== undefined && process.env['CI'] !== '') throw error;
    console.warn(`PostgreSQL is not there (${postgres.replace(/\/\/.*@/, '//')}): its tests are skipped.`);
    return false;
  }
}
