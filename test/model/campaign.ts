import * as fc from 'fast-check';
import type { ModelDefect } from './defects.js';
import { anyProgram, runProgram } from './program.js';
import { openStage } from './stage.js';
import type { Way } from './stage.js';

export interface CampaignOptions {
  readonly way: Way;
  /** Whether the system says what happens in rooms. @default false */
  readonly isNarrated?: boolean;
  readonly programs: number;
  /** Most steps of one; half of it on average. @default 120 */
  readonly length?: number;
  /** @default any */
  readonly seed?: number | undefined;
  /** Where fast-check found a failure with this seed. */
  readonly path?: string | undefined;
  /** Where in the program that was. */
  readonly replayPath?: string | undefined;
  readonly defect?: ModelDefect;
}

export interface Campaign {
  readonly programs: number;
  /** By what was done: how often it was, and how often it was refused as it should be. */
  readonly done: ReadonlyMap<string, number>;
  readonly refused: ReadonlyMap<string, number>;
  readonly steps: number;
  /** Absent when everything agreed. */
  readonly failure?: string;
}

/** Runs programs one after the other until one shows that the product and the model disagree. */
export async function runCampaign(options: CampaignOptions): Promise<Campaign> {
  const { way, isNarrated = false, programs, length = 120, defect, replayPath } = options;
  const tally = { done: new Map<string, number>(), refused: new Map<string, number>() };
  await using stage = await openStage({ way, isNarrated, defect });
  const arbitrary = anyProgram({ tally, length, ...(replayPath !== undefined && { replayPath }) });
  const run = (program: Parameters<typeof runProgram>[1]) => runProgram({ stage, reduce: defect?.reduce }, program);
  const { seed = Date.now(), path } = options;
  const details = await fc.check(fc.asyncProperty(arbitrary, run), {
    ...{ seed, numRuns: programs, unbiased: true },
    ...(path !== undefined && { path }),
    // A defect that was planted need not be understood.
    endOnFailure: defect !== undefined,
    interruptAfterTimeLimit: timeLimitMs,
  });
  const steps = [...tally.done.values(), ...tally.refused.values()].reduce((sum, count) => sum + count, 0);
  const campaign = { programs: details.numRuns, ...tally, steps };
  if (!details.failed) return campaign;
  const failure = tell(details);
  // Making it smaller took a while: whoever waits should not have to wait for what comes after it.
  console.error(failure);
  return { ...campaign, failure };
}

/** How long one may take with all the tries to make a failure smaller. */
const timeLimitMs = 900_000;

function tell<Program extends Iterable<unknown>>(details: fc.RunDetails<[Program]>): string {
  if (details.counterexample === null) return `Only ${details.numRuns} programs were run in time.`;
  const program: Iterable<unknown> = details.counterexample[0];
  // What there was nothing to do with says nothing.
  const steps = [...program].map((step) => `  ${String(step)}`).filter((line) => line.trim() !== '');
  const replay = /replayPath="([^"]*)"/.exec(String(program))?.[1] ?? '';
  const { seed, counterexamplePath: path, errorInstance } = details;
  const again = `CONFAB_MODEL_SEED=${seed} CONFAB_MODEL_PATH=${path ?? ''} CONFAB_MODEL_REPLAY=${replay}`;
  const why = errorInstance instanceof Error ? (errorInstance.stack ?? errorInstance.message) : String(errorInstance);
  return [...steps, why, `Replay it: ${again} npm run model`].join('\n');
}
