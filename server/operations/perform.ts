import type { ProcedureName } from '@confab/shared';
import type { z } from 'zod';
import type { Op } from './kernel.js';
import type { Operation } from './operation.js';

/** Does an operation for whoever calls: calls under one client id come together, and hooks are run around it. */
export function perform<Name extends ProcedureName, Schema extends z.ZodType, Output>(
  op: Op,
  operation: Operation<Name, Schema, Output>,
  input: z.output<Schema>,
): Promise<Output> {
  const work = (at: Op): Promise<Output> => op.kernel.hooks.run(at, operation, input);
  return operation.repeats === undefined ? work(op) : operation.repeats.together(op, input, work);
}
