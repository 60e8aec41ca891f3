import { ChatError, invalid } from '@confab/shared';

/** Deeper than any honest input, shallow enough for whatever walks it recursively. */
const deepest = 64;
/** Annotations of superjson: each costs a walk along its path, through Maps and Sets one item at a time. */
const mostAnnotations = 2_000;
const longestAnnotation = 1_024;

/**
 * Looks over an input before a transformer reads it: bounded depth, no `__proto__` (copying would swap an object's
 * prototype instead of keeping the key), and no more of superjson's `meta` than a real client writes. It knows nothing
 * of what the procedure wants.
 */
export function inspectInput(input: unknown): ChatError | undefined {
  if (typeof input !== 'object' || input === null) return undefined;
  const problem = walk(input);
  if (problem !== undefined) return problem;
  const meta: unknown = Object.hasOwn(input, 'json') && 'meta' in input ? input.meta : undefined;
  return meta === undefined ? undefined : inspectMeta(meta);
}

function walk(root: object): ChatError | undefined {
  let level: object[] = [root];
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > deepest) return invalid('', 'The input is nested too deeply.');
    const next: object[] = [];
    for (const value of level) {
      if (Object.hasOwn(value, '__proto__')) return invalid('', 'The input has a forbidden key.');
      for (const child of Object.values(value) as unknown[]) {
        if (typeof child === 'object' && child !== null) next.push(child);
      }
    }
    level = next;
  }
  return undefined;
}

function inspectMeta(meta: unknown): ChatError | undefined {
  let left = mostAnnotations;
  const waiting: unknown[] = [meta];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value === 'string' && value.length > longestAnnotation) return invalid('', 'An annotation is too long.');
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, child] of Object.entries(value)) {
      left -= 1;
      if (left < 0) return new ChatError('TOO_LARGE', 'The input has too many annotations.');
      if (key.length > longestAnnotation) return invalid('', 'An annotation is too long.');
      waiting.push(child);
    }
  }
  return undefined;
}
