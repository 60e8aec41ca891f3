import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { startServer } from './server-process.js';
import type { ServerProcess } from './server-process.js';

export type Database = 'sqlite' | 'postgresql';
export type Contestant = 'confab' | 'raw';

/** The secret the bench signs its users' tokens with. */
export const secret = 'bench-secret-bench-secret-bench-secret';

/** The limits that the bench raises, because it plays thousands of users from one address. Printed with the results. */
export const raisedSettings = {
  limits: { sends: false, mutations: false },
  sockets: { connectionsPerAddress: 20_000, connectionsPerUser: 20_000 },
} as const;

const confab = fileURLToPath(new URL('../../../server/dist/cli/main.js', import.meta.url));
const raw = fileURLToPath(new URL('./raw.js', import.meta.url));
const adminUrl = process.env['CONFAB_TEST_POSTGRES_URL'] ?? 'postgresql://postgres@127.0.0.1:5432/postgres';

/** Starts a contestant on a database of its own, which is dropped with it. */
export async function launch(contestant: Contestant, database: Database): Promise<ServerProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'confab-bench-'));
  const place = database === 'sqlite' ? sqlitePlace(folder) : await postgresPlace();
  const env =
    contestant === 'raw'
      ? { RAW_STORE: database, RAW_URL: place.url.replace(/^file:/, '') }
      : {
          PORT: '0',
          DATABASE_URL: place.url,
          CONFAB_JWT_SECRET: secret,
          CONFAB_SETTINGS: JSON.stringify(raisedSettings),
        };
  const [script, args] = contestant === 'raw' ? [raw, []] : [confab, ['serve']];
  const server = await startServer(script, args, { cwd: folder, env });
  return {
    ...server,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await place.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Place {
  readonly url: string;
  drop(): Promise<void>;
}

function sqlitePlace(folder: string): Place {
  return { url: `file:${join(folder, 'bench.db')}`, drop: () => Promise.resolve() };
}

async function postgresPlace(): Promise<Place> {
  const name = `confab_bench_${process.pid}_${Date.now().toString(36)}`;
  const run = async (sql: string): Promise<void> => {
    const client = new pg.Client({ connectionString: adminUrl });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  };
  await run(`CREATE DATABASE ${name}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => run(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}
