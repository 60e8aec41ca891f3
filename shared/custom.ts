import type { JsonObject } from './json.js';
import { ChatError, invalid } from './errors.js';
import type { Limits } from './limits.js';
import { isForbiddenKey, isPlainObject } from './keys.js';
import { hasRefusedCharacters, utf8Bytes } from './text.js';

/** The limits of one `custom` object. */
export type CustomLimits = Pick<Limits, 'customBytes' | 'customDepth' | 'customKeys'>;

interface Tally {
  readonly limits: CustomLimits;
  keys: number;
  values: number;
}

/**
 * Passes a `custom` or `preferences` object: plain JSON all through, without forbidden keys. Too deep, or not JSON, is
 * `VALIDATION`; too many bytes or keys is `TOO_LARGE`.
 *
 * @param path where the object stood in the input. @default 'custom'
 */
export function checkCustom(value: unknown, limits: CustomLimits, path = 'custom'): JsonObject {
  if (!isPlainObject(value)) throw invalid(path, 'A plain object is expected.');
  checkValue(value, 1, path, { limits, keys: 0, values: 0 });
  if (utf8Bytes(JSON.stringify(value)) > limits.customBytes) {
    throw tooLarge(path, `At most ${limits.customBytes} bytes of JSON.`);
  }
  // Every value in it was just found to be JSON.
  return value as JsonObject;
}

function checkValue(value: unknown, depth: number, path: string, tally: Tally): void {
  tally.values += 1;
  // Every value takes at least a byte of the JSON.
  if (tally.values > tally.limits.customBytes)
    throw tooLarge(path, `At most ${tally.limits.customBytes} bytes of JSON.`);
  if (value === null || typeof value === 'boolean') return;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw invalid(path, 'A number must be finite.');
    return;
  }
  if (typeof value === 'string') {
    if (hasRefusedCharacters(value)) throw invalid(path, 'Control characters and lone surrogates are not allowed.');
    return;
  }
  if (depth > tally.limits.customDepth) throw invalid(path, `At most ${tally.limits.customDepth} levels.`);
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) checkValue(item, depth + 1, `${path}.${index}`, tally);
    return;
  }
  if (!isPlainObject(value)) throw invalid(path, 'Only plain JSON is allowed.');
  for (const key of Object.keys(value)) {
    tally.keys += 1;
    if (tally.keys > tally.limits.customKeys) throw tooLarge(path, `At most ${tally.limits.customKeys} keys.`);
    if (isForbiddenKey(key) || hasRefusedCharacters(key)) throw invalid(path, 'This key is not allowed.');
    checkValue(value[key], depth + 1, `${path}.${key.slice(0, 64)}`, tally);
  }
}

function tooLarge(path: string, message: string): ChatError {
  return new ChatError('TOO_LARGE', message, { details: { constraint: path, issues: [{ path, message }] } });
}
