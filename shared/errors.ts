import type { JsonObject } from './json.js';

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

/** The names tRPC has for the ways a call fails. */
export type TrpcErrorName =
  | (typeof errorCodes)[ChatErrorCode]['trpc']
  | 'PAYMENT_REQUIRED'
  | 'METHOD_NOT_SUPPORTED'
  | 'TIMEOUT'
  | 'PRECONDITION_FAILED'
  | 'UNPROCESSABLE_CONTENT';

/** How an error of a host's or a plugin's own travels. */
export interface ErrorDefinition {
  /** What `error.data.chat.status` says; 4000–4999, and none of the table's. */
  readonly status: number;
  readonly trpc: TrpcErrorName;
  /** The message when none is given, for developers. @default the code itself */
  readonly sentence?: string;
}

/** Errors of a host's or a plugin's own, by code. */
export type ErrorDefinitions = Readonly<Record<string, ErrorDefinition>>;

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
  /** What an error of a host's or a plugin's own adds. */
  readonly data?: JsonObject;
}

/** `error.data.chat` on the client. */
export interface ChatErrorData<Code extends string = ChatErrorCode> {
  readonly code: Code;
  readonly status: number;
  readonly details?: ChatErrorDetails;
}

interface ChatErrorOptions {
  readonly details?: ChatErrorDetails;
  readonly cause?: unknown;
}

/** A refusal a caller can act on. Its message is for developers; it holds nothing private. */
export class ChatError extends Error {
  override readonly name = 'ChatError';
  /** Of the table, or one that a host or a plugin defined. */
  readonly code: string;
  readonly definition: ErrorDefinition;
  readonly details: ChatErrorDetails | undefined;

  constructor(code: ChatErrorCode, message?: string, options?: ChatErrorOptions);
  /** An error that is not in the table brings its definition. */
  constructor(
    code: string,
    message: string | undefined,
    options: ChatErrorOptions & { readonly definition: ErrorDefinition },
  );
  constructor(
    code: string,
    message?: string,
    options?: ChatErrorOptions & { readonly definition?: ErrorDefinition | undefined },
  ) {
    const definition = options?.definition ?? errorCodes[code as ChatErrorCode];
    const cause = options?.cause === undefined ? undefined : { cause: options.cause };
    super(message ?? definition.sentence ?? code, cause);
    this.code = code;
    this.definition = definition;
    this.details = options?.details;
  }

  /** The error as it travels. Its code is one of the table's or of those that were defined for this chat. */
  get data(): ChatErrorData<string> {
    const { code, details } = this;
    const { status } = this.definition;
    return details === undefined ? { code, status } : { code, status, details };
  }
}

/** A `VALIDATION` error about one path of the input. */
export function invalid(path: string, message: string): ChatError {
  return new ChatError('VALIDATION', message, { details: { issues: [{ path, message }] } });
}
