import { ChatError, closeCodes } from '@confab/shared';
import type { CloseReason } from '@confab/shared';
import type { AnyTRPCRouter, TRPCErrorShape } from '@trpc/server';
import { getTRPCErrorShape, transformTRPCResponse, TRPCError } from '@trpc/server';
import type { RequestId } from './frame-check.js';

/** Writes the answers of calls that never reach tRPC. */
export type ErrorAnswer = (id: RequestId | null, error: ChatError, path?: string) => string;

/**
 * Answers look as tRPC's own: through the root's error formatter and transformer, with `data.chat` added. A stack is
 * never among them, whatever the root's `isDev` says.
 */
export function createErrorAnswer(router: AnyTRPCRouter): ErrorAnswer {
  const config = { ...router._def._config, isDev: false };

  function shapeOf(error: ChatError, path: string | undefined): TRPCErrorShape {
    const trpcError = new TRPCError({ code: error.definition.trpc, message: error.message, cause: error });
    const own = { config, error: trpcError, type: 'unknown', path, input: undefined, ctx: undefined } as const;
    let shape: TRPCErrorShape;
    try {
      shape = getTRPCErrorShape(own) as TRPCErrorShape;
    } catch {
      // A host's formatter that can't do without a context must not cost the caller the answer.
      shape = getTRPCErrorShape({
        ...own,
        config: { ...config, errorFormatter: (given) => given.shape },
      }) as TRPCErrorShape;
    }
    return { ...shape, data: { ...shape.data, chat: error.data } };
  }

  return (id, error, path) => JSON.stringify(transformTRPCResponse(config, { id, error: shapeOf(error, path) }));
}

/** The `ChatError` a thrown value is or carries, else a `VALIDATION`: it was thrown while an input was read. */
function unreadable(thrown: unknown): ChatError {
  return thrown instanceof ChatError
    ? thrown
    : new ChatError('VALIDATION', 'The input can not be read.', { cause: thrown });
}

/** What is wrong with an input that could not be read: it is read again, only to learn that. */
export function inputError(router: AnyTRPCRouter, input: unknown): ChatError {
  try {
    router._def._config.transformer.input.deserialize(input);
  } catch (error) {
    return unreadable(error);
  }
  return unreadable(undefined);
}

/** What a call gets that comes to a socket on its way out. */
export function partingError(reason: CloseReason, text: string = closeCodes[reason].reason): ChatError {
  return closeCodes[reason].comeBack
    ? new ChatError('UNAVAILABLE', 'The server is going away.')
    : new ChatError('UNAUTHENTICATED', text);
}

/** One stream too many. Nobody knows when another ends, so that is asked again after a second at the earliest. */
export function tooManyStreams(message: string): ChatError {
  return new ChatError('RATE_LIMITED', message, { details: { constraint: 'streams', retryAfterMs: 1_000 } });
}
