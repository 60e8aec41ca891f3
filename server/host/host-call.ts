import { ChatError } from '@confab/shared';
import type { z } from 'zod';
import type { Op } from '../operations/kernel.js';
import { validationError } from '../trpc/error-shape.js';
import type { CoreCaller } from '../router/index.js';

/** What the host's own calls are made with. */
export interface HostCall {
  /** The call, by the host itself; its store is the kernel's, or one inside a transaction. */
  readonly op: Op;
  /** The same within that store, as a user. */
  as(userId: string): CoreCaller;
  /** Resolves when the chat can be used. */
  readonly ready: Promise<void>;
}

/** Resolves when the chat can be used; rejects with `UNAVAILABLE` when it can't. */
export async function whenReady({ ready }: Pick<HostCall, 'ready'>): Promise<void> {
  await ready.catch((cause: unknown) => {
    throw new ChatError('UNAVAILABLE', undefined, { cause });
  });
}

/** The input as its schema makes it. Throws `VALIDATION`. */
export function parsed<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const outcome = schema.safeParse(input);
  if (!outcome.success) throw validationError(outcome.error);
  return outcome.data;
}

/** A call without a transaction around it. */
export function requireOutside({ kernel, store }: Op, name: string): void {
  if (store === kernel.store) return;
  throw new ChatError(
    'VALIDATION',
    `${name} works in many transactions of its own: call it outside of chat.transaction.`,
  );
}
