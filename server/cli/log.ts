import { pino } from 'pino';
import type { Logger } from 'pino';

interface LoggedError {
  readonly type: string;
  readonly code?: string | undefined;
  readonly message: string;
  readonly stack: string;
  readonly cause?: LoggedError | undefined;
}

/** Logs to stderr, as JSON lines, without bodies or tokens. */
export function createLog(): Logger {
  return pino(
    {
      serializers: { err: serializeError, error: serializeError },
      redact: [
        'token',
        '*.token',
        'headers.authorization',
        '*.headers.authorization',
        'headers.cookie',
        '*.headers.cookie',
      ],
    },
    pino.destination({ fd: 2, sync: true }),
  );
}

function serializeError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'Not an error.', stack: '' };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return {
    type: error.name,
    code,
    // Prisma repeats the arguments of a call it refuses, and so the text of messages.
    message:
      error.name === 'PrismaClientValidationError'
        ? 'Not shown.'
        : (error.message.split('\n').at(-1) ?? '').slice(0, 500),
    stack: (error.stack ?? '')
      .split('\n')
      .filter((line) => line.startsWith('    at '))
      .slice(0, 20)
      .join('\n'),
    cause: error.cause instanceof Error && depth < 3 ? serializeError(error.cause, depth + 1) : undefined,
  };
}
