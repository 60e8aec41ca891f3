import { createHash } from 'node:crypto';

/** Two values have one fingerprint if, and for all practical purposes only if, they are the same JSON; the order of keys does not count. */
export function fingerprint(value: unknown): string {
  return createHash('sha256').update(sortedJson(value)).digest('base64url');
}

/** The JSON of a value with the keys of its objects in order; nothing of what JSON has no word for. */
export function sortedJson(value: unknown): string {
  const text = JSON.stringify(value, (_key, part: unknown) => (isRecord(part) ? sorted(part) : part)) as
    string | undefined;
  return text ?? '';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sorted(record: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
