import { describe } from 'vitest';
import { isPostgresThere } from '../support/server.js';

const postgres = process.env['CONFAB_TEST_POSTGRES'] ?? 'postgresql://postgres@127.0.0.1:5432';
const isTherePostgres = await isPostgresThere();

/** Where a `testChat` keeps its rows. */
export interface TestPlace {
  readonly postgresql?: string;
}

/** Describes what holds on every database: `body` is given what `testChat` takes to work on it. */
export function onEachDatabase(body: (place: TestPlace) => void): void {
  describe('on SQLite', () => body({}));
  describe.skipIf(!isTherePostgres)('on PostgreSQL', () => body({ postgresql: `${postgres}/test` }));
}
