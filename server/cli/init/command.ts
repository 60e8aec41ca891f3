import type { Command } from 'commander';
import path from 'node:path';

interface InitFlags {
  readonly yes?: boolean;
  readonly dir: string;
}

/** Adds `confab init`. What it runs is loaded when it runs. */
export function addInit(program: Command): void {
  program
    .command('init')
    .description('put a chat into an existing project: its models, and a file that opens it')
    .option('--yes', 'write what is shown without asking')
    .option('--dir <folder>', 'the folder of the project', '.')
    .action(async ({ yes = false, dir }: InitFlags) => {
      const { init } = await import('./init.js');
      await init(path.resolve(dir), {
        confirm: yes ? () => Promise.resolve(true) : ask,
        log: (text) => console.log(text),
      });
    });
}

async function ask(): Promise<boolean> {
  if (!process.stdin.isTTY) throw new Error('nobody is there to ask: look at the list, and use --yes.');
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question('Write them? [y/N] ')).trim());
  } finally {
    terminal.close();
  }
}
