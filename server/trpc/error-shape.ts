import { ChatError } from '@confab/shared';
import type { ChatErrorCode, ChatErrorData, InputIssue, TrpcErrorName } from '@confab/shared';
import { TRPCError } from '@trpc/server';
import type { TRPC_ERROR_CODE_NUMBER } from '@trpc/server/rpc';
import type { z } from 'zod';

/** The shape of a chat error on the wire. */
export interface ChatErrorShape<Code extends string = ChatErrorCode> {
  readonly message: string;
  readonly code: TRPC_ERROR_CODE_NUMBER;
  readonly data: ChatErrorShapeData<Code>;
}

export interface ChatErrorShapeData<Code extends string = ChatErrorCode> {
  readonly code: TrpcErrorName;
  readonly httpStatus: number;
  readonly path?: string;
  readonly chat: ChatErrorData<Code>;
}

/** The `ChatError` in an error that passed through tRPC, if it is one of ours. */
export function chatErrorOf(error: unknown): ChatError | undefined {
  if (error instanceof ChatError) return error;
  return error instanceof TRPCError && error.cause instanceof ChatError ? error.cause : undefined;
}

/** A `ChatError` on its way through tRPC, under the code of the table. */
export function toTrpcError(error: ChatError): TRPCError {
  return new TRPCError({ code: error.definition.trpc, message: error.message, cause: error });
}

/** What a failed parse says to the caller. */
export function validationError(error: z.ZodError): ChatError {
  const issues: InputIssue[] = error.issues.slice(0, 20).map((issue) => ({
    path: issue.path.map(String).join('.'),
    message: issue.message,
  }));
  return new ChatError('VALIDATION', undefined, { details: { issues } });
}

/** The formatter for `.errors()`. Errors that are not ours are left to the host's own formatter. */
export function chatErrors({
  shape,
  error,
}: {
  readonly shape: {
    readonly code: TRPC_ERROR_CODE_NUMBER;
    readonly data: { readonly httpStatus: number; readonly path?: string };
  };
  readonly error: TRPCError;
}): ChatErrorShape | undefined {
  const chat = chatErrorOf(error);
  if (chat === undefined) return undefined;
  const { httpStatus, path } = shape.data;
  // Codes beyond the table are those a host or a plugin defined; the router's type names them.
  const data = { code: chat.definition.trpc, httpStatus, chat: chat.data as ChatErrorData };
  return { message: chat.message, code: shape.code, data: path === undefined ? data : { ...data, path } };
}
