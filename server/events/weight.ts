/**
 * About how many bytes a value takes as JSON. It bounds memory and replays, so it errs by a few bytes per value and
 * costs less than serialising would.
 */
export function weight(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return Buffer.byteLength(value) + 2;
    case 'object':
      return value === null ? 4 : weightOfObject(value);
    default:
      return 8;
  }
}

function weightOfObject(value: object): number {
  if (value instanceof Date) return 26;
  let sum = 2;
  if (Array.isArray(value)) {
    for (const item of value) sum += weight(item) + 1;
    return sum;
  }
  for (const [key, item] of Object.entries(value)) sum += key.length + 4 + weight(item);
  return sum;
}
