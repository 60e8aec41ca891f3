import { expect, test } from 'vitest';
import { runCampaign } from './campaign.js';
import { moves, streamMoves } from './moves/index.js';

const { CONFAB_MODEL_RUNS, CONFAB_MODEL_SEED, CONFAB_MODEL_PATH, CONFAB_MODEL_REPLAY } = process.env;
const programs = Number(CONFAB_MODEL_RUNS ?? 300);
const seed = CONFAB_MODEL_SEED === undefined ? undefined : Number(CONFAB_MODEL_SEED);
const timeout = 1_500_000;

test(`${programs} programs of sixty steps agree with a plain model, step by step`, { timeout }, async () => {
  const replay = { seed, path: CONFAB_MODEL_PATH, replayPath: CONFAB_MODEL_REPLAY };
  const campaign = await runCampaign({ way: 'iterator', programs, length: 170, ...replay });
  const { failure, steps, done, refused } = campaign;
  console.log(JSON.stringify({ programs, steps, done: [...done], refused: [...refused] }));
  expect(failure).toBeUndefined();
  if (CONFAB_MODEL_PATH !== undefined || programs < 300) return;
  expect(steps).toBeGreaterThan(60 * programs);
  // What never happened was not shown.
  const never = [...moves, ...streamMoves].filter(({ name }) => !done.has(name)).map(({ name }) => name);
  expect(never).toEqual([]);
});

test('so do programs in whose rooms the system says what happens', { timeout }, async () => {
  const { failure } = await runCampaign({
    way: 'iterator',
    isNarrated: true,
    programs: Math.ceil(programs / 4),
    length: 170,
    seed,
  });
  expect(failure).toBeUndefined();
});

test('so do programs whose devices come over sockets', { timeout }, async () => {
  const { failure } = await runCampaign({ way: 'socket', programs: Math.ceil(programs / 30), seed });
  expect(failure).toBeUndefined();
});
