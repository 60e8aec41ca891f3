import { TRPCClientError } from '@trpc/client';

interface Answered {
  readonly code?: unknown;
  readonly chat?: { readonly code?: unknown; readonly details?: { readonly retryAfterMs?: unknown } };
}

/** tRPC's names of what passes by itself. */
const passing: ReadonlySet<unknown> = new Set([
  'TOO_MANY_REQUESTS',
  'SERVICE_UNAVAILABLE',
  'BAD_GATEWAY',
  'GATEWAY_TIMEOUT',
  'TIMEOUT',
  'CLIENT_CLOSED_REQUEST',
]);

/** Longer than this nobody is kept waiting in silence. */
const patientMs = 10_000;

/** What a server answered with, if it did. */
function answerOf(error: unknown): Answered | undefined {
  if (!(error instanceof TRPCClientError)) return undefined;
  return (error.data as Answered | null | undefined) ?? undefined;
}

/** How long the server asks to wait. */
export function retryAfterMs(error: unknown): number {
  const told = answerOf(error)?.chat?.details?.retryAfterMs;
  return typeof told === 'number' ? told : 0;
}

/** Whether asking again would get the same answer, or only after longer than one would wait. */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof TRPCClientError)) return true;
  const answer = answerOf(error);
  if (answer === undefined) return false;
  return !passing.has(answer.code) || retryAfterMs(error) > patientMs;
}

/** Whether what was asked about is not there, or not the user's to see. */
export function isNotThere(error: unknown): boolean {
  const code = answerOf(error)?.chat?.code;
  return code === 'NOT_FOUND' || code === 'PERMISSION_DENIED';
}

/** Whether the host's router does not have the procedure at all. */
export function isLeftOut(error: unknown): boolean {
  const answer = answerOf(error);
  return answer?.code === 'NOT_FOUND' && answer.chat === undefined;
}

/** The code of the chat's error table, or of the host's own. */
export function codeOf(error: unknown): string | null {
  const code = answerOf(error)?.chat?.code;
  return typeof code === 'string' ? code : null;
}
