import { afterAll, beforeAll, describe } from 'vitest';
import { eachDatabase } from '../../support/databases.js';
import { createStage } from './stage.js';
import type { Stage, StageOptions } from './stage.js';

/** Describes what holds on every database; the stage is there from the first test on. */
export function onEachStage(name: string, body: (stage: () => Stage) => void, options: StageOptions = {}): void {
  describe(name, () =>
    eachDatabase((database) => {
      let stage: Stage | undefined;
      beforeAll(async () => {
        stage = createStage(await database.store(), options);
      });
      afterAll(() => stage?.close());
      body(() => {
        if (stage === undefined) throw new Error('the stage is there from the first test on, not before');
        return stage;
      });
    }),
  );
}
