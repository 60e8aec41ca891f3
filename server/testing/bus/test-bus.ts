import { registerGroups } from '../suite/runner.js';
import type { SuiteRunner } from '../suite/runner.js';
import { busCases, injectCase, interruptCase, strangerCase } from './cases.js';
import { createBusBench } from './fixture.js';
import type { BusUnderTest } from './fixture.js';

export interface TestBusOptions {
  /** What the adapter is called in the names of the tests. @default 'a bus' */
  readonly name?: string;
  /** How long a message may take, or a connection that was lost to come back, in milliseconds. @default 5_000 */
  readonly waitMs?: number;
  /** What the adapter has, beside the buses themselves: each is tried when it is named. @default none */
  readonly covers?: readonly ('inject' | 'interrupt' | 'stranger')[];
}

/**
 * Registers the tests that every `Bus` has to pass: who hears what, that nothing comes back, that a fault of one
 * disturbs nobody else, that closing ends it. In no test does order matter, as on a bus it never does.
 *
 * ```ts
 * testBus({ describe, it }, () => {
 *   const channel = randomUUID();
 *   return { connect: () => redisBus({ url, channel }), inject: (text) => redis.publish(channel, text) };
 * }, { name: 'redisBus', covers: ['inject'] });
 * ```
 *
 * @param runner - `describe` and `it` of vitest, jest or `node:test`.
 * @param makeWire - Called for each test.
 */
export function testBus(
  runner: SuiteRunner,
  makeWire: () => BusUnderTest | Promise<BusUnderTest>,
  { name = 'a bus', waitMs = 5_000, covers = [] }: TestBusOptions = {},
): void {
  const cases = [
    ...busCases,
    ...(covers.includes('inject') ? [injectCase] : []),
    ...(covers.includes('interrupt') ? [interruptCase] : []),
    ...(covers.includes('stranger') ? [strangerCase] : []),
  ];
  registerGroups(runner, [{ name, cases }], async () => {
    const { bench, close } = createBusBench(await makeWire(), waitMs);
    return { fixture: bench, close };
  });
}
