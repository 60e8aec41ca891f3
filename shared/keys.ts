/**
 * Keys no input may use, at any depth: `prototype` and everything `Object.prototype` answers to. A key of this kind
 * says nothing a user means, and reaches into every object once someone copies it carelessly.
 */
const forbidden: ReadonlySet<string> = new Set(['prototype', ...Object.getOwnPropertyNames(Object.prototype)]);

/** Whether a key is `__proto__`, `prototype`, `constructor` or another name of `Object.prototype`. */
export function isForbiddenKey(key: string): boolean {
  return forbidden.has(key);
}

/** Whether a value is an object literal or what `JSON.parse` makes of one. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
