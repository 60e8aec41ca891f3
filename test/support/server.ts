import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { SharedServer } from './shared-servers.js';
import { waitFor, within } from './wait.js';

export type Provider = 'sqlite' | 'postgresql';

/** A database of a test's own. */
export interface TestDatabase extends AsyncDisposable {
  readonly provider: Provider;
  readonly url: string;
}

export interface ServerOptions {
  readonly provider: Provider;
  /** Laid over the settings of every test: no rates, and refusals that close no socket. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  /** `null`: none, so that the server makes its own and offers the demo's login. @default a random one */
  readonly secret?: string | null;
  /** One that outlives this server, for several on one. @default its own, dropped at the end */
  readonly database?: TestDatabase;
}

/** The built standalone server in a process of its own. */
export interface TestServer extends AsyncDisposable {
  readonly provider: Provider;
  /** `http://127.0.0.1:<port>`, the same after a restart. */
  readonly url: string;
  readonly port: number;
  /** What tokens are signed with; `null` when the server keeps its own. */
  readonly secret: string | null;
  readonly database: TestDatabase;
  readonly isRunning: boolean;
  readonly exitCode: number | null;
  /** Of the process, while there is one. */
  readonly pid: number | undefined;
  /** What it has printed since it was started. */
  readonly logFile: string;
  /** The end of what it printed. */
  log(): string;
  /** Sends a signal and waits for the process to be gone. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port and database; ends it before if it still runs. */
  restart(): Promise<void>;
  /** SIGTERM, and SIGKILL if it does not end. The database goes with it unless it was given. */
  stop(): Promise<void>;
}

const entry = fileURLToPath(new URL('../../server/dist/cli/main.js', import.meta.url));
const postgres = process.env['CONFAB_TEST_POSTGRES'] ?? 'postgresql://postgres@127.0.0.1:5432';
const startMs = 30_000;

const baseSettings = {
  limits: { sends: false, mutations: false },
  sockets: { refusals: { count: 100_000, windowMs: 60_000 } },
};

/** Starts the built server and resolves when it has printed its address. */
export async function startServer(options: ServerOptions): Promise<TestServer> {
  const directory = await mkdtemp(join(tmpdir(), 'confab-test-'));
  const ownDatabase = options.database === undefined;
  const database = options.database ?? (await createDatabase(options.provider));
  const secret = options.secret === undefined ? randomBytes(32).toString('hex') : options.secret;
  const logFile = join(directory, 'server.log');
  let child: ChildProcess | undefined;
  let port = 0;

  const isRunning = () => child !== undefined && child.exitCode === null && child.signalCode === null;
  const log = () => endOf(logFile);
  // A test run that is broken off leaves no server behind.
  const killWithRun = () => child?.kill('SIGKILL');
  process.once('exit', killWithRun);
  const gone = async (timeoutMs: number) => {
    await waitFor(() => !isRunning(), { what: 'the server to exit', timeoutMs, seen: log });
  };

  async function launch(): Promise<void> {
    writeFileSync(logFile, '');
    let printed = '';
    const started = spawn(process.execPath, [entry, 'serve'], {
      cwd: directory,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        HOME: directory,
        PORT: String(port),
        HOST: '127.0.0.1',
        DATABASE_URL: database.url,
        CONFAB_SETTINGS: JSON.stringify(merge(baseSettings, options.settings ?? {})),
        ...(secret === null ? {} : { CONFAB_JWT_SECRET: secret }),
        ...options.env,
      },
    });
    child = started;
    const keep = (chunk: Buffer) => {
      appendFileSync(logFile, chunk);
    };
    started.stdout.on('data', (chunk: Buffer) => {
      keep(chunk);
      if (printed.length < 100_000) printed += chunk.toString();
    });
    started.stderr.on('data', keep);
    started.once('error', (error) => appendFileSync(logFile, String(error)));
    const address = await waitFor(
      () => {
        if (!isRunning()) throw new Error(`the server ended with ${started.exitCode ?? started.signalCode}:\n${log()}`);
        return /https?:\/\/[\w.[\]:-]+:\d+/.exec(printed)?.[0];
      },
      { what: 'the server to print its address', timeoutMs: startMs, seen: log },
    );
    port = Number(new URL(address).port);
  }

  async function kill(signal: NodeJS.Signals): Promise<void> {
    if (!isRunning()) return;
    child?.kill(signal);
    await gone(20_000);
  }

  async function stop(): Promise<void> {
    try {
      await kill('SIGTERM').catch(() => kill('SIGKILL'));
    } finally {
      process.removeListener('exit', killWithRun);
      if (ownDatabase) await database[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    }
  }

  try {
    await launch();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    provider: options.provider,
    get url() {
      return `http://127.0.0.1:${port}`;
    },
    get port() {
      return port;
    },
    secret,
    database,
    get isRunning() {
      return isRunning();
    },
    get exitCode() {
      return child?.exitCode ?? null;
    },
    get pid() {
      return isRunning() ? child?.pid : undefined;
    },
    logFile,
    log,
    kill,
    async restart() {
      await kill('SIGTERM');
      await launch();
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** A server that was started for others too, as far as one may use it: it is not stopped. */
export function borrowServer({ provider, port, pid, secret, databaseUrl, logFile }: SharedServer): TestServer {
  const refuse = () => Promise.reject(new Error('This server is not yours alone: ask for one of your own.'));
  const isRunning = () => isAlive(pid);
  return {
    ...{ provider, port, pid, secret, logFile, exitCode: null, url: `http://127.0.0.1:${port}` },
    database: { provider, url: databaseUrl, [Symbol.asyncDispose]: refuse },
    get isRunning() {
      return isRunning();
    },
    log: () => endOf(logFile),
    ...{ kill: refuse, restart: refuse, stop: () => Promise.resolve(), [Symbol.asyncDispose]: () => Promise.resolve() },
  };
}

/** The end of what a server printed, as long as its folder is there. */
function endOf(logFile: string): string {
  try {
    return readFileSync(logFile, 'utf8').slice(-200_000);
  } catch {
    return '';
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Makes a database of its own: a file, or one on the PostgreSQL server of the tests. */
export async function createDatabase(provider: Provider): Promise<TestDatabase> {
  if (provider === 'sqlite') {
    const directory = await mkdtemp(join(tmpdir(), 'confab-data-'));
    const drop = () => rm(directory, { recursive: true, force: true });
    return { provider, url: `file:${join(directory, 'chat.db')}`, [Symbol.asyncDispose]: drop };
  }
  const name = `confab_conf_${randomBytes(6).toString('hex')}`;
  await onPostgres(`CREATE DATABASE ${name}`);
  const drop = () => onPostgres(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  return { provider, url: `${postgres}/${name}`, [Symbol.asyncDispose]: drop };
}

/** Whether a PostgreSQL server answers. Without one its tests are skipped aloud; under `CI` that is an error. */
export async function isPostgresThere(): Promise<boolean> {
  try {
    await within(onPostgres('SELECT 1'), { what: 'PostgreSQL', timeoutMs: 5_000 });
    return true;
  } catch (error) {
    const sentence = `PostgreSQL at ${new URL(postgres).host} can't be used: ${String(error)}`;
    if (process.env['CI']) throw new Error(sentence, { cause: error });
    console.warn(`${sentence}. Its tests are SKIPPED.`);
    return false;
  }
}

async function onPostgres(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: `${postgres}/postgres`, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function merge(
  base: Readonly<Record<string, unknown>>,
  over: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isObject(below) && isObject(value) ? merge(below, value) : value;
  }
  return merged;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
