import { afterAll, beforeAll, describe } from 'vitest';
import { isPostgresThere } from '../../support/server.js';
import { createStage } from './stage.js';
import type { Stage, StageOptions } from './stage.js';

const isTherePostgres = await isPostgresThere();

/** Describes what holds on every database; the stage is there from the first test on. */
export function onEachStage(name: string, body: (stage: () => Stage) => void, options: StageOptions = {}): void {
  for (const provider of ['sqlite', 'postgresql'] as const) {
    describe.skipIf(provider === 'postgresql' && !isTherePostgres)(`${name} (${provider})`, () => {
      let stage: Stage | undefined;
      beforeAll(async () => {
        stage = await createStage(provider, options);
      });
      afterAll(async () => {
        await stage?.[Symbol.asyncDispose]();
      });
      body(() => {
        if (stage === undefined) throw new Error('the stage is there from the first test on, not before');
        return stage;
      });
    });
  }
}
