import { mkdir, open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { root } from './schema.mjs';

const file = path.join(root, 'node_modules/.cache/confab/build.lock');

/** Runs `work` while no other process builds this checkout; a lock left behind by a process that is gone is taken over. */
export async function alone(work) {
  await mkdir(path.dirname(file), { recursive: true });
  for (;;) {
    const handle = await open(file, 'wx').catch(() => null);
    if (handle !== null) {
      await handle.writeFile(String(process.pid));
      await handle.close();
      break;
    }
    if (await isAbandoned()) await rm(file, { force: true });
    else await wait(100);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function isAbandoned() {
  const read = async () => readFile(file, 'utf8').catch(() => null);
  let owner = await read();
  // A lock is empty for the moment between its making and the writing of its owner.
  if (owner === '') {
    await wait(500);
    owner = await read();
  }
  if (owner === null) return false;
  try {
    process.kill(Number(owner), 0);
    return owner === '';
  } catch (error) {
    return error.code === 'ESRCH';
  }
}
