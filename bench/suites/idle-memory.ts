import { launch } from '../servers/launch.js';
import { inBatches, openArena } from './arena.js';
import { interleave } from './rounds.js';
import type { Line, Scale } from './rounds.js';

/** Resident memory per idle subscribed connection: the slope between two counts, so that warm-up is not in it. */
export function idleMemory(scale: Scale): Promise<Line> {
  const [few, many] = scale.idle;
  return interleave(`memory per idle connection, ${few} to ${many}`, 'KiB', scale.rounds, async (contestant) => {
    await using server = await launch(contestant, 'sqlite');
    const arena = await openArena(contestant, server.url, many);
    const open = (from: number, count: number) =>
      inBatches(from, count, async (index) => {
        const caller = await arena.connect(index);
        await caller.listen(() => undefined);
        return caller;
      });
    const first = await open(0, few);
    const low = await server.memory();
    const rest = await open(few, many - few);
    const high = await server.memory();
    for (const caller of [...first, ...rest]) caller.close();
    return (high - low) / (many - few) / 1_024;
  });
}
