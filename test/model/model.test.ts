import { expect, test } from 'vitest';
import { runCampaign } from './campaign.js';

const timeout = 300_000;

// `npm run model` runs many more.
test('whatever is done, counts, answers and devices agree with a plain model', { timeout }, async () => {
  const { failure, programs } = await runCampaign({ way: 'iterator', programs: 8 });
  expect(failure).toBeUndefined();
  expect(programs).toBe(8);
});
