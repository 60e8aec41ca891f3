import { LinkFetchError } from './fetch-error.js';

/**
 * Runs work that others' servers may hold up. It is told by the signal when time is up, and not waited for any longer,
 * whatever it makes of that: `LinkFetchError`.
 */
export async function withDeadline<Result>(
  outer: AbortSignal,
  ms: number,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const own = new AbortController();
  let giveUp = (_error: LinkFetchError): void => undefined;
  const ended = new Promise<never>((_, reject) => {
    giveUp = (error) => {
      reject(error);
      own.abort(error);
    };
  });
  // Work that throws at once leaves nobody to hear of it.
  ended.catch(() => undefined);
  const stop = (): void => giveUp(new LinkFetchError('network', 'The fetch was called off.'));
  const timer = setTimeout(() => giveUp(new LinkFetchError('timeout', 'The page took too long.')), ms);
  outer.addEventListener('abort', stop, { once: true });
  try {
    if (outer.aborted) stop();
    return await Promise.race([ended, work(own.signal)]);
  } finally {
    clearTimeout(timer);
    outer.removeEventListener('abort', stop);
  }
}
