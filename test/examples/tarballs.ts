import { root, run } from './commands.js';

/** Before all: packs what the examples install, and sees to it that they are made for it. */
export async function setup(): Promise<void> {
  await run(process.execPath, ['scripts/pack.mjs'], { cwd: root });
  await run(process.execPath, ['scripts/examples.mjs', '--check'], { cwd: root });
}
