/** Every error a chat procedure answers with, and how it travels. */
export const errorCodes = {
  UNAUTHENTICATED: { status: 4001, trpc: 'UNAUTHORIZED', sentence: 'Not authenticated.' },
  PERMISSION_DENIED: { status: 4002, trpc: 'FORBIDDEN', sentence: 'You may not do this.' },
  VALIDATION: { status: 4003, trpc: 'BAD_REQUEST', sentence: 'The input is not valid.' },
  /** Absent, or not yours to see: the very same answer. */
  NOT_FOUND: { status: 4004, trpc: 'NOT_FOUND', sentence: 'Not found.' },
  CONFLICT: { status: 4005, trpc: 'CONFLICT', sentence: 'This conflicts with the current state.' },
  INTERNAL: { status: 4006, trpc: 'INTERNAL_SERVER_ERROR', sentence: 'Something went wrong.' },
  RATE_LIMITED: { status: 4029, trpc: 'TOO_MANY_REQUESTS', sentence: 'Too many requests.' },
  TOO_LARGE: { status: 4413, trpc: 'PAYLOAD_TOO_LARGE', sentence: 'Too large.' },
  UNAVAILABLE: { status: 4503, trpc: 'SERVICE_UNAVAILABLE', sentence: 'Temporarily unavailable; try again.' },
} as const;

export type ChatErrorCode = keyof typeof errorCodes;

/** One thing wrong with an input. */
export interface InputIssue {
  /** Where, as `members.0` or `''` for the input itself. */
  readonly path: string;
  readonly message: string;
}

/** What each code says besides itself. */
export interface ChatErrorDetails {
  readonly issues?: readonly InputIssue[];
  /** RATE_LIMITED: when to try again. */
  readonly retryAfterMs?: number;
  /** INTERNAL: find it in the server's log by this id. */
  readonly reference?: string;
  /** CONFLICT and TOO_LARGE: which limit or state it was. */
  readonly constraint?: string;
}

/** `error.data.chat` on the client. */
export interface ChatErrorData {
  readonly code: ChatErrorCode;
  readonly status: number;
  readonly details?: ChatErrorDetails;
}

/** A refusal a caller can act on. Its message is for developers; it holds nothing private. */
export class ChatError extends Error {
  override readonly name = 'ChatError';
  readonly code: ChatErrorCode;
  readonly details: ChatErrorDetails | undefined;

  constructor(code: ChatErrorCode, message?: string, options?: { details?: ChatErrorDetails; cause?: unknown }) {
    super(message ?? errorCodes[code].sentence, options?.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options?.details;
  }

  /** The error as it travels. */
  get data(): ChatErrorData {
    const { status } = errorCodes[this.code];
    return this.details === undefined
      ? { code: this.code, status }
      : { code: this.code, status, details: this.details };
  }
}

/** A `VALIDATION` error about one path of the input. */
export function invalid(path: string, message: string): ChatError {
  return new ChatError('VALIDATION', message, { details: { issues: [{ path, message }] } });
}
