import type { ProcedureName } from '@confab/shared';
import { z } from 'zod';
import type { Op } from '../operations/kernel.js';
import type { Operation } from '../operations/operation.js';
import { perform } from '../operations/perform.js';
import { callKey, createBase } from './base.js';
import type { BaseOptions } from './base.js';

/**
 * What a caller may say in other words: no input instead of an empty one, and the `null` that ends a list as the cursor
 * that begins it. The types ask for the plain form.
 */
export function tolerant<Schema extends z.ZodType>(schema: Schema): Schema {
  const plain = (input: unknown): unknown => {
    if (input === undefined) return {};
    if (typeof input !== 'object' || input === null || !('cursor' in input) || input.cursor !== null) return input;
    return { ...input, cursor: undefined };
  };
  return z.preprocess(plain, schema) as unknown as Schema;
}

/** Builds procedures out of operations. */
export function createKit(options: BaseOptions) {
  const { kernel } = options;
  const base = createBase(options);

  const run = <Name extends ProcedureName, Schema extends z.ZodType, Output>(
    operation: Operation<Name, Schema, Output>,
    op: Op,
    input: unknown,
  ): Promise<Output> => perform(op, operation, input as z.output<Schema>);

  return {
    /** For what is neither a query nor a mutation; its name must be in the permission table as well. */
    procedure: (name: ProcedureName) => base(undefined).meta({ name }),
    query<Name extends ProcedureName, Schema extends z.ZodType, Output>(
      operation: Operation<Name, Schema, Output> & { readonly kind: 'query' },
    ) {
      return base(operation.rate)
        .input(tolerant(operation.input(kernel.settings)))
        .query(({ ctx, input }): Promise<Output> => run(operation, ctx[callKey], input));
    },
    mutation<Name extends ProcedureName, Schema extends z.ZodType, Output>(
      operation: Operation<Name, Schema, Output> & { readonly kind: 'mutation' },
    ) {
      return base(operation.rate)
        .input(tolerant(operation.input(kernel.settings)))
        .mutation(({ ctx, input }): Promise<Output> => run(operation, ctx[callKey], input));
    },
  };
}

export type Kit = ReturnType<typeof createKit>;
