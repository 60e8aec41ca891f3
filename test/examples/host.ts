import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { waitFor } from '../support/wait.js';
import { plainEnvironment, run } from './commands.js';

/** A running server. */
export interface Host {
  /** Where it is; also the origin it lets in. */
  readonly url: string;
  /** Runs one of its project's scripts beside it and resolves to what that printed. */
  run(script: string, args: readonly string[]): Promise<string>;
  /** Asks it to end, as whoever runs it would; resolves to how it ended. */
  end(): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** Makes sure that it is gone. */
  kill(): void;
}

/** Migrates the database as the example's README says, and starts the example on it. */
export async function start(folder: string, databaseUrl: string): Promise<Host> {
  const port = await freePort();
  const env = { DATABASE_URL: databaseUrl, PORT: String(port), SESSION_SECRET: randomBytes(32).toString('hex') };
  await run('npm', ['run', 'migrate'], { cwd: folder, env });
  return launch({ folder, command: await startCommand(folder), url: `http://localhost:${String(port)}`, env });
}

export interface LaunchOptions {
  readonly folder: string;
  /** As in a shell; settings may stand ahead of it, as `PORT=80 node …`. */
  readonly command: string;
  /** Where it is to be reached; it is there once its port is printed. */
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Starts a server and resolves when it has said that it listens. */
export async function launch({ folder, command: line, url, env }: LaunchOptions): Promise<Host> {
  const lines: string[] = [];
  const log = () => lines.join('').slice(-4_000);
  const words = line.split(' ');
  const isSetting = (word: string) => /^[A-Z_]+=/.test(word);
  const [command = '', ...args] = words.filter((word) => !isSetting(word));
  const settings = Object.fromEntries(words.filter(isSetting).map((word) => word.split('=')));
  // Not through npm, so that the signal reaches the server itself.
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...plainEnvironment(), ...env, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill = () => void child.kill('SIGKILL');
  // A run that is broken off leaves nothing behind.
  process.once('exit', kill);
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
  }
  await waitFor(
    () => {
      if (!isRunning()) throw new Error(`${line} ended with ${String(child.exitCode ?? child.signalCode)}:\n${log()}`);
      return lines.join('').includes(`:${new URL(url).port}`);
    },
    { what: `${line} to say that it listens`, timeoutMs: 60_000, seen: log },
  );
  return {
    url,
    run: (script, args) => run('npm', ['run', script, '--', ...args], { cwd: folder, env }),
    async end() {
      child.kill('SIGTERM');
      await waitFor(() => !isRunning(), { what: `${line} to end`, timeoutMs: 15_000, seen: log });
      return { code: child.exitCode, signal: child.signalCode };
    },
    kill() {
      process.removeListener('exit', kill);
      if (isRunning()) kill();
    },
  };
}

async function startCommand(folder: string): Promise<string> {
  const manifest = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as {
    readonly scripts: { readonly start: string };
  };
  return manifest.scripts.start;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
