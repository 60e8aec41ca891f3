import { parseArgs } from 'node:util';
import { unseen } from '../../server/testing/simulator/tally.js';
import { replayCommand, runCampaign } from './campaign.js';
import { defects } from './defects.js';

/** `--seed N` runs that one; otherwise `--seeds N` from `--first` on; `--defect M4` with that promise taken out. */
export async function main(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      seed: { type: 'string' },
      first: { type: 'string', default: '1' },
      seeds: { type: 'string', default: '3000' },
      steps: { type: 'string', default: '500' },
      defect: { type: 'string' },
    },
  });
  const defect = defects.find(({ name }) => name.split(' ')[0] === values.defect);
  if (values.defect !== undefined && defect === undefined) throw new Error(`There is no defect ${values.defect}.`);
  const steps = Number(values.steps);
  const firstSeed = Number(values.seed ?? values.first);
  const seeds = values.seed === undefined ? Number(values.seeds) : 1;
  const began = performance.now();
  const campaign = await runCampaign({ firstSeed, seeds, steps, ...(defect && { defect }) });
  const { runs, tally, violations } = campaign;
  const seconds = Number(((performance.now() - began) / 1_000).toFixed(1));
  console.log(JSON.stringify({ seeds: runs, steps: campaign.steps, seconds, ...tally, violations }, null, 2));
  for (const { seed } of violations) console.log(`Replay it: ${replayCommand(seed, steps)}`);
  const missing = seeds > 1 && defect === undefined && violations.length === 0 ? unseen(tally) : [];
  if (missing.length > 0) console.log(`Never happened, so nothing was shown: ${missing.join(', ')}`);
  return violations.length > 0 || missing.length > 0 ? 1 : 0;
}
