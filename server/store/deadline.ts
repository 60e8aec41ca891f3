import type { Clock } from '../ports.js';
import { asCallerError, unavailable } from './errors.js';

/** Whatever the database does, a caller has an answer by then. */
export const answerMs = 4_500;

/**
 * Rejects with `UNAVAILABLE` when `work` takes longer than `ms`, after telling `onGiveUp`. What is already running
 * goes on by itself: a frozen server can't be asked to stop. Faults of the database come out as callers may see them.
 */
export function within<Result>(
  clock: Clock,
  work: Promise<Result>,
  { ms = answerMs, onGiveUp }: { readonly ms?: number; readonly onGiveUp?: () => void } = {},
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(ms, () => {
      onGiveUp?.();
      reject(unavailable());
    });
    work.then(
      (result) => {
        timer.clear();
        resolve(result);
      },
      (error: unknown) => {
        timer.clear();
        reject(asCallerError(error));
      },
    );
  });
}

/** Resolves after `ms`, and holds the process until then. */
export function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.after(ms, resolve, { holdsProcess: true }));
}
