/**
 * Hands an error of an app's own callback to whatever hears uncaught errors, out of our call stack: one bad listener
 * must neither stop the others nor go unnoticed.
 */
export function rethrowLater(error: unknown): void {
  if (typeof globalThis.reportError === 'function') {
    globalThis.reportError(error);
    return;
  }
  queueMicrotask(() => {
    throw error;
  });
}
