import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder. */
export const root = path.resolve(fileURLToPath(import.meta.url), '../../..');

/** The environment of someone's shell: without what vitest and `npm run` put into it. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const foreign =
    /^(NODE_ENV|VITEST.*|VITE_.*|TEST|DEV|PROD|MODE|BASE_URL|INIT_CWD|npm_(package|lifecycle|config_local)_.*)$/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a command to its end and resolves to what it printed. Rejects with the same when it fails. */
export function run(command: string, args: readonly string[], { cwd, env }: RunOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const printed: string[] = [];
    const child = spawn(command, args, {
      cwd,
      env: { ...plainEnvironment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => printed.push(chunk.toString()));
    }
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(printed.join(''));
      else reject(new Error(`${command} ${args.join(' ')} ended with ${String(code)}:\n${printed.join('')}`));
    });
  });
}
