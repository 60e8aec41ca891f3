import { expect, test } from 'vitest';
import { runCampaign } from './campaign.js';
import { modelDefects } from './defects.js';

const timeout = 600_000;

test.each(modelDefects)('the model shows $name', { timeout }, async (defect) => {
  const { failure } = await runCampaign({ way: 'iterator', programs: 150, seed: 1, defect });
  expect(failure).toBeDefined();
});
