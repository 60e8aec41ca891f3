import { TRPCClientError } from '@trpc/client';
import type { ChatErrorCode, ChatErrorData } from '@confab/shared';

/** An error a chat procedure answered with. */
export interface ChatClientError<Code extends string = ChatErrorCode> extends Error {
  readonly data: { readonly chat: ChatErrorData<Code> };
}

/**
 * Whether the server answered with a chat error (of this code). Nothing was done then, and `error.data.chat` says why.
 */
export function isChatError<Code extends string = ChatErrorCode>(
  error: unknown,
  code?: Code,
): error is ChatClientError<Code> {
  if (!(error instanceof Error) || !('data' in error)) return false;
  const data = error.data as
    { readonly chat?: { readonly code?: unknown; readonly status?: unknown } } | null | undefined;
  const found = data?.chat?.code;
  if (typeof found !== 'string' || typeof data?.chat?.status !== 'number') return false;
  return code === undefined || found === code;
}

/**
 * Whether no answer came: the connection was lost, refused or closed. Whether the call was carried out is unknown;
 * calls with a `clientId` may simply be repeated.
 */
export function isTransportError(error: unknown): boolean {
  return error instanceof TRPCClientError && (error.data === undefined || error.data === null);
}
