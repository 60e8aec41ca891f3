/** Deeper than anything an event is meant to carry, and far from what a serialiser could not take any more. */
const maxDepth = 32;

/**
 * Throws an `Error` that names the place unless a value is plain data: what a host's function returned would otherwise
 * be found out only when it is serialised, for each stream by itself.
 */
export function checkPlainData(value: unknown, place: string, depth = 0): void {
  if (typeof value !== 'object' || value === null) {
    if (typeof value === 'function' || typeof value === 'symbol') throw refusal(place, `a ${typeof value}`);
    return;
  }
  if (value instanceof Date || ArrayBuffer.isView(value)) return;
  if (depth >= maxDepth) throw new Error(`${place} is deeper than ${maxDepth} levels.`);
  if (Array.isArray(value) || value instanceof Set || value instanceof Map) {
    let index = 0;
    for (const item of value) checkPlainData(item, `${place}.${index++}`, depth + 1);
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw refusal(place, 'an object of a class');
  for (const [key, item] of Object.entries(value)) checkPlainData(item, `${place}.${key}`, depth + 1);
}

function refusal(place: string, what: string): Error {
  return new Error(`${place} is ${what}: only plain data can be sent.`);
}
