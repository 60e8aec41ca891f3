import { afterAll, beforeAll, test } from 'vitest';
import { onPostgresql } from '../support/databases.js';
import { expectGaplessShards } from './ledger.js';
import { startProcesses } from './processes.js';
import type { Processes } from './processes.js';
import { races } from './races.js';

/** As many as there are cores to keep busy, and one more. */
const processCount = 3;

/** Runs every race so many times, between processes of their own. */
export function runRaces(rounds: number): void {
  onPostgresql((database) => {
    let processes: Processes;
    beforeAll(async () => {
      processes = await startProcesses(database.url, processCount);
    });
    afterAll(async () => {
      await processes[Symbol.asyncDispose]();
    });

    test.each(races)('$says', { timeout: 600_000 }, async ({ run }) => {
      for (let round = 0; round < rounds; round += 1) await run(processes, database, round);
    });

    test('after all of that no position of the log is missing or taken twice', () => expectGaplessShards(database));
  });
}
