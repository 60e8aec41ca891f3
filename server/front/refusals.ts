import type { Clock } from '../ports.js';

/** Counts the refused calls of one connection over a sliding window. */
export interface Refusals {
  /** Notes one; `true` when there are now more than the limit within the window. */
  note(): boolean;
}

export function createRefusals(limit: { readonly count: number; readonly windowMs: number }, clock: Clock): Refusals {
  const times: number[] = [];
  return {
    note() {
      const now = clock.now().getTime();
      times.push(now);
      while (times.length > 0 && (times[0] ?? now) <= now - limit.windowMs) times.shift();
      return times.length > limit.count;
    },
  };
}

const countedCodes = new Set([
  'TOO_MANY_REQUESTS',
  'PAYLOAD_TOO_LARGE',
  'BAD_REQUEST',
  'PARSE_ERROR',
  'NOT_FOUND',
  'FORBIDDEN',
]);

/** Whether an answer with this tRPC code counts as a refused call. */
export function isRefusal(code: string): boolean {
  return countedCodes.has(code);
}
