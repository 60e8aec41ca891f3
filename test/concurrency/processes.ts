import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ChatErrorCode } from '@confab/shared';
import type { Procedure } from '../support/api.js';

/** What one of the processes is to do. */
export interface Call {
  /** The user; `null`: the host itself. */
  readonly as: string | null;
  readonly path: Procedure;
  readonly input: unknown;
}

/** What came of a call: its answer as JSON, or why it was refused. */
export type Outcome =
  | { readonly answer: Readonly<Record<string, unknown>>; readonly code?: undefined }
  | { readonly answer?: undefined; readonly code: ChatErrorCode; readonly message: string };

/** Servers in processes of their own on one database: nothing but that keeps them apart. */
export interface Processes extends AsyncDisposable {
  /** Has these done at once, in turn by one process and the next. Same order and length. */
  atOnce(calls: readonly Call[]): Promise<readonly Outcome[]>;
  /** Has one of them do a call, which has to succeed. */
  call(as: string | null, path: Procedure, input: unknown): Promise<Readonly<Record<string, unknown>>>;
}

const entry = fileURLToPath(new URL('node-process.js', import.meta.url));

export async function startProcesses(url: string, count: number): Promise<Processes> {
  const children = Array.from({ length: count }, () =>
    fork(entry, { env: { ...process.env, DATABASE_URL: url }, serialization: 'advanced' }),
  );
  let rounds = 0;

  async function ask(child: ChildProcess, calls: readonly Call[]): Promise<readonly Outcome[]> {
    if (calls.length === 0) return [];
    const round = (rounds += 1);
    child.send({ round, calls });
    return new Promise((resolve, reject) => {
      const onMessage = (message: { readonly round: number; readonly outcomes: readonly Outcome[] }): void => {
        if (message.round !== round) return;
        end();
        resolve(message.outcomes);
      };
      const onExit = (): void => {
        end();
        reject(new Error('The process ended.'));
      };
      const end = (): void => {
        child.off('message', onMessage as never);
        child.off('exit', onExit);
      };
      child.on('message', onMessage as never);
      child.once('exit', onExit);
    });
  }

  async function atOnce(calls: readonly Call[]): Promise<readonly Outcome[]> {
    const shares = children.map((_, process) => calls.filter((_call, index) => index % count === process));
    const outcomes = await Promise.all(children.map((child, index) => ask(child, shares[index] ?? [])));
    return calls.map((_, index) => {
      const outcome = outcomes[index % count]?.[Math.floor(index / count)];
      if (outcome === undefined) throw new Error('A call was not answered.');
      return outcome;
    });
  }

  async function close(): Promise<void> {
    await Promise.all(
      children.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const exit = once(child, 'exit');
        child.disconnect();
        await exit;
      }),
    );
  }

  try {
    await Promise.all(children.map((child) => Promise.race([once(child, 'message'), failure(child)])));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    atOnce,
    async call(as, path, input) {
      const [outcome] = await atOnce([{ as, path, input }]);
      if (outcome?.answer === undefined) throw new Error(`${path} was refused: ${outcome?.message}`);
      return outcome.answer;
    },
    [Symbol.asyncDispose]: close,
  };
}

async function failure(child: ChildProcess): Promise<never> {
  await once(child, 'exit');
  throw new Error('A process did not start; was the server built?');
}
