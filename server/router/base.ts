import { ChatError, invalid } from '@confab/shared';
import type { Kernel, Op } from '../operations/kernel.js';
import type { Rates } from '../policy/rates.js';
import { TRPCError } from '@trpc/server';
import { toTrpcError } from '../trpc/error-shape.js';
import { identify } from './identity.js';
import type { ViewerOf } from './identity.js';
import type { Author, Telling } from './told.js';
import { base } from '../trpc/instance.js';

/** What the procedures of one chat are built with. */
export interface BaseOptions {
  readonly kernel: Kernel;
  readonly rates: Rates;
  readonly viewerOf: ViewerOf;
  /** Resolves when the store is open and the tail is running. */
  readonly ready: Promise<void>;
  readonly told: Telling;
}

function isPlain(input: unknown): boolean {
  if (typeof input !== 'object' || input === null) return true;
  const prototype: unknown = Object.getPrototypeOf(input);
  return prototype === Object.prototype || prototype === null;
}

function isStream(data: unknown): data is AsyncIterable<unknown> {
  return typeof data === 'object' && data !== null && Symbol.asyncIterator in data;
}

/** A host's stream whose errors are told like those of a call. */
async function* toldStream(
  stream: AsyncIterable<unknown>,
  tell: (error: TRPCError) => TRPCError,
  signal: AbortSignal | undefined,
): AsyncGenerator {
  try {
    yield* stream;
  } catch (error) {
    // Ending because nobody listens any more is no failure.
    if (signal?.aborted === true) throw error;
    throw tell(error instanceof TRPCError ? error : new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause: error }));
  }
}

/** Where a context keeps the call it belongs to: a name that stands in nobody's way. */
export const callKey = '~confab';

/** The beginning of every procedure: errors told in one way, the caller known, the rate counted. */
export function createBase({ kernel, rates, viewerOf, ready, told }: BaseOptions) {
  return (rate: string | undefined, author: Author = 'core') =>
    base
      .use(async ({ next, signal }) => {
        const tell = (error: TRPCError): TRPCError => {
          const chatError = told(error, author);
          return chatError === undefined ? error : toTrpcError(chatError);
        };
        const result = await next();
        if (!result.ok) throw tell(result.error);
        const { data } = result;
        return author === 'host' && isStream(data) ? { ...result, data: toldStream(data, tell, signal) } : result;
      })
      .use(async ({ ctx, next }) => {
        await ready.catch((cause: unknown) => {
          throw new ChatError('UNAVAILABLE', undefined, { cause });
        });
        const { caller, store } = await identify(kernel, viewerOf, ctx);
        const isCounted = rate !== undefined && caller.sessionId !== null;
        if (isCounted) rates.take(caller.userId, rate);
        return next({ ctx: { [callKey]: { kernel, caller, store } satisfies Op } });
      })
      .use(async ({ getRawInput, next }) => {
        // The transformer also carries dates, maps and sets, which a schema takes for objects without keys.
        if (!isPlain(await getRawInput())) throw invalid('', 'must be a plain object');
        return next();
      });
}

export type Base = ReturnType<typeof createBase>;
