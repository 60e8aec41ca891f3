import type { ProcedureName } from '@confab/shared';
import type { z } from 'zod';
import type { Op } from '../../operations/kernel.js';
import type { Operation } from '../../operations/operation.js';
import type { ChatScope } from '../scope.js';

/** Runs what hosts and plugins put around operations and sessions. */
export interface HookRunner {
  /** Does an operation within whatever hooks are around it; without any it is simply done. */
  run<Name extends ProcedureName, Schema extends z.ZodType, Output>(
    op: Op,
    operation: Operation<Name, Schema, Output>,
    input: z.output<Schema>,
  ): Promise<Output>;
  /** Whether any hook is around sessions. */
  readonly hasSessionHooks: boolean;
  /** Rejects with whatever a hook refuses the connection with. */
  beforeOpen(ctx: ChatScope): Promise<void>;
  /** Never throws; nobody waits for it. */
  afterOpen(ctx: ChatScope): void;
  /** Never throws; nobody waits for it. */
  afterClose(ctx: ChatScope, closeCode: number): void;
  /** Resolves when everything that follows a commit has ended, or after a few seconds. */
  settled(): Promise<void>;
}
