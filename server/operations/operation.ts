import type { ProcedureName } from '@confab/shared';
import type { z } from 'zod';
import type { Settings } from '../settings.js';
import type { Op } from './kernel.js';

/** Which of the user's rates a call counts towards. */
export type RateName = 'sends' | 'mutations';

/** One thing a user can do, named like its procedure. */
export interface Operation<Name extends ProcedureName, Schema extends z.ZodType, Output> {
  readonly name: Name;
  readonly kind: 'query' | 'mutation';
  /** Absent: not counted (queries, typing). */
  readonly rate?: RateName;
  readonly input: (settings: Settings) => Schema;
  readonly run: (op: Op, input: z.output<Schema>) => Promise<Output>;
}

/** Declares a query. Its name must be in the permission table. */
export function query<Name extends ProcedureName, Schema extends z.ZodType, Output>(
  name: Name,
  input: (settings: Settings) => Schema,
  run: (op: Op, input: z.output<Schema>) => Promise<Output>,
): Operation<Name, Schema, Output> & { readonly kind: 'query' } {
  return { name, kind: 'query', input, run };
}

/** Declares a mutation. Its name must be in the permission table. @default rate 'mutations' */
export function mutation<Name extends ProcedureName, Schema extends z.ZodType, Output>(
  name: Name,
  input: (settings: Settings) => Schema,
  run: (op: Op, input: z.output<Schema>) => Promise<Output>,
  rate: RateName | null = 'mutations',
): Operation<Name, Schema, Output> & { readonly kind: 'mutation' } {
  return rate === null ? { name, kind: 'mutation', input, run } : { name, kind: 'mutation', rate, input, run };
}
