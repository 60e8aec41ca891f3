import type { FrontLog } from './options.js';

/** Runs code of the host's or of another part; what it throws or rejects with is logged and goes no further. */
export function guarded(log: FrontLog, what: string, task: () => unknown): void {
  const failed = (error: unknown): void => log.error({ err: error }, `${what} failed`);
  try {
    const result = task();
    if (result instanceof Promise) result.catch(failed);
  } catch (error) {
    failed(error);
  }
}
