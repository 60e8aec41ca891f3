import { ChatError, invalid } from '@confab/shared';
import type { TRPCError } from '@trpc/server';
import type { z } from 'zod';
import type { MakeError } from '../extend/error-maker.js';
import { HookFailure } from '../extend/hooks/hook-failure.js';
import { guarded } from '../front/guarded.js';
import type { FrontLog } from '../front/options.js';
import type { Ids } from '../ports.js';
import { chatErrorOf, validationError } from '../trpc/error-shape.js';

/** What a host makes of errors. */
export interface ErrorHandling<Code extends string = string> {
  /**
   * Gives an error another face; `undefined` leaves it to the rules below. `make` makes errors of the table and of one's
   * own. What it throws is `INTERNAL`.
   */
  readonly map?: (error: unknown, make: MakeError<Code>) => ChatError | undefined;
  /** Hears of errors nobody expected, with the reference the caller was given. */
  readonly onError?: (error: unknown, reference: string) => void;
}

/** What Prisma says, as far as a caller can act on it: a constraint, or somebody else was quicker. */
const conflicts: ReadonlySet<unknown> = new Set(['P2002', 'P2003', 'P2034']);

/** Whose procedure it was: one of Confab's, or one that a host or a plugin built with Confab's builders. */
export type Author = 'core' | 'host';

/** What the caller of a procedure may see of its failure; `undefined` leaves a host's own `TRPCError` as it is. */
export type Telling = (error: TRPCError, author: Author) => ChatError | undefined;

/**
 * Turns whatever a procedure threw into what its caller may see: a `ChatError` as it is, a schema's complaint as
 * `VALIDATION`, everything else as `INTERNAL` with a reference. In a host's procedures, what Prisma found in the way is
 * `CONFLICT` or `NOT_FOUND`, and a `TRPCError` of the host's own stays what it is.
 */
export function createTelling({ map, onError }: ErrorHandling, make: MakeError, ids: Ids, log: FrontLog): Telling {
  function unexpected(error: unknown): ChatError {
    const reference = ids.next();
    guarded(log, 'errors.onError', () => onError?.(error, reference));
    return new ChatError('INTERNAL', undefined, { details: { reference } });
  }

  return (error, author) => {
    const isHooks = error.cause instanceof HookFailure;
    const known = isHooks ? undefined : chatErrorOf(error);
    const cause: unknown = isHooks ? error.cause?.cause : (error.cause ?? error);
    try {
      const mapped = map?.(known ?? cause, make);
      if (mapped instanceof ChatError) return mapped;
    } catch (failure) {
      return unexpected(failure);
    }
    if (known !== undefined) return known;
    if (isHooks) return unexpected(cause);
    const complaint = complaintOf(error, author);
    if (complaint !== undefined) return validationError(complaint);
    return author === 'core' ? coreError(error) : hostError(error);
  };

  function coreError(error: TRPCError): ChatError {
    if (error.code === 'PAYLOAD_TOO_LARGE') return new ChatError('TOO_LARGE');
    return unreadable.has(error.code) ? invalid('', 'can not be read') : unexpected(error.cause ?? error);
  }

  function hostError(error: TRPCError): ChatError | undefined {
    if (error.code !== 'INTERNAL_SERVER_ERROR') return undefined;
    const { code } = (error.cause ?? {}) as { readonly code?: unknown };
    if (conflicts.has(code)) return new ChatError('CONFLICT', undefined, { cause: error.cause });
    if (code === 'P2025') return new ChatError('NOT_FOUND', undefined, { cause: error.cause });
    return unexpected(error.cause ?? error);
  }
}

/** How tRPC says that it could not read a call. */
const unreadable: ReadonlySet<string> = new Set([
  ...['BAD_REQUEST', 'PARSE_ERROR', 'METHOD_NOT_SUPPORTED', 'UNSUPPORTED_MEDIA_TYPE'],
]);

/**
 * What a schema found wrong with an input, or with whatever a host's code gave it to check; not with an output, which is
 * the server's own fault and which tRPC reports under another message.
 */
function complaintOf({ cause, code, message }: TRPCError, author: Author): z.ZodError | undefined {
  // A host may have a copy of zod of its own.
  const isComplaint = cause?.name === 'ZodError' && Array.isArray((cause as Partial<z.ZodError>).issues);
  if (!isComplaint || message !== cause.message) return undefined;
  return code === 'BAD_REQUEST' || author === 'host' ? (cause as z.ZodError) : undefined;
}
