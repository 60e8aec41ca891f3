import { Violation } from './violation.js';
import type { World } from './world.js';

/** Runs a world; resolves to what went wrong, if anything did. */
export async function violationOf(world: World, steps: number): Promise<string | undefined> {
  try {
    await world.run(steps);
    return undefined;
  } catch (error) {
    if (error instanceof Violation) return error.message;
    throw error;
  }
}
