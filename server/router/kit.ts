import { ChatError, invalid } from '@confab/shared';
import type { ProcedureName } from '@confab/shared';
import type { TRPCError } from '@trpc/server';
import { z } from 'zod';
import type { Kernel } from '../operations/kernel.js';
import type { Operation, RateName } from '../operations/operation.js';
import type { Rates } from '../policy/rates.js';
import { chatErrorOf, toTrpcError, validationError } from './error-shape.js';
import { identify } from './identity.js';
import type { ViewerOf } from './identity.js';
import { base } from './trpc.js';

/** What the procedures of one chat are built with. */
export interface KitOptions {
  readonly kernel: Kernel;
  readonly rates: Rates;
  readonly viewerOf: ViewerOf;
  /** Resolves when the store is open and the tail is running. */
  readonly ready: Promise<void>;
  /** Hears of errors nobody expected, with the reference the caller was given. */
  readonly onError: (error: unknown, reference: string) => void;
}

/** What a call failed with, as the caller may see it. */
function told(error: TRPCError, { kernel, onError }: KitOptions): TRPCError {
  const known = chatErrorOf(error);
  if (known !== undefined) return toTrpcError(known);
  if (error.cause instanceof z.ZodError) return toTrpcError(validationError(error.cause));
  if (error.code === 'PAYLOAD_TOO_LARGE') return toTrpcError(new ChatError('TOO_LARGE'));
  if (error.code !== 'INTERNAL_SERVER_ERROR') return toTrpcError(invalid('', 'can not be read'));
  const reference = kernel.ids.next();
  onError(error.cause ?? error, reference);
  return toTrpcError(new ChatError('INTERNAL', undefined, { details: { reference } }));
}

function isPlain(input: unknown): boolean {
  if (typeof input !== 'object' || input === null) return true;
  const prototype: unknown = Object.getPrototypeOf(input);
  return prototype === Object.prototype || prototype === null;
}

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
export function createKit(options: KitOptions) {
  const { kernel, rates, viewerOf, ready } = options;

  const guarded = (rate: RateName | undefined) =>
    base
      .use(async ({ next }) => {
        const result = await next();
        if (!result.ok) throw told(result.error, options);
        return result;
      })
      .use(async ({ ctx, next }) => {
        await ready.catch((cause: unknown) => {
          throw new ChatError('UNAVAILABLE', undefined, { cause });
        });
        const { caller, store } = await identify(kernel, viewerOf, ctx);
        const isCounted = rate !== undefined && caller.sessionId !== null;
        if (isCounted) rates.take(caller.userId, rate);
        return next({ ctx: { op: { kernel, caller, store } } });
      })
      .use(async ({ getRawInput, next }) => {
        // The transformer also carries dates, maps and sets, which a schema takes for objects without keys.
        if (!isPlain(await getRawInput())) throw invalid('', 'must be a plain object');
        return next();
      });

  return {
    /** For what is neither a query nor a mutation; its name must be in the permission table as well. */
    procedure: (name: ProcedureName) => guarded(undefined).meta({ name }),
    query<Name extends ProcedureName, Schema extends z.ZodType, Output>(
      operation: Operation<Name, Schema, Output> & { readonly kind: 'query' },
    ) {
      return guarded(operation.rate)
        .input(tolerant(operation.input(kernel.settings)))
        .query(({ ctx, input }): Promise<Output> => operation.run(ctx.op, input as z.output<Schema>));
    },
    mutation<Name extends ProcedureName, Schema extends z.ZodType, Output>(
      operation: Operation<Name, Schema, Output> & { readonly kind: 'mutation' },
    ) {
      return guarded(operation.rate)
        .input(tolerant(operation.input(kernel.settings)))
        .mutation(({ ctx, input }): Promise<Output> => operation.run(ctx.op, input as z.output<Schema>));
    },
  };
}

export type Kit = ReturnType<typeof createKit>;
