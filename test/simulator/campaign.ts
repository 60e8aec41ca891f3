import type { Defect } from './defects.js';
import type { Tally } from './tally.js';
import { createTally } from './tally.js';
import { Violation } from './violation.js';
import { World } from './world.js';

export interface CampaignOptions {
  readonly firstSeed: number;
  readonly seeds: number;
  readonly steps: number;
  readonly defect?: Defect;
}

export interface Campaign {
  readonly runs: number;
  readonly steps: number;
  readonly tally: Tally;
  readonly violations: readonly { readonly seed: number; readonly sentence: string }[];
}

/** Runs one seed after the other; stops at the first violation. */
export async function runCampaign({ firstSeed, seeds, steps, defect }: CampaignOptions): Promise<Campaign> {
  const tally = createTally();
  for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) {
    const sentence = await violationOf(new World(seed, tally, defect), steps);
    const runs = seed - firstSeed + 1;
    if (sentence !== undefined) return { runs, steps: runs * steps, tally, violations: [{ seed, sentence }] };
  }
  return { runs: seeds, steps: seeds * steps, tally, violations: [] };
}

async function violationOf(world: World, steps: number): Promise<string | undefined> {
  try {
    await world.run(steps);
    return undefined;
  } catch (error) {
    if (error instanceof Violation) return error.message;
    throw error;
  }
}

/** How to see a seed fail again. */
export function replayCommand(seed: number, steps: number): string {
  return `node test/simulator/main.js --seed ${seed} --steps ${steps}`;
}
