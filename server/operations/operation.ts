import { procedurePermissions } from '@confab/shared';
import type { ProcedureName, ProcedurePermission } from '@confab/shared';
import type { z } from 'zod';
import type { Settings } from '../settings.js';
import type { Op } from './kernel.js';

/** Which of the user's rates a call counts towards. */
export type RateName = 'sends' | 'mutations';

/** How calls that repeat each other under one client id are told from those that don't. */
export interface Repeats<Input, Output> {
  /**
   * Runs `work`, or has the call share the answer of one that runs already. `work` is given the call with what it is
   * compared by (`bodyHash`), which is taken here: of the input as it came.
   */
  together(op: Op, input: Input, work: (op: Op) => Promise<Output>): Promise<Output>;
  /** The answer of the call that this one repeats; `undefined` when there is none, or none the caller may see. */
  earlier(op: Op, input: Input): Promise<Output | undefined>;
}

/** What most operations do without. */
interface Particulars<Input, Output> {
  /** What the caller needs for it, any one of these. @default what the table of procedures says */
  readonly needs?: (op: Op, input: Input) => readonly ProcedurePermission[];
  /** Checks `custom` by the host's schemas, so that hooks see what will be stored. */
  readonly prepare?: (op: Op, input: Input) => Promise<Input>;
  readonly repeats?: Repeats<Input, Output>;
}

/** One thing a user can do, named like its procedure. */
export interface Operation<Name extends ProcedureName, Schema extends z.ZodType, Output> extends Particulars<
  z.output<Schema>,
  Output
> {
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

/** Declares a mutation. Its name must be in the permission table. It counts towards `mutations` unless told otherwise. */
export function mutation<Name extends ProcedureName, Schema extends z.ZodType, Output>(
  name: Name,
  input: (settings: Settings) => Schema,
  run: (op: Op, input: z.output<Schema>) => Promise<Output>,
  more: Particulars<z.output<Schema>, Output> & { readonly rate?: RateName | null } = {},
): Operation<Name, Schema, Output> & { readonly kind: 'mutation' } {
  const { rate = 'mutations', ...particulars } = more;
  return { name, kind: 'mutation', input, run, ...particulars, ...(rate === null ? {} : { rate }) };
}

/** What a caller needs for an operation, any one of these. */
export function needsOf<Name extends ProcedureName, Schema extends z.ZodType, Output>(
  operation: Operation<Name, Schema, Output>,
  op: Op,
  input: z.output<Schema>,
): readonly ProcedurePermission[] {
  return operation.needs?.(op, input) ?? [procedurePermissions[operation.name]];
}
