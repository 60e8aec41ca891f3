import { transformer } from '@confab/shared';
import { initTRPC } from '@trpc/server';
import { z, ZodError } from 'zod';

/** What no client may learn of. */
interface Warehouse {
  readonly password: string;
  query(sql: string): Promise<readonly object[]>;
}

export interface Context {
  readonly warehouse: Warehouse;
  readonly session: { readonly userId: string } | null;
}

const t = initTRPC.context<Context>().create({
  transformer,
  errorFormatter: ({ shape, error }) => ({
    ...shape,
    data: { ...shape.data, fields: error.cause instanceof ZodError ? z.flattenError(error.cause).fieldErrors : null },
  }),
});

export const { router, procedure } = t;
