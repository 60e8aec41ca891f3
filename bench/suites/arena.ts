import type { Arena } from '../clients/caller.js';
import { confabArena } from '../clients/confab-client.js';
import { rawArena } from '../clients/raw-client.js';
import type { Contestant } from '../servers/launch.js';

export function openArena(contestant: Contestant, url: string, size: number): Promise<Arena> {
  return contestant === 'confab' ? confabArena(url, size) : rawArena(url);
}

/** Runs `count` tasks, a few at a time, so that a thousand handshakes don't overrun the listen queue. */
export async function inBatches<Result>(
  from: number,
  count: number,
  task: (index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < count; start += 50) {
    const size = Math.min(50, count - start);
    results.push(...(await Promise.all(Array.from({ length: size }, (_, offset) => task(from + start + offset)))));
  }
  return results;
}
