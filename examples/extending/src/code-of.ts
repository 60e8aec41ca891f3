import { ChatError } from '@confab/shared';
import { TRPCError } from '@trpc/server';

/** How a server-side call was refused, as `CODE status`; fails if it was not. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => (reason instanceof TRPCError ? reason.cause : reason),
  );
  if (error instanceof ChatError) return `${error.code} ${error.data.status}`;
  throw new Error('should have been refused', { cause: error });
}
