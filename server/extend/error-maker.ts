import { ChatError } from '@confab/shared';
import type { ChatErrorCode, ChatErrorDetails, ErrorDefinitions } from '@confab/shared';

/** Makes an error to throw, of the table or of those that were defined. */
export type MakeError<Code extends string = string> = (
  code: Code,
  message?: string,
  options?: { readonly details?: ChatErrorDetails; readonly cause?: unknown },
) => ChatError;

/** Makes the errors of a chat or of one plugin. */
export function createErrorMaker(definitions: ErrorDefinitions): MakeError {
  return (code, message, options) => {
    const definition = Object.hasOwn(definitions, code) ? definitions[code] : undefined;
    // What was not defined is of the table: the type of whoever was given this says so.
    if (definition === undefined) return new ChatError(code as ChatErrorCode, message, options);
    return new ChatError(code, message, { ...options, definition });
  };
}
