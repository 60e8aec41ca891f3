/**
 * Calls back when a browser's network returns or its page is looked at again: a back-off that made sense in the
 * background should not keep a person waiting. Does nothing elsewhere. The returned function ends it.
 */
export function listenForReturn(callback: () => void): () => void {
  if (typeof document === 'undefined') return () => undefined;
  const shown = (): void => {
    if (document.visibilityState === 'visible') callback();
  };
  globalThis.addEventListener('online', callback);
  document.addEventListener('visibilitychange', shown);
  return () => {
    globalThis.removeEventListener('online', callback);
    document.removeEventListener('visibilitychange', shown);
  };
}
