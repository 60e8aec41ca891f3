import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A server under measurement, in a process of its own. */
export interface ServerProcess extends AsyncDisposable {
  readonly url: string;
  /** Microseconds of CPU, user and kernel, since it began. */
  cpu(): Promise<number>;
  /** Resident bytes after a forced collection. */
  memory(): Promise<number>;
}

const control = fileURLToPath(new URL('./control.js', import.meta.url));

/** Starts `node script …` and waits for the first address it prints. */
export async function startServer(
  script: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<ServerProcess> {
  const child = spawn(process.execPath, ['--expose-gc', '--import', control, script, ...args], {
    cwd: options.cwd,
    env: { ...process.env, NODE_ENV: 'production', ...options.env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const url = await address(child);
  let questions = 0;
  const ask = (what: 'cpu' | 'memory'): Promise<number> => {
    const id = (questions += 1);
    return new Promise((resolve) => {
      const listener = (reply: { id: number; answer: number }): void => {
        if (reply.id !== id) return;
        child.off('message', listener);
        resolve(reply.answer);
      };
      child.on('message', listener);
      child.send({ id, ask: what });
    });
  };
  return {
    url,
    cpu: () => ask('cpu'),
    memory: () => ask('memory'),
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await exited;
      clearTimeout(timer);
    },
  };
}

function address(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      const found = /https?:\/\/[\w.:[\]]+/.exec(printed);
      if (found !== null) resolve(found[0]);
    });
    child.once('exit', (code) => reject(new Error(`${child.spawnfile} ended with ${code} before it was ready`)));
  });
}
