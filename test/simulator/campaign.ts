import type { Seat } from '../../server/testing/simulator/client.js';
import { violationOf } from '../../server/testing/simulator/run.js';
import { World } from '../../server/testing/simulator/world.js';
import type { CampaignDefect } from './defects.js';
import { ReducerClient } from './reducer-client.js';
import type { ClientTally } from './tally.js';
import { createTally } from './tally.js';

export interface CampaignOptions {
  readonly firstSeed: number;
  readonly seeds: number;
  readonly steps: number;
  readonly defect?: CampaignDefect;
}

export interface Campaign {
  readonly runs: number;
  readonly steps: number;
  readonly tally: ClientTally;
  readonly violations: readonly { readonly seed: number; readonly sentence: string }[];
}

/** Runs one seed after the other; stops at the first violation. */
export async function runCampaign({ firstSeed, seeds, steps, defect }: CampaignOptions): Promise<Campaign> {
  const tally = createTally();
  for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) {
    const createClient = (seat: Seat) => new ReducerClient(seat, tally, defect);
    const sentence = await violationOf(new World({ seed, tally, defect, createClient }), steps);
    const runs = seed - firstSeed + 1;
    if (sentence !== undefined) return { runs, steps: runs * steps, tally, violations: [{ seed, sentence }] };
  }
  return { runs: seeds, steps: seeds * steps, tally, violations: [] };
}

/** How to see a seed fail again. */
export function replayCommand(seed: number, steps: number): string {
  return `node test/simulator/main.js --seed ${seed} --steps ${steps}`;
}
