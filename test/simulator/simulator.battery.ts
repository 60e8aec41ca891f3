import { describe, expect, it } from 'vitest';
import { unseen } from '../../server/testing/simulator/tally.js';
import { replayCommand, runCampaign } from './campaign.js';
import { defects } from './defects.js';

const steps = 500;
/** `npm run simulate` runs ten times as many. */
const seeds = Number(process.env.CONFAB_SIM_SEEDS ?? 300);
const firstSeed = Number(process.env.CONFAB_SIM_FIRST ?? 1);

describe('the event engine under simulated faults', () => {
  it(`keeps every promise over ${seeds} seeds, each fault having taken effect`, { timeout: 900_000 }, async () => {
    const { tally, violations } = await runCampaign({ firstSeed, seeds, steps });
    const [violation] = violations;
    const said = violation && `${violation.sentence}; replay: ${replayCommand(violation.seed, steps)}`;
    expect(said).toBeUndefined();
    // Fewer seeds than this may miss the rarest faults by chance.
    if (seeds >= 300) expect(unseen(tally)).toEqual([]);
    console.log(JSON.stringify({ seeds, steps: seeds * steps, ...tally }));
  });

  it('runs the same way twice', async () => {
    const [one, other] = [
      await runCampaign({ firstSeed, seeds: 5, steps }),
      await runCampaign({ firstSeed, seeds: 5, steps }),
    ];
    expect(one).toEqual(other);
  });
});

describe('the simulator', () => {
  it.each(defects)('catches $name', { timeout: 300_000 }, async (defect) => {
    const { violations } = await runCampaign({ firstSeed: 1, seeds: 1_000, steps, defect });
    expect(violations).toHaveLength(1);
  });
});
